import logging
import sys

from pythonjsonlogger.json import JsonFormatter

import shop

handler = logging.StreamHandler(sys.stdout)
handler.setFormatter(
    JsonFormatter("%(asctime)s %(levelname)s %(name)s %(process)d %(threadName)s %(message)s")
)
logging.basicConfig(level=logging.INFO, handlers=[handler])
log = logging.getLogger("shop.api")

log.info("starting", extra={"port": 8000})
for name in ("key", "chain", "context", "recursion"):
    try:
        shop.FAILURES[name]()
    except Exception:
        log.exception("request failed", extra={"path": "/" + name, "request_id": "7f3a"})
log.warning("where am I", stack_info=True)
