"""Go's zap: ``level``, ``ts``, ``caller``, ``msg``, ``stacktrace``; ``errorVerbose`` of pkg/errors."""

from __future__ import annotations

from typing import Any

import msgspec

from . import Record, Sample
from ._json import event, first, json_carrier, named


class Line(msgspec.Struct):
    """The keys of one event."""

    ts: Any
    msg: Any
    level: Any = None
    logger: Any = None
    stacktrace: Any = None
    errorVerbose: Any = None
    stack: Any = None
    error: Any = None


def _read(line: Line) -> Record:
    stack = first(line.errorVerbose, line.stacktrace, line.stack)
    message = first(line.msg)
    # What is said of the error is told in a field of its own; the text of errorVerbose begins with it.
    if stack and not line.errorVerbose and isinstance(line.error, str):
        message = f"{message}: {line.error}"
    return event(message, stack, first(line.ts), named(level=line.level, logger=line.logger))


CARRIER = json_carrier(
    "zap",
    "zap",
    Line,
    _read,
    (
        Sample(
            b'{"level":"error","ts":1795399376.25,"caller":"shop/main.go:12","msg":"failed","error":"no price",'
            b'"stacktrace":"main.total\\n\\t/srv/app/main.go:12\\nmain.main\\n\\t/srv/app/main.go:20"}',
            b"failed: no price\nmain.total\n\t/srv/app/main.go:12\nmain.main\n\t/srv/app/main.go:20",
            "1795399376.25",
            {"level": "error"},
        ),
    ),
    header=b'"ts"',
    near_misses=(b'{"ts":1795399376.25}', b'{"msg":"ts"}'),
)
