"""A function of AWS Lambda's that logs an error and fails."""

import logging

from shop import main

log = logging.getLogger()
log.setLevel("INFO")


def handler(event, context):
    log.info("order %s", event["order"])
    try:
        main()
    except ValueError:
        log.exception("order failed")
        raise
