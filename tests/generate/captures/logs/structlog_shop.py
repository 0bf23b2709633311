import structlog, shop, sys
for procs in ([structlog.processors.add_log_level, structlog.processors.TimeStamper(fmt="iso"), structlog.processors.dict_tracebacks, structlog.processors.JSONRenderer()],
  [structlog.processors.add_log_level, structlog.processors.TimeStamper(fmt="%Y-%m-%d %H:%M:%S"), structlog.dev.ConsoleRenderer(colors=False, exception_formatter=structlog.dev.plain_traceback)],
  [structlog.processors.add_log_level, structlog.processors.format_exc_info, structlog.processors.KeyValueRenderer()]):
    structlog.configure(processors=procs); log=structlog.get_logger()
    try: shop.main()
    except ValueError: log.exception("order failed", user="ann")
    log.info("next", n=1)
