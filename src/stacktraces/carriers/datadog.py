"""Datadog's attributes: ``error.stack``, ``error.kind``, ``error.message``, dotted or nested."""

from __future__ import annotations

from typing import Any

import msgspec

from . import Record, Sample, StackData
from ._json import at, event, first, json_carrier, named


class Line(msgspec.Struct):
    """The keys of one event."""

    error: Any = None
    stack: Any = msgspec.field(name="error.stack", default=None)
    kind: Any = msgspec.field(name="error.kind", default=None)
    error_message: Any = msgspec.field(name="error.message", default=None)
    message: Any = None
    status: Any = None
    level: Any = None
    timestamp: Any = None
    date: Any = None
    host: Any = None
    hostname: Any = None
    service: Any = None
    logger: Any = None
    ddsource: Any = None
    trace: Any = msgspec.field(name="dd.trace_id", default=None)


def _read(line: Line) -> Record | None:
    kind = first(line.kind, at(line.error, "kind"))
    if line.ddsource is None and line.trace is None and kind is None:
        return None
    text = first(line.stack, at(line.error, "stack"))
    stack = StackData(text, kind, first(line.error_message, at(line.error, "message")))
    fields = named(
        level=first(line.status, line.level),
        host=first(line.host, line.hostname),
        process=line.service,
        logger=first(line.logger, at(line.logger, "name")),
        thread=at(line.logger, "thread_name"),
    )
    return event(first(line.message), stack, first(line.timestamp, line.date), fields)


CARRIER = json_carrier(
    "datadog",
    "Datadog",
    Line,
    _read,
    (
        Sample(
            b'{"message":"failed","status":"error","service":"shop","hostname":"web-1","timestamp":1795399376213,'
            b'"error":{"kind":"KeyError","message":"\'x\'","stack":"Traceback (most recent call last):\\n'
            b'  File \\"/srv/app/a.py\\", line 3, in f\\nKeyError: \'x\'"},"logger":{"name":"shop.api"}}',
            b"failed\nTraceback (most recent call last):\n  File \"/srv/app/a.py\", line 3, in f\nKeyError: 'x'",
            "1795399376213",
            {"level": "error", "host": "web-1", "process": "shop", "logger": "shop.api"},
        ),
    ),
    near_misses=(b'{"message":"x","status":"error"}', b'{"error":"x"}'),
)
