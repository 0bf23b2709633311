"""Node's JSON loggers: bunyan and pino (``err.stack``, numeric levels), winston (``stack``)."""

from __future__ import annotations

from typing import Any

import msgspec

from . import Record, Sample
from ._json import at, event, first, json_carrier, named

_LEVELS = {10: "trace", 20: "debug", 30: "info", 40: "warn", 50: "error", 60: "fatal"}
_OF_GO = "goroutine "
"""Go's slog has keys of the same names."""


class Line(msgspec.Struct):
    """The keys of one event."""

    level: Any
    time: Any = None
    timestamp: Any = None
    pid: Any = None
    hostname: Any = None
    name: Any = None
    msg: Any = None
    message: Any = None
    err: Any = None
    error: Any = None
    stack: Any = None


def _read(line: Line) -> Record | None:
    numbered = isinstance(line.level, int) and line.pid is not None and line.hostname is not None
    stack = first(at(line.err, "stack"), at(line.error, "stack"), line.stack)
    if not numbered and (stack is None or stack.startswith(_OF_GO)):
        return None
    level = _LEVELS.get(line.level, line.level) if isinstance(line.level, int) else line.level
    fields = named(level=level, pid=line.pid, host=line.hostname, process=line.name)
    return event(first(line.msg, line.message), stack, first(line.time, line.timestamp), fields)


CARRIER = json_carrier(
    "node-json",
    "bunyan, pino, winston",
    Line,
    _read,
    (
        Sample(
            b'{"name":"shop","hostname":"vm","pid":3485,"level":50,"err":{"message":"boom","name":"TypeError",'
            b'"stack":"TypeError: boom\\n    at f (/srv/app/b.js:2:20)"},"msg":"request failed",'
            b'"time":"2026-11-23T02:02:56.182Z","v":0}',
            b"request failed\nTypeError: boom\n    at f (/srv/app/b.js:2:20)",
            "2026-11-23T02:02:56.182Z",
            {"level": "error", "pid": "3485", "host": "vm", "process": "shop"},
        ),
        Sample(
            b'{"level":30,"time":1795399376213,"pid":3485,"hostname":"vm","msg":"hi"}',
            b"hi",
            "1795399376213",
            {"level": "info", "pid": "3485", "host": "vm"},
        ),
        Sample(
            b'{"level":"error","message":"boom","stack":"TypeError: boom\\n    at f (/srv/app/b.js:2:20)",'
            b'"timestamp":"2026-11-23T02:02:56.252Z"}',
            b"boom\nTypeError: boom\n    at f (/srv/app/b.js:2:20)",
            "2026-11-23T02:02:56.252Z",
            {"level": "error"},
        ),
    ),
    header=b'"level"',
    near_misses=(
        b'{"level":"info","message":"x"}',
        b'{"level":30,"msg":"x"}',
        b'{"level":"ERROR","msg":"recovered","err":"boom","stack":"goroutine 1 [running]:\\nmain.main()\\n"}',
    ),
)
