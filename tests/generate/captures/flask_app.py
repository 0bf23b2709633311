import logging

from flask import Flask, request

import shop

logging.basicConfig(level=logging.INFO, format="%(asctime)s %(name)s %(levelname)s %(message)s")
app = Flask("shop")


@app.route("/ok")
def ok():
    return "ok"


@app.route("/fail/<name>")
def fail(name):
    return str(shop.FAILURES[name]())


@app.route("/logged/<name>")
def logged(name):
    try:
        return str(shop.price_of(name))
    except KeyError:
        app.logger.exception("no price for %s from %s", name, request.remote_addr)
        return "none", 404
