"""Docker's json-file driver: ``{"log":"text\\n","stream":"stderr","time":"…"}``.

A line longer than 16 KiB comes in several objects; all but the last lack the newline at the end.
"""

from __future__ import annotations

from typing import Any

import msgspec

from . import Record, Sample
from ._bulk import Stripped
from ._json import encode, json_carrier, named


class Line(msgspec.Struct, gc=False, forbid_unknown_fields=True):
    """The keys of one object; one with further keys has passed through a shipper, which cuts line ends off."""

    log: str
    time: str
    stream: str | None = None
    attrs: dict[str, Any] | None = None


def _read(line: Line) -> Record:
    partial = not line.log.endswith("\n")
    text = line.log if partial else line.log[:-1].removesuffix("\r")
    container = (line.attrs.get("name") or line.attrs.get("tag")) if line.attrs else None
    fields = named(stream=line.stream, container=container)
    return Record(encode(text), line.time, fields, partial)


def _bulk(block: bytes) -> Stripped | None:
    try:
        lines = _DECODER.decode_lines(block)
    except (ValueError, RecursionError):
        return None
    logs = [line.log for line in lines]
    joined = "".join(logs)
    if joined.count("\n") != len(logs) or any(log[-1:] != "\n" for log in logs) or "\r" in joined:
        return None
    try:
        texts = joined.encode().split(b"\n")
    except UnicodeEncodeError:
        return None
    texts.pop()
    containers = [line.attrs.get("name") or line.attrs.get("tag") if line.attrs else None for line in lines]
    if not all(each is None or isinstance(each, str) for each in containers):
        return None
    streams = [line.stream for line in lines]
    return Stripped(texts, [line.time for line in lines], ("stream", "container"), [streams, containers])


_DECODER = msgspec.json.Decoder(Line)

CARRIER = json_carrier(
    "docker-json",
    "Docker json-file",
    Line,
    _read,
    (
        Sample(
            rb'{"log":"Traceback (most recent call last):\n","stream":"stderr",'
            rb'"time":"2026-03-01T12:00:00.123456789Z"}',
            b"Traceback (most recent call last):",
            "2026-03-01T12:00:00.123456789Z",
            {"stream": "stderr"},
        ),
        Sample(
            rb'{"log":"  File \"/srv/app/shop.py\", line 3, in f","stream":"stdout",'
            rb'"attrs":{"tag":"web"},"time":"2026-03-01T12:00:00Z"}',
            b'  File "/srv/app/shop.py", line 3, in f',
            "2026-03-01T12:00:00Z",
            {"stream": "stdout", "container": "web"},
            partial=True,
        ),
    ),
    layer="file",
    bulk=_bulk,
    pieces=True,
    header=b'"log":',
    near_misses=(
        b'{"log":"no time"}',
        b'{"log":{"level":"info"},"time":"2026-03-01T12:00:00Z"}',
        b'{"log":"x","time":"2026-03-01T12:00:00Z"',
        b'{"date":1772366400.5,"log":"x","stream":"stderr","time":"2026-03-01T12:00:00Z"}',
    ),
)
