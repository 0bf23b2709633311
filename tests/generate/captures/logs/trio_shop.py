import trio, shop
async def a(): shop.main()
async def b(): await trio.sleep(0); raise KeyError("late")
async def main():
    async with trio.open_nursery() as n: n.start_soon(a); n.start_soon(b)
trio.run(main)
