"""The small program whose failures every capture shows."""

import json

CATALOG = {"apple": {"price": 3}, "pear": {"price": None}}


class PaymentError(Exception):
    """A payment that did not go through."""


def price_of(name):
    return CATALOG[name]["price"]


def total(order):
    return sum(
        price_of(name) * count
        for name, count in order.items()
    )


def charge(order, card):
    try:
        amount = total(order)
    except TypeError as error:
        raise PaymentError("order of %d lines has no total\ncard: %s" % (len(order), card)) from error
    return amount


def read_order(text):
    try:
        return json.loads(text)
    except ValueError:
        return charge({"durian": 1}, text)


def countdown(n):
    return 1 // n if n == 0 else countdown(n - 1)


FAILURES = {
    "key": lambda: price_of("durian"),
    "chain": lambda: charge({"apple": 2, "pear": 1}, "4242"),
    "context": lambda: read_order("{not json"),
    "recursion": lambda: countdown(12),
}
