"""structlog as JSON: ``event``, ``level``, ``timestamp``, and ``exception`` as text or as a list of objects.

Airflow 3 calls the list ``error_detail``.
"""

from __future__ import annotations

from typing import Any

import msgspec

from . import Record, Sample, StackData
from ._json import event, first, json_carrier, named


class Line(msgspec.Struct):
    """The keys of one event."""

    event: Any
    timestamp: Any = None
    level: Any = None
    logger: Any = None
    exception: Any = None
    exc_info: Any = None
    error_detail: Any = None
    stack: Any = None
    process: Any = None
    process_name: Any = None
    thread_name: Any = None
    hostname: Any = None


def _read(line: Line) -> Record | None:
    if not isinstance(line.event, str):
        return None
    text = first(line.exception, line.exc_info, line.stack)
    if text is not None:
        # structlog has taken the line end off: one that is left is the message's own.
        text += "\n"
    data = next((each for each in (line.exception, line.error_detail) if isinstance(each, list)), None)
    stack = StackData(text, exceptions=data) if data else text
    fields = named(
        level=line.level,
        logger=line.logger,
        pid=line.process,
        process=line.process_name,
        thread=line.thread_name,
        host=line.hostname,
    )
    return event(line.event, stack, first(line.timestamp), fields)


CARRIER = json_carrier(
    "structlog-json",
    "structlog as JSON",
    Line,
    _read,
    (
        Sample(
            b'{"path": "/key", "event": "request failed", "level": "error", "timestamp": '
            b'"2026-11-23T01:39:39.530509Z", "exception": [{"exc_type": "KeyError", "exc_value": "\'durian\'", '
            b'"exc_notes": [], "syntax_error": null, "is_cause": false, "frames": [{"filename": "/srv/app/shop.py", '
            b'"lineno": 13, "name": "price_of", "locals": {"name": "\'durian\'"}}], "is_group": false, '
            b'"exceptions": []}]}',
            b"request failed\nTraceback (most recent call last):\n"
            b"  File \"/srv/app/shop.py\", line 13, in price_of\nKeyError: 'durian'",
            "2026-11-23T01:39:39.530509Z",
            {"level": "error"},
        ),
        Sample(b'{"event": "done", "level": "info"}', b"done", fields={"level": "info"}),
    ),
    header=b'"event"',
    near_misses=(b'{"event": {"kind": "alert"}}', b'{"message": "event"}'),
    hints=(b'"exc_type"',),
)
