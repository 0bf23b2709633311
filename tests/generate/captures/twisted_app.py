import sys

import shop
from twisted.internet import defer, reactor, threads
from twisted.logger import Logger
from twisted.python import log
from twisted.python.failure import Failure

log.startLogging(sys.stdout)
logger = Logger(namespace="orders")


def unhandled():
    result = defer.Deferred()
    result.addCallback(shop.price_of)
    result.callback("durian")


@defer.inlineCallbacks
def in_thread():
    yield threads.deferToThread(shop.price_of, "fig")


def logged():
    try:
        shop.charge({"pear": 1}, "4242")
    except shop.PaymentError:
        logger.failure("no charge for {card}", card="4242")


reactor.callLater(0, shop.price_of, "kiwi")
reactor.callLater(0.1, unhandled)
reactor.callLater(0.2, lambda: in_thread().addErrback(log.err))
reactor.callLater(0.3, logged)
reactor.callLater(0.4, lambda: log.err(Failure(ValueError("never raised"))))
reactor.callLater(0.6, reactor.stop)
reactor.run()
