import shop
async def app(scope, receive, send):
    if scope["type"] == "lifespan":
        shop.main()
    shop.main()
