import friendly_traceback, shop
friendly_traceback.install(lang="en")
shop.main()
