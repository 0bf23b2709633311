"""Records in the forms of time and writer that programs write: times.py FORM."""

import logging
import sys
import threading

from shop import main

FORMS = {
    "epoch-seconds": ("%(created)f %(levelname)s %(name)s %(message)s", None),
    "epoch-milliseconds": ("%(milliseconds)d [%(threadName)s] %(levelname)s %(message)s", None),
    "airflow-2": ("[%(asctime)s] {%(filename)s:%(lineno)d} %(levelname)s - %(message)s", "%Y-%m-%dT%H:%M:%S.123+0000"),
    "home-assistant": ("%(asctime)s.%(msecs)03d %(levelname)s (%(threadName)s) [%(name)s] %(message)s", "%Y-%m-%d %H:%M:%S"),
    "dbt": ("%(asctime)s.%(msecs)06d [%(levelname)-5s] [%(threadName)-10s]: %(message)s", "%H:%M:%S"),
    "us": ("%(asctime)s %(levelname)-8s %(name)-12s %(message)s", "%m/%d/%Y %I:%M:%S %p"),
    "windows": ("%(asctime)s;%(levelname)s;%(name)s;%(message)s", "%d.%m.%Y %H:%M:%S"),
    "syslog": ("%(asctime)s host shop[42]: %(levelname)s %(message)s", "%b %d %H:%M:%S"),
    "iso-zone": ("%(asctime)s | %(levelname)-8s | %(name)s:%(funcName)s:%(lineno)d - %(message)s", "%Y-%m-%dT%H:%M:%S%z"),
    "http-date": ("%(asctime)s [%(levelname)s] %(message)s", "%a, %d %b %Y %H:%M:%S GMT"),
    "apache": ("[%(asctime)s] [shop:%(levelname)s] [pid 42:tid 7] %(message)s", "%a %b %d %H:%M:%S.123456 %Y"),
    "padded": ("%(asctime)s %(levelname)-10s [%(name)-24s] (%(threadName)16s) %(message)s", None),
    "minutes": ("%(asctime)s - %(levelname)s - %(message)s", "%Y-%m-%d %H:%M"),
    "short-year": ("%(asctime)s %(levelname)s %(name)s: %(message)s", "%y-%m-%d %H:%M:%S"),
    "six-digits": ("[%(levelname)1.1s %(asctime)s %(module)s:%(lineno)d] %(message)s", "%y%m%d %H:%M:%S"),
    "dashes": ("%(asctime)s %(levelname)s %(message)s", "%Y-%m-%d %H-%M-%S"),
    "airflow-comma": ("[%(asctime)s] {%(filename)s:%(lineno)d} %(levelname)s - %(message)s", "%Y-%m-%d, %H:%M:%S UTC"),
}  # fmt: skip
style, dates = FORMS[sys.argv[1]]


class Milliseconds(logging.Filter):
    """Gives records their time in milliseconds."""

    def filter(self, record):
        record.milliseconds = int(record.created * 1000)
        return True


handler = logging.StreamHandler()
handler.setFormatter(logging.Formatter(style, dates))
handler.addFilter(Milliseconds())
logging.basicConfig(handlers=[handler], level="INFO")
log = logging.getLogger("shop.orders")


def work():
    log.info("start")
    try:
        main()
    except ValueError:
        log.exception("order failed")
    log.warning("next")


thread = threading.Thread(target=work, name="SyncWorker_3")
thread.start()
thread.join()
