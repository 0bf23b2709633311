"""A test whose program logs the error that then fails the test."""

import logging

from shop import main


def test_order():
    try:
        main()
    except ValueError:
        logging.getLogger("shop").exception("order failed")
        raise
