import logging
import sys

import structlog

import shop

mode = sys.argv[1]
chain = [
    structlog.contextvars.merge_contextvars,
    structlog.processors.add_log_level,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
]
if mode == "dicts":
    chain += [structlog.processors.dict_tracebacks, structlog.processors.JSONRenderer()]
elif mode == "json":
    chain += [structlog.processors.format_exc_info, structlog.processors.JSONRenderer()]
elif mode == "console":
    chain += [structlog.dev.ConsoleRenderer(colors=False, exception_formatter=structlog.dev.plain_traceback)]
elif mode == "rich":
    chain += [structlog.dev.ConsoleRenderer(colors=False)]
elif mode == "logfmt":
    chain += [structlog.processors.format_exc_info, structlog.processors.LogfmtRenderer()]
structlog.configure(processors=chain, wrapper_class=structlog.make_filtering_bound_logger(logging.INFO))
log = structlog.get_logger()

structlog.contextvars.bind_contextvars(request_id="7f3a", worker=3)
log.info("starting", port=8000)
for name in sys.argv[2].split(","):
    try:
        shop.FAILURES[name]()
    except Exception:
        log.exception("request failed", path="/" + name)
try:
    compile("x = = 1", "/srv/app/bad.py", "exec")
except SyntaxError:
    log.exception("request failed", path="/syntax")
try:
    error = ExceptionGroup("two", [ValueError("a"), KeyError("b")])
    error.add_note("seen twice")
    raise error
except ExceptionGroup:
    log.exception("request failed", path="/group")
log.info("done")
