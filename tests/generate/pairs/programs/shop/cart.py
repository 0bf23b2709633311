from shop import stock

PRICES = {"tea": 3}


def price(item):
    return PRICES[item]


def total(items):
    return sum([price(item) for item in items])


def weight(items):
    return sum([price(item) for item in items])


def discount(code):
    return PRICES[code]


def depth(level):
    if level == 0:
        raise ValueError("an order within itself")
    return depth(level - 1)


def outer(level):
    return inner(level)


def inner(level):
    if level == 0:
        raise ValueError("an order within itself")
    return outer(level - 1)


def endless(level):
    return repr(level) and endless(level + 1)


def checkout(item):
    stock.reserve(item)
