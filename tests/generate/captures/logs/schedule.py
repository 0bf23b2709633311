"""A job of APScheduler's that fails twice."""

import logging
import time

from apscheduler.schedulers.background import BackgroundScheduler
from shop import main

logging.basicConfig(level="INFO")
scheduler = BackgroundScheduler()
scheduler.add_job(main, "interval", seconds=0.5)
scheduler.start()
time.sleep(1.3)
scheduler.shutdown()
