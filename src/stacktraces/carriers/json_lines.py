"""Any JSON object a line with a message, a level or a time under one of their usual names.

It is what remains for loggers that have no carrier of their own; a stack is looked for under the usual
names too. A trace under any other key is searched for in the line.
"""

from __future__ import annotations

from typing import Any

from . import Record, Sample, StackData
from ._json import at, event, first, json_carrier, named

_STACKS = (
    "stack_trace",
    "stacktrace",
    "stackTrace",
    "exc_info",
    "exception",
    "traceback",
    "exc_text",
    "stack",
)
_STACKS_WITHIN = (("error", "stack"), ("err", "stack"), ("error", "stack_trace"), ("exception", "stacktrace"))


def _read(line: dict[str, Any]) -> Record | None:
    message = first(*(line.get(name) for name in ("message", "msg", "event", "text", "log", "body")))
    level = first(*(line.get(name) for name in ("level", "levelname", "severity", "lvl", "log_level")))
    time = first(
        *(line.get(name) for name in ("timestamp", "time", "ts", "@timestamp", "asctime", "datetime"))
    )
    if message is None and (level is None or time is None):
        return None
    stack = _stack(line)
    fields = named(
        level=level,
        logger=first(line.get("logger"), line.get("logger_name"), line.get("name")),
        thread=first(line.get("thread"), line.get("thread_name"), line.get("threadName")),
        pid=first(line.get("pid"), line.get("process")),
        host=first(line.get("host"), line.get("hostname")),
    )
    return event(message, stack, time, fields)


def _stack(line: dict[str, Any]) -> str | StackData | None:
    for name in _STACKS:
        value = line.get(name)
        text = first(value)
        if isinstance(value, list) and value and isinstance(value[0], dict):
            return StackData(exceptions=value)
        if text is not None and "\n" in text:
            return StackData(text)
    return first(*(at(line, *path) for path in _STACKS_WITHIN))


CARRIER = json_carrier(
    "json",
    "JSON lines",
    dict[str, Any],
    _read,
    (
        Sample(
            b'{"time":"2026-03-01T12:00:00Z","level":"error","message":"failed","traceback":"Traceback (most recent '
            b'call last):\\nKeyError: 1"}',
            b"failed\nTraceback (most recent call last):\nKeyError: 1",
            "2026-03-01T12:00:00Z",
            {"level": "error"},
        ),
        Sample(
            b'{"msg":"failed","extra":{"why":["Traceback (most recent call last):\\nKeyError: 1"]}}',
            b"failed\nTraceback (most recent call last):\nKeyError: 1",
        ),
    ),
    near_misses=(b'{"a":1}', b'["message"]', b'{"message":"x"'),
    generic=True,
)
