"""Errors through rich's handler: rich_log.py [tracebacks]."""

import logging
import sys

from rich.logging import RichHandler
from shop import main

handler = RichHandler(rich_tracebacks=len(sys.argv) > 1)
logging.basicConfig(level="INFO", format="%(message)s", datefmt="[%X]", handlers=[handler])
log = logging.getLogger("shop")
for name in ("first", "second"):
    log.info("%s order", name)
    try:
        main()
    except ValueError:
        log.exception("%s order failed", name)
log.info("end")
