"""A worker that takes two tasks, of which one is tried again, and ends."""

import os
import sys
import threading
import time

import celery_tasks


def send():
    time.sleep(4)
    celery_tasks.plain.delay(["cake"])
    celery_tasks.price.delay(["tea", "cake"])
    time.sleep(5)
    os.kill(os.getpid(), 15)


threading.Thread(target=send, daemon=True).start()
options = ["--loglevel=INFO", "--concurrency=1", "--without-gossip", "--without-mingle", "--without-heartbeat"]
celery_tasks.app.worker_main(["worker", *options, *sys.argv[1:]])
