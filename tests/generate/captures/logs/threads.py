"""Another thread's records stand among the lines of a trace, as a slow pipe lets them."""

import logging
import sys
import threading
import time
import traceback

from shop import main

logging.basicConfig(format="%(asctime)s [%(threadName)s] %(levelname)s %(name)s - %(message)s")
log = logging.getLogger("shop")


def other():
    for number in range(6):
        time.sleep(0.05)
        log.warning("slow order %d", number)


thread = threading.Thread(target=other, name="other")
thread.start()
try:
    main()
except ValueError:
    for line in traceback.format_exc().splitlines(keepends=True):
        sys.stderr.write(line)
        sys.stderr.flush()
        time.sleep(0.012)
thread.join()
log.error("done")
