pyinstaller --onefile --log-level ERROR --distpath frozen --workpath frozen/build --specpath frozen shop.py >/dev/null 2>&1
./frozen/shop
