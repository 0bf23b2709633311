"""Python's ``logging`` as JSON (python-json-logger and its like): ``levelname``, ``asctime``, ``exc_info``."""

from __future__ import annotations

from typing import Any

import msgspec

from . import Record, Sample, StackData
from ._json import event, first, json_carrier, named


class Line(msgspec.Struct):
    """The keys of one record."""

    levelname: Any = None
    level: Any = None
    asctime: Any = None
    timestamp: Any = None
    message: Any = None
    msg: Any = None
    name: Any = None
    logger: Any = None
    process: Any = None
    processName: Any = None
    threadName: Any = None
    taskName: Any = None
    hostname: Any = None
    exc_info: Any = None
    exc_text: Any = None
    stack_info: Any = None


def _read(line: Line) -> Record | None:
    if line.levelname is None and line.asctime is None and line.exc_info is None:
        return None
    text = first(line.exc_info, line.exc_text, line.stack_info)
    if text is not None:
        # logging.Formatter has taken the line end off: one that is left is the message's own.
        text += "\n"
    data = line.exc_info if isinstance(line.exc_info, list) else None
    stack = StackData(text, exceptions=data) if data else text
    fields = named(
        level=line.levelname or line.level,
        logger=line.name or line.logger,
        pid=line.process,
        process=line.processName,
        thread=line.threadName,
        task=line.taskName,
        host=line.hostname,
    )
    return event(first(line.message, line.msg), stack, first(line.asctime, line.timestamp), fields)


CARRIER = json_carrier(
    "python-json",
    "Python logging as JSON",
    Line,
    _read,
    (
        Sample(
            b'{"asctime": "2026-11-23 01:26:04,431", "levelname": "ERROR", "name": "shop.api", "process": 7798, '
            b'"threadName": "MainThread", "message": "request failed", "exc_info": "Traceback (most recent call '
            b'last):\\n  File \\"/srv/app/shop.py\\", line 13, in price_of\\nKeyError: \'durian\'", "path": "/key"}',
            b"request failed\nTraceback (most recent call last):\n"
            b"  File \"/srv/app/shop.py\", line 13, in price_of\nKeyError: 'durian'",
            "2026-11-23 01:26:04,431",
            {"level": "ERROR", "logger": "shop.api", "pid": "7798", "thread": "MainThread"},
        ),
    ),
    near_misses=(b'{"message": "x", "level": "info"}', b'{"levelname": "ERROR"', b'["levelname"]'),
)
