import logging
import sys

import anyio
import shop
import trio

logging.basicConfig(format="%(asctime)s %(levelname)s %(name)s %(message)s", stream=sys.stdout)
log = logging.getLogger("orders")


async def charge(name):
    await anyio.sleep(0)
    shop.charge({name: 1}, "4242")


async def with_trio():
    async with trio.open_nursery() as nursery:
        nursery.start_soon(charge, "pear")


async def with_anyio():
    async with anyio.create_task_group() as group:
        group.start_soon(charge, "kiwi")
        async with anyio.create_task_group() as inner:
            inner.start_soon(charge, "pear")


for run in (lambda: trio.run(with_trio), lambda: anyio.run(with_anyio)):
    try:
        run()
    except BaseException:
        log.exception("no price")
