import logging
import sys

import shop
import stackprinter


class Indented(logging.Formatter):
    def formatException(self, exc_info):
        return "\n".join(f"  {line}" for line in stackprinter.format(exc_info).splitlines())


def handle(name):
    return shop.FAILURES[name]()


logging.basicConfig(stream=sys.stdout)
logging.getLogger().handlers[0].setFormatter(Indented("%(asctime)s %(levelname)s %(name)s %(message)s"))
for name in ("key", "chain", "context"):
    try:
        handle(name)
    except Exception:
        if sys.argv[1] == "logging":
            logging.getLogger("orders").exception("%s failed", name)
        else:
            stackprinter.show(style=sys.argv[1], file=sys.stdout)
stackprinter.set_excepthook(style="plaintext", show_vals=None)
handle("chain")
