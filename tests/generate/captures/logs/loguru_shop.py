import sys, shop
from loguru import logger
logger.remove(); logger.add(sys.stderr, diagnose=True, backtrace=True)
@logger.catch
def f(): shop.main()
f()
logger.info("next")
logger.remove(); logger.add(sys.stderr, format="{time:DD.MM.YYYY HH:mm:ss} | {process} | {level} | {message}", diagnose=False)
f()
logger.info("next")
logger.remove(); logger.add(sys.stderr, serialize=True)
f()
