from shop import cart, stock


class CheckoutError(Exception):
    pass


def wrapped(item):
    try:
        cart.price(item)
    except KeyError as error:
        raise CheckoutError(item) from error


def wrapped_stock(item):
    try:
        stock.load(item)
    except ValueError as error:
        raise CheckoutError(item) from error


def failing(count):
    found = []
    for number in range(count):
        try:
            cart.price("item%d" % number)
        except KeyError as error:
            found.append(error)
    raise ExceptionGroup("%d items" % count, found)
