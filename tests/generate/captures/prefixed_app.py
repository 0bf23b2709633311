"""What the interpreter and its library print of errors that nobody caught, in a log that stamps every line."""

import _thread
import asyncio
import gc
import logging
import sys
import threading
import time

import shop

FORMATS = {
    "glog": ("%(levelname).1s%(asctime)s.%(msecs)03d000 %(process)d %(filename)s:%(lineno)d] ", "%m%d %H:%M:%S"),
    "vllm": ("(Engine pid=%(process)d) %(levelname)s %(asctime)s [%(filename)s:%(lineno)d] ", "%m-%d %H:%M:%S"),
    "skypilot": ("%(levelname).1s %(asctime)s %(filename)s:%(lineno)d] ", "%m-%d %H:%M:%S"),
    "python-logging": ("%(asctime)s,%(msecs)03d %(levelname)s %(name)s: ", "%Y-%m-%d %H:%M:%S"),
}


class EachLine(logging.Formatter):
    def format(self, record):
        prefix, _, text = super().format(record).partition("\0")
        return "\n".join(prefix + line for line in text.split("\n"))


class Standard:
    """Logs what is written to it, line by line."""

    rest = ""

    def write(self, text):
        *lines, self.rest = (self.rest + text).split("\n")
        for line in lines:
            log.error("%s", line)

    def flush(self):
        pass


class Dropped:
    def __del__(self):
        shop.price_of("kiwi")


class Failing(logging.Handler):
    def emit(self, record):
        try:
            shop.price_of("plum")
        except KeyError:
            self.handleError(record)


async def poll():
    shop.charge({"pear": 1}, "4242")


async def main():
    task = asyncio.create_task(poll(), name="poller")
    await asyncio.sleep(0.01)
    del task
    gc.collect()
    asyncio.get_running_loop().call_soon(shop.price_of, "lime")
    await asyncio.sleep(0.01)


style, dates = FORMATS[sys.argv[1]]
handler = logging.StreamHandler(sys.stdout)
handler.setFormatter(EachLine(style + "\0%(message)s", dates))
logging.basicConfig(handlers=[handler], level=logging.INFO)
log = logging.getLogger("orders")
sys.stderr = Standard()
log.info("starting")
thread = threading.Thread(target=shop.price_of, args=("fig",), name="worker-3")
thread.start()
thread.join()
Dropped()
asyncio.run(main())
failing = logging.getLogger("failing")
failing.propagate = False
failing.addHandler(Failing())
failing.error("no %s", "price")
try:
    shop.price_of("fig")
except KeyError:
    log.exception("no price", stack_info=True)
_thread.start_new_thread(shop.price_of, ("nut",))
time.sleep(0.1)
log.info("done")
