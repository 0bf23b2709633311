"""A process with threads in known places, for the tools that look in from outside."""

import threading
import time

lock = threading.Lock()


def wait_for_lock():
    with lock:
        pass


def spin(n):
    total = 0
    while True:
        total += sum(i for i in range(n))


def consume(queue_name):
    time.sleep(1000)


def main():
    lock.acquire()
    threading.Thread(target=wait_for_lock, name="locked", daemon=True).start()
    threading.Thread(target=spin, args=(5000,), name="spinner", daemon=True).start()
    threading.Thread(target=consume, args=("jobs",), name="consumer: jobs", daemon=True).start()
    print("ready", flush=True)
    time.sleep(1000)


if __name__ == "__main__":
    main()
