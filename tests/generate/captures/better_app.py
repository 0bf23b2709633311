import sys

import better_exceptions
import shop

better_exceptions.MAX_LENGTH = None
for name in ("key", "chain", "context"):
    try:
        shop.FAILURES[name]()
    except Exception:
        print("".join(better_exceptions.format_exception(*sys.exc_info())))
