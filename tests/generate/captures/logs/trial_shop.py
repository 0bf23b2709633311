from twisted.trial import unittest
from twisted.internet import defer
import shop
class ShopTest(unittest.TestCase):
    def test_order(self):
        shop.main()
    def test_deferred(self):
        d = defer.fail(ValueError("late"))
        return d
    def test_unhandled(self):
        d = defer.Deferred(); d.errback(KeyError("lost")); del d
