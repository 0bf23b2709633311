"""Errors that nobody asks for: of a future, of a child process, and of a pool's worker."""

import asyncio
import gc
import multiprocessing

import shop


async def lose():
    future = asyncio.get_running_loop().create_future()
    future.set_exception(ValueError("no apple\nin stock"))
    del future
    gc.collect()


asyncio.run(lose())
child = multiprocessing.Process(target=shop.main)
child.start()
child.join()
with multiprocessing.Pool(1) as pool:
    pool.apply(shop.main)
