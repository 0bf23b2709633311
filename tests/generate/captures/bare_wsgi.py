"""A WSGI application without a framework: its exceptions reach the server itself."""

import shop


def application(environ, start_response):
    path = environ["PATH_INFO"].strip("/")
    body = str(shop.FAILURES[path]()) if path in shop.FAILURES else "ok"
    start_response("200 OK", [("Content-Type", "text/plain")])
    return [body.encode()]


app = application
