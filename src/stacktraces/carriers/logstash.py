"""logstash's encoders (logback, log4j): ``@timestamp``, ``@version``, ``logger_name``, ``stack_trace``."""

from __future__ import annotations

from typing import Any

import msgspec

from . import Record, Sample
from ._json import event, first, json_carrier, named


class Line(msgspec.Struct):
    """The keys of one event."""

    time: Any = msgspec.field(name="@timestamp")
    version: Any = msgspec.field(name="@version")
    message: Any = None
    level: Any = None
    logger_name: Any = None
    thread_name: Any = None
    stack_trace: Any = None
    stack_info: Any = None
    exc_info: Any = None
    host: Any = None
    pid: Any = None


def _read(line: Line) -> Record:
    fields = named(
        level=line.level, logger=line.logger_name, thread=line.thread_name, host=line.host, pid=line.pid
    )
    stack = first(line.stack_trace, line.exc_info, line.stack_info)
    return event(first(line.message), stack, first(line.time), fields)


CARRIER = json_carrier(
    "logstash",
    "logstash JSON",
    Line,
    _read,
    (
        Sample(
            b'{"@timestamp":"2026-03-01T12:00:00.123Z","@version":"1","message":"order failed","logger_name":'
            b'"com.shop.Orders","thread_name":"http-8","level":"ERROR","level_value":40000,"stack_trace":'
            b'"java.lang.IllegalStateException: no price\\n\\tat com.shop.Orders.total(Orders.java:12)\\n"}',
            b"order failed\njava.lang.IllegalStateException: no price\n\tat com.shop.Orders.total(Orders.java:12)",
            "2026-03-01T12:00:00.123Z",
            {"level": "ERROR", "logger": "com.shop.Orders", "thread": "http-8"},
        ),
    ),
    header=b'"@version"',
    near_misses=(b'{"@version":"1","message":"x"}', b'{"@timestamp":"2026-03-01T12:00:00.123Z","version":1}'),
)
