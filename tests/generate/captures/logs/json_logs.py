"""A record with an exception through formatters that others read: json_logs.py FORMATTER."""

import logging
import sys

from shop import main

way = sys.argv[1]
handler = logging.StreamHandler()
if way == "ecs":
    import ecs_logging

    handler.setFormatter(ecs_logging.StdlibFormatter())
elif way == "json":
    from pythonjsonlogger.json import JsonFormatter

    handler.setFormatter(JsonFormatter("%(asctime)s %(levelname)s %(name)s %(message)s", json_indent=2))
elif way == "gelf":
    import graypy

    class Printed(graypy.GELFUDPHandler):
        """Prints what would be sent."""

        def emit(self, record):
            self.compress = False
            print(self.makePickle(record).decode(), file=sys.stderr)

    handler = Printed("localhost", 12201)
logging.basicConfig(handlers=[handler], level="INFO")
log = logging.getLogger("shop.orders")
log.info("start")
try:
    main()
except ValueError:
    log.exception("order failed")
log.info("end")
