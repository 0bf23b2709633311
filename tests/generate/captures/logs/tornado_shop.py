"""Tornado's own form of records, which it sets up with its options."""

import logging

from tornado.options import parse_command_line

from shop import main

parse_command_line(["shop", "--logging=info"])
logging.info("started")
try:
    main()
except Exception:
    logging.exception("the job failed")
logging.info("stopped")
