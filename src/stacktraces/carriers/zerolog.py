"""Go's zerolog, and slog with a stack in the same shape: ``stack`` or ``trace``, an array of frames.

Their text is the message with the error, and the frames as Go prints them.
"""

from __future__ import annotations

from typing import Any

import msgspec

from . import Record, Sample
from ._json import event, first, json_carrier, named

_MOST_FRAMES = 1_000


class Frame(msgspec.Struct):
    """A frame: ``line`` is a text or a number."""

    func: str
    source: str
    line: int | str


class Line(msgspec.Struct):
    """The keys of one event."""

    stack: list[Frame] = []
    trace: list[Frame] = []
    error: Any = None
    err: Any = None
    message: Any = None
    msg: Any = None
    level: Any = None
    time: Any = None


def _read(line: Line) -> Record | None:
    frames = line.stack or line.trace
    if not frames:
        return None
    texts = [each for each in (first(line.message, line.msg), first(line.error, line.err)) if each]
    stack = "\n".join(f"{each.func}\n\t{each.source}:{each.line}" for each in frames[:_MOST_FRAMES])
    return event(": ".join(map(str, texts)), stack, first(line.time), named(level=line.level))


CARRIER = json_carrier(
    "zerolog",
    "zerolog",
    Line,
    _read,
    (
        Sample(
            b'{"level":"error","stack":[{"func":"total","line":"12","source":"main.go"},{"func":"goexit",'
            b'"line":"1571","source":"asm_amd64.s"}],"error":"no price","time":1714637703,"message":"failed"}',
            b"failed: no price\ntotal\n\tmain.go:12\ngoexit\n\tasm_amd64.s:1571",
            "1714637703",
            {"level": "error"},
        ),
    ),
    header=b'"func"',
    near_misses=(b'{"level":"error","stack":[],"message":"failed"}', b'{"msg":"func"}'),
)
