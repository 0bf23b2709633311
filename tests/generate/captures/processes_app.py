"""Tracebacks of worker processes, printed with their caller's."""

import concurrent.futures
import logging
import multiprocessing
import os
import sys

import joblib
import shop

logging.basicConfig(format="%(asctime)s %(levelname)s %(name)s %(message)s", stream=sys.stdout)
log = logging.getLogger("orders")


def attempt(name, call):
    try:
        call()
    except Exception:
        log.exception("%s failed", name)


def charge(card):
    return shop.charge({"pear": 1}, card)


def both(name):
    raise ExceptionGroup("two", [ValueError("a"), KeyError(name)])


if __name__ == "__main__":
    with multiprocessing.Pool(1) as pool:
        attempt("map", lambda: pool.map(shop.price_of, ["durian"]))
        attempt("group", lambda: pool.apply(both, ("fig",)))
    with concurrent.futures.ProcessPoolExecutor(1) as pool:
        attempt("submit", lambda: pool.submit(charge, "4242").result())
        attempt("dies", lambda: pool.submit(os._exit, 3).result())
    attempt("loky", lambda: joblib.Parallel(2)(joblib.delayed(charge)(card) for card in ("1", "2")))
    sys.stdout.flush()
    process = multiprocessing.Process(target=shop.price_of, args=("fig",), name="till-1")
    process.start()
    process.join()
