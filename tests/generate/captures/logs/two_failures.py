import unittest, shop
class T(unittest.TestCase):
    def test_order(self): shop.main()
    def test_equal(self): self.assertEqual("a\nb", "a\nc")
