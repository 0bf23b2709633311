"""One event that is told of twice, in the ways that programs have: twice.py WAY."""

import logging
import sys
import traceback

from shop import main

logging.basicConfig(format="%(asctime)s %(levelname)s %(name)s: %(message)s", stream=sys.stderr, level="INFO")
log = logging.getLogger("shop")
log.info("start")
way = sys.argv[1]
try:
    main()
except ValueError as error:
    if way == "format_exc":
        log.error(traceback.format_exc())
    elif way == "text-and-exception":
        log.exception("order failed: %s", traceback.format_exc())
    elif way == "logged-and-raised":
        log.exception("order failed")
        raise
    elif way == "logged-and-printed":
        log.error("order failed", exc_info=True)
        traceback.print_exc()
    elif way == "error-and-text":
        log.error("Error: %s\n%s", error, "".join(traceback.format_exception(error)))
    elif way == "two":
        log.exception("order failed")
        try:
            main()
        except ValueError:
            log.exception("order failed again")
log.info("end")
