"""A task of huey's with a retry."""

import logging
import time

from huey import MemoryHuey
from shop import main

logging.basicConfig(level="INFO", format="[%(asctime)s] %(levelname)s:%(name)s:%(threadName)s:%(message)s")
huey = MemoryHuey()


@huey.task(retries=1, retry_delay=0)
def order():
    main()


order()
consumer = huey.create_consumer(workers=1, periodic=False)
consumer.start()
time.sleep(1)
consumer.stop()
