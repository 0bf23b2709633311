"""What ``go test -json`` writes: ``{"Time":"…","Action":"output","Package":"shop","Output":"panic: boom\\n"}``."""

from __future__ import annotations

import msgspec

from . import Record, Sample
from ._json import encode, json_carrier, named


class Line(msgspec.Struct, gc=False):
    """One event; those of other actions have no output."""

    Time: str
    Action: str
    Package: str | None = None
    Output: str | None = None


def _read(line: Line) -> Record | None:
    if line.Output is None:
        return None
    partial = not line.Output.endswith("\n")
    text = line.Output if partial else line.Output[:-1].removesuffix("\r")
    return Record(encode(text), line.Time, named(logger=line.Package), partial)


CARRIER = json_carrier(
    "go-test-json",
    "go test -json",
    Line,
    _read,
    (
        Sample(
            rb'{"Time":"2026-11-29T19:39:22.982917116Z","Action":"output","Package":"example.com/shop",'
            rb'"Test":"TestSum","Output":"panic: boom\n"}',
            b"panic: boom",
            "2026-11-29T19:39:22.982917116Z",
            {"logger": "example.com/shop"},
        ),
    ),
    layer="file",
    pieces=True,
    header=b'"Action":',
    near_misses=(
        b'{"Time":"2026-11-29T19:39:22Z","Action":"run","Package":"shop","Test":"TestSum"}',
        b'{"Action":"output","Output":"no time\\n"}',
    ),
)
