import logging
import sys
import threading

import toolkit
from shop import cart, stock


def in_thread(function, argument):
    thread = threading.Thread(target=function, args=(argument,))
    thread.start()
    thread.join()


def logged(function, argument):
    try:
        function(argument)
    except Exception:
        logging.exception("it failed")


def main(name, argument):
    if name == "total":
        cart.total([argument])
    elif name == "weight":
        cart.weight([argument])
    elif name == "discount":
        cart.discount(argument)
    elif name == "load":
        stock.load(argument)
    elif name == "read":
        stock.read(argument)
    elif name == "connect":
        stock.connect(int(argument))
    elif name == "depth":
        cart.depth(int(argument))
    elif name == "outer":
        cart.outer(int(argument))
    elif name == "endless":
        sys.setrecursionlimit(int(argument))
        cart.endless(0)
    elif name == "retry":
        toolkit.retry(cart.price, argument)
    elif name == "checkout":
        cart.checkout(argument)
    elif name == "thread":
        in_thread(cart.discount, argument)
    elif name == "logged":
        logged(stock.connect, int(argument))
    elif name == "truncated":
        sys.tracebacklimit = 2
        cart.total([argument])
    elif name == "missing":
        import no_such_module_of_ours
    else:
        import shop_chain

        getattr(shop_chain, name)(int(argument) if argument.isdigit() else argument)


if __name__ == "__main__":
    main(*sys.argv[1:])
