import anyio, shop
async def a(): shop.main()
async def main():
    async with anyio.create_task_group() as tg: tg.start_soon(a)
anyio.run(main)
