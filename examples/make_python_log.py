"""Writes the log of a small web shop on a bad day: python make_python_log.py > python.log

The requests, their failures and the tracebacks are real; only the clock is not, so that one run covers a day.
"""

import io
import json
import logging
import random
import socket
import sqlite3
import sys
from datetime import datetime, timedelta
from wsgiref.util import setup_testing_defaults

log = logging.getLogger("shop.web")
jobs = logging.getLogger("shop.jobs")
PRICES = {"apple": 3, "pear": 4, "quince": 9}
PARENTS = {"fruit": "food", "food": "goods", "goods": "fruit"}


class BadOrder(Exception):
    """The order cannot be read."""


class PaymentFailed(Exception):
    """The payment service did not answer."""


def price_of(name):
    return PRICES[name]


def total(cart):
    return sum(price_of(name) * count for name, count in cart.items())


def read_cart(body):
    try:
        return json.loads(body)
    except ValueError as error:
        raise BadOrder("order of %d bytes is not JSON" % len(body)) from error


def pay(amount):
    try:
        with socket.create_connection(("127.0.0.1", 9), timeout=1):
            return "paid %d" % amount
    except OSError:
        raise PaymentFailed("no answer for %d EUR\nsee the runbook, page 3" % amount)


def checkout(body):
    cart = read_cart(body)
    return pay(total(cart))


def path_to(category):
    return path_to(PARENTS[category]) + "/" + category


def average(orders):
    return sum(orders) / len(orders)


def search(database, text):
    return database.execute("SELECT name FROM goods WHERE name LIKE '%" + text + "%'").fetchall()


DATABASE = sqlite3.connect(":memory:")
DATABASE.execute("CREATE TABLE goods (name TEXT)")
PAGES = {
    "/price": lambda body: str(price_of(body)),
    "/total": lambda body: str(total(read_cart(body))),
    "/checkout": checkout,
    "/category": path_to,
    "/search": lambda body: str(search(DATABASE, body)),
}


def application(environ, start_response):
    path = environ["PATH_INFO"]
    body = environ["wsgi.input"].read().decode()
    try:
        answer, status = PAGES[path](body), "200 OK"
    except BadOrder:
        log.warning("bad request: POST %s", path, exc_info=True)
        answer, status = "", "400 Bad Request"
    except Exception:
        log.exception("request failed: POST %s", path)
        answer, status = "", "500 Internal Server Error"
    log.info("POST %s %s %d bytes", path, status[:3], len(answer))
    start_response(status, [])
    return [answer.encode()]


def request(path, body):
    environ = {"PATH_INFO": path, "wsgi.input": io.BytesIO(body.encode())}
    setup_testing_defaults(environ)
    application(environ, lambda status, headers: None)


def nightly_report(orders):
    jobs.info("report over %d orders", len(orders))
    try:
        jobs.info("average %.2f", average(orders))
    except ZeroDivisionError:
        jobs.exception("no report")


DAY = [
    (request, "/price", "apple"),
    (request, "/price", "kumquat"),
    (request, "/total", '{"apple": 2, "pear": 1}'),
    (request, "/total", '{"apple": 2, "sku-4711": 1}'),
    (request, "/total", '{"apple": 2'),
    (request, "/search", "app"),
    (request, "/search", "o'brien"),
    (request, "/checkout", '{"pear": 3}'),
    (request, "/price", "durian"),
    (request, "/category", "fruit"),
    (request, "/total", '{"pear" 1}'),
    (nightly_report, [12, 9, 30]),
    (request, "/price", "pear"),
    (request, "/search", "d'anjou"),
    (nightly_report, []),
]


def main():
    logging.basicConfig(
        stream=sys.stdout, level=logging.INFO, format="%(asctime)s %(name)s %(levelname)s %(message)s"
    )
    now = datetime(2015, 3, 8, 0, 13, 35, 86000)
    steps = random.Random(8)
    make_record = logging.getLogRecordFactory()

    def dated(*arguments, **options):
        nonlocal now
        now += timedelta(milliseconds=steps.randrange(1, 40))
        record = make_record(*arguments, **options)
        record.created, record.msecs = now.timestamp(), now.microsecond // 1000
        return record

    logging.setLogRecordFactory(dated)
    log.info("listening on port 8000")
    for action, *arguments in DAY:
        now += timedelta(seconds=steps.randrange(600, 9500))
        action(*arguments)
    log.info("shutting down")


if __name__ == "__main__":
    main()
