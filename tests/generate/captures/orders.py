"""A service that hangs: workers that idle, threads that wait for a lock, one that computes, tasks in a circle."""

import asyncio
import concurrent.futures
import queue
import threading
import time

books = threading.Lock()
accounts = threading.RLock()
orders = queue.Queue()


def take_orders():
    while True:
        orders.get()


def write_books():
    with books:
        try:
            raise OSError("disk is full")
        except OSError:
            time.sleep(600)


def read_books():
    with books:
        pass


def hold_accounts():
    with accounts:
        time.sleep(600)


def read_accounts():
    with accounts:
        pass


def add_up():
    total = 0
    for number in iter(int, 1):
        total += number
    return total


async def wait_for(tasks, name):
    await asyncio.sleep(0.01)
    await tasks[name]


async def rest():
    await asyncio.sleep(600)


async def serve():
    tasks = {}
    for name, other in (("cart", "stock"), ("stock", "bill"), ("bill", "cart")):
        tasks[name] = asyncio.create_task(wait_for(tasks, other), name=name)
    resting = [asyncio.create_task(rest()) for _ in range(20)]
    await asyncio.sleep(0.1)
    print("ready", flush=True)
    await asyncio.gather(*resting)


def main():
    pool = concurrent.futures.ThreadPoolExecutor(2, thread_name_prefix="pool")
    list(pool.map(abs, range(2)))
    for name, function in (
        ("taker-1", take_orders),
        ("taker-2", take_orders),
        ("writer", write_books),
        ("reader-1", read_books),
        ("reader-2", read_books),
        ("holder", hold_accounts),
        ("accountant", read_accounts),
        ("adder", add_up),
    ):
        threading.Thread(target=function, name=name, daemon=True).start()
        time.sleep(0.05)
    asyncio.run(serve())


main()
