python -m nuitka --module --output-dir=frozen --remove-output shop.py >/dev/null 2>&1
cd frozen && python -c 'import shop; print(shop.__compiled__ is not None); shop.main()'
