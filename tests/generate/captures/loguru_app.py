import sys

from loguru import logger

import shop

logger.remove()
mode = sys.argv[1]
if mode == "json":
    logger.add(sys.stdout, serialize=True)
else:
    logger.add(sys.stdout, diagnose=mode == "diagnose", backtrace=mode != "plain", colorize="colour" in sys.argv)


@logger.catch
def handle(name):
    return shop.FAILURES[name]()


def main():
    logger.info("starting")
    for name in ("key", "chain", "context", "recursion"):
        handle(name)
    try:
        shop.price_of("fig")
    except KeyError:
        logger.exception("no price for {}", "fig")
    logger.warning("done")


main()
