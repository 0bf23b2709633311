"""rich's handler as its documents set it up: the date in two digits each."""

import logging

from rich.console import Console
from rich.logging import RichHandler

from shop import main

handler = RichHandler(console=Console(width=100, force_terminal=False))
logging.basicConfig(level="INFO", format="%(message)s", datefmt="[%x %X]", handlers=[handler])
logging.info("started")
try:
    main()
except Exception:
    logging.exception("the job failed")
logging.info("stopped")
