"""AWS Lambda's JSON log: ``errorType``, ``errorMessage`` and ``stackTrace``, a list of formatted frames."""

from __future__ import annotations

from typing import Any

import msgspec

from . import Record, Sample, StackData
from ._json import event, first, json_carrier, named


class Line(msgspec.Struct):
    """The keys of one event."""

    errorType: Any = None
    errorMessage: Any = None
    stackTrace: Any = None
    trace: Any = None
    requestId: Any = None
    message: Any = None
    level: Any = None
    log_level: Any = None
    logger: Any = None
    timestamp: Any = None


def _read(line: Line) -> Record | None:
    if line.requestId is None and line.errorType is None:
        return None
    stack = StackData(
        first(line.stackTrace, line.trace),
        first(line.errorType),
        first(line.errorMessage),
        _exceptions(line),
    )
    fields = named(level=first(line.level, line.log_level), logger=line.logger, task=line.requestId)
    return event(first(line.message), stack, first(line.timestamp), fields)


def _exceptions(line: Line) -> list[dict[str, Any]] | None:
    """The error with its frames as data, where each is a list of file, line, function and source, as with Python 2."""
    stack = line.stackTrace
    if not isinstance(stack, list) or not all(isinstance(each, list) and len(each) == 4 for each in stack):
        return None
    frames = [dict(zip(("filename", "lineno", "name", "line"), each, strict=True)) for each in stack]
    frames = [{**each, "line": each["line"] or ""} for each in frames]
    return [{"exc_type": line.errorType, "exc_value": line.errorMessage or "", "frames": frames}]


CARRIER = json_carrier(
    "lambda-json",
    "AWS Lambda, JSON",
    Line,
    _read,
    (
        Sample(
            b'{"timestamp":"2026-03-01T12:00:00Z","log_level":"ERROR","errorMessage":"\'x\'","errorType":"KeyError",'
            b'"requestId":"8c1f","stackTrace":["  File \\"/var/task/app.py\\", line 3, in handler\\n    '
            b'return event[\\"x\\"]\\n"]}',
            b'Traceback (most recent call last):\n  File "/var/task/app.py", line 3, in handler\n'
            b"    return event[\"x\"]\nKeyError: 'x'",
            "2026-03-01T12:00:00Z",
            {"level": "ERROR", "task": "8c1f"},
        ),
    ),
    near_misses=(b'{"message":"x","level":"INFO"}', b'{"request_id":"x"}'),
    hints=(b'"stackTrace"',),
)
