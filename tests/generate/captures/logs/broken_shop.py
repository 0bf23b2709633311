import shop
shop.main()
