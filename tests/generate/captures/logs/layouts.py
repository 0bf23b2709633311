"""One error for each layout of records that programs choose."""

import logging
import time

import shop

LAYOUTS = (
    ("%(asctime)s | %(levelname)s | %(name)s | %(message)s", None),
    ("%(asctime)s [%(name)s] %(levelname)s: %(message)s", None),
    ("[%(asctime)s] [PID 7] [%(threadName)s] [%(name)s] [%(levelname)s] %(message)s", None),
    ("%(levelname)s %(asctime)s %(module)s 7 1402 %(message)s", None),
    ("%(levelname)s:%(asctime)s:%(name)s:%(message)s", "%d-%b-%y %H:%M:%S"),
    ("%(asctime)s:%(levelname)s:%(name)s:%(message)s", "%Y%m%d-%H%M%S"),
    ("[%(asctime)s][%(name)s][%(levelname)s] - %(message)s", "%d.%m.%Y %H:%M:%S"),
    ("%(asctime)s %(name)-12s %(levelname)-8s %(message)s", "%m-%d %H:%M"),
    ("%(name)s:%(levelname)s:%(message)s", None),
    ("(%(levelname)s) %(name)s: %(message)s", None),
    ("%(asctime)s;%(levelname)s;%(name)s;%(message)s", "%d-%m-%Y %H:%M:%S"),
)

for layout, date in LAYOUTS:
    formatter = logging.Formatter(layout, date)
    formatter.converter = time.gmtime
    handler = logging.StreamHandler()
    handler.setFormatter(formatter)
    logger = logging.getLogger("shop.orders")
    logger.handlers, logger.propagate = [handler], False
    logger.setLevel(logging.INFO)
    logger.info("ordering")
    try:
        shop.main()
    except ValueError:
        logger.exception("order failed")
    logger.info("next order")
