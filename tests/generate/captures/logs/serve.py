"""Servers of which a request fails: serve.py SERVER."""

import logging
import sys
import threading
import time
import urllib.error
import urllib.request

from shop import main

PORT = 8731
server = sys.argv[1]
logging.basicConfig(level="INFO", format="%(asctime)s %(levelname)s [%(name)s] %(message)s")


def ask(count=2):
    """Send requests, then end this process."""
    time.sleep(1.5)
    for _ in range(count):
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{PORT}/orders", timeout=5).read()
        except urllib.error.HTTPError as error:
            if server == "werkzeug":
                print(error.read().decode())
        except OSError as error:
            print("client:", error)
    time.sleep(0.3)
    sys.stdout.flush()
    import os

    os._exit(0)


threading.Thread(target=ask, args=(1 if server == "werkzeug" else 2,)).start()
if server == "uvicorn":
    import uvicorn

    async def app(scope, receive, send):
        if scope["type"] == "http":
            try:
                main()
            except ValueError:
                logging.getLogger("shop").exception("order failed")
                raise

    uvicorn.run(app, port=PORT, lifespan="off", use_colors=False)
elif server in ("flask", "werkzeug"):
    from flask import Flask

    flask = Flask("shop")
    flask.add_url_rule("/orders", view_func=main)
    flask.run(port=PORT, debug=server == "werkzeug", use_reloader=False)
elif server == "aiohttp":
    from aiohttp import web

    async def orders(request):
        main()

    application = web.Application()
    application.router.add_get("/orders", orders)
    web.run_app(application, port=PORT, print=None)
elif server == "tornado":
    import asyncio

    from tornado import web

    class Orders(web.RequestHandler):
        def get(self):
            main()

    async def run():
        web.Application([("/orders", Orders)]).listen(PORT)
        await asyncio.Event().wait()

    asyncio.run(run())
elif server == "sanic":
    from sanic import Sanic

    app = Sanic("shop")

    @app.get("/orders")
    async def orders(request):
        main()

    app.run(port=PORT, single_process=True, motd=False, access_log=True)
elif server == "bottle":
    import bottle

    bottle.route("/orders")(main)
    bottle.run(port=PORT, quiet=False)
elif server == "cherrypy":
    import cherrypy

    class Root:
        @cherrypy.expose
        def orders(self):
            main()

    cherrypy.config.update({"server.socket_port": PORT})
    cherrypy.quickstart(Root())
elif server == "waitress":
    import waitress

    def wsgi(environment, start_response):
        main()

    waitress.serve(wsgi, port=PORT, host="127.0.0.1")
