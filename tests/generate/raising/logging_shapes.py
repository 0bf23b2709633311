# -*- coding: utf-8 -*-
"""What logging writes. Python 2.7, 3.6 and later."""

import logging
import os
import sys

from plain_shapes import again, deep, give_up
from truth import PY2, Captured, errors, logged_stack, report, stack_truth, stderr_captured, trace, truth_now

if not PY2:
    from chain_shapes import chain_of_both_kinds

LOG_LINE = "%(asctime)s %(name)s %(levelname)s %(message)s"


class RecordingHandler(logging.StreamHandler):
    """Keeps what the interpreter knew when a record could not be formatted."""

    known = None

    def handleError(self, record):
        tb = sys.exc_info()[2]
        frame = tb.tb_frame
        while frame and os.path.dirname(frame.f_code.co_filename) == os.path.dirname(logging.__file__):
            frame = frame.f_back
        self.known = truth_now(), stack_truth(frame)
        logging.StreamHandler.handleError(self, record)


def logged(log_it, name="shop.api", line=LOG_LINE):
    out = Captured()
    handler = RecordingHandler(out)
    handler.setFormatter(logging.Formatter(line))
    logger = logging.getLogger(name)
    logger.handlers, logger.propagate = [handler], False
    logger.setLevel(logging.DEBUG)
    known = log_it(logger)
    return out.text(), known, handler


def about(message, level="ERROR"):
    return {"level": level, "logger": "shop.api", "message": message}


def log_exception(failing, *arguments):
    def log_it(logger):
        try:
            failing(*arguments)
        except Exception:
            logger.exception("request %d failed", 7)
            return truth_now()

    text, known, _ = logged(log_it)
    return text, errors(trace(known, log=about("request 7 failed")))


@report()
def logging_exception():
    return log_exception(give_up)


@report()
def logging_exception_deep():
    return log_exception(deep, 4)


@report()
def logging_exception_repeats():
    return log_exception(again, 40)


@report(since=(3, 6))
def logging_exception_chain():
    return log_exception(chain_of_both_kinds)


@report()
def logging_exception_warning_level():
    def log_it(logger):
        try:
            give_up("tolerable")
        except ValueError:
            logger.warning("odd", exc_info=True)
            return truth_now()

    text, known, _ = logged(log_it)
    return text, errors(trace(known, log=about("odd", "WARNING")))


@report()
def logging_two_in_a_row():
    def log_it(logger):
        known = []
        for message in ("first", "second"):
            try:
                deep(1, message)
            except ValueError:
                logger.exception("request failed")
                known.append(truth_now())
        logger.info("done")
        return known

    text, known, _ = logged(log_it)
    return text, errors(*[trace(each, log=about("request failed")) for each in known])


@report(since=(3, 6))
def logging_stack_info():
    def log_it(logger):
        known, _ = stack_truth(sys._getframe()), logger.info("where am I", stack_info=True)
        return known

    text, known, _ = logged(log_it)
    return text, errors(trace(logged_stack(known), stack=True, log=about("where am I", "INFO")))


@report(since=(3, 6))
def logging_exception_with_stack():
    def log_it(logger):
        try:
            give_up()
        except ValueError:
            stack, _ = stack_truth(sys._getframe()), logger.error("both", exc_info=True, stack_info=True)
            return truth_now(), stack

    text, (known, stack), _ = logged(log_it)
    return text, errors(trace(known, log=about("both")), trace(logged_stack(stack), stack=True))


@report(since=(3, 6))
def logging_error():
    with stderr_captured() as out:
        _, _, handler = logged(lambda logger: logger.warning("%d apples and %s", "two"))
    known, stack = handler.known
    return out.text(), errors(trace(known), trace(logged_stack(stack), stack=True), logging_error=True)
