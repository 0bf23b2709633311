import asyncio, logging, shop
from taskiq import InMemoryBroker
logging.basicConfig(level=logging.INFO)
b=InMemoryBroker()
@b.task
async def order(n): shop.main()
async def main():
    await b.startup(); t=await order.kiq(1); r=await t.wait_result(); 
    try: r.raise_for_error()
    except Exception: logging.exception("task failed")
    await b.shutdown()
asyncio.run(main())
