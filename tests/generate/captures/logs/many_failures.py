import pytest, shop, unittest, logging
@pytest.fixture
def stock(): return shop.Shop({})
@pytest.fixture
def broken(): raise RuntimeError("no database")
def test_order(stock): shop.main()
def test_setup(broken): pass
def test_missing(nothing): pass
@pytest.fixture
def late():
    yield 1
    raise OSError("cannot close")
def test_teardown(late): pass
class T(unittest.TestCase):
    def test_sub(self):
        for i in range(2):
            with self.subTest(i=i): self.assertEqual(i, 5)
@pytest.mark.parametrize("n", [1, 2])
def test_p(n): assert [n, 2] == [n, 3], "stock\ndiffers"
def test_log(caplog):
    logging.getLogger("shop").warning("low"); print("printed"); raise ValueError("two\nlines")
def test_group():
    raise ExceptionGroup("many", [ValueError("a"), KeyError("b")])
