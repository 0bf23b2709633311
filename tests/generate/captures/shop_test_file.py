import pytest

import shop


@pytest.fixture
def order():
    return {"apple": 2, "pear": 1}


@pytest.fixture
def broken():
    raise RuntimeError("fixture\nsetup failed")


def check(name):
    assert shop.price_of(name) == 4, "price of %s" % name


def test_key():
    shop.price_of("durian")


def test_assert():
    check("apple")


def test_compare():
    left = {"a": 1, "b": [1, 2, 3]}
    assert left == {"a": 1, "b": [1, 2, 4]}


def test_chain(order):
    shop.charge(order, "4242")


def test_context():
    shop.read_order("{not json")


@pytest.mark.parametrize("n", [0, 3])
def test_countdown(n):
    shop.countdown(n)


def test_setup(broken):
    pass


def test_raises():
    with pytest.raises(ValueError):
        pass


def test_group():
    raise ExceptionGroup("two", [ValueError("a"), KeyError("b")])


class TestShop:
    def test_method(self):
        print("some output")
        shop.price_of("fig")


def test_recursion():
    def again(n):
        return again(n + 1)

    again(0)


def test_passes():
    assert shop.price_of("apple") == 3
