"""Docker's json-file driver: ``{"log":"text\\n","stream":"stderr","time":"…"}``.

A line longer than 16 KiB comes in several objects; all but the last lack the newline at the end.
"""

from __future__ import annotations

from typing import Any

import msgspec

from . import Record, Sample
from ._json import encode, json_carrier, named


class Line(msgspec.Struct):
    """The keys of one object."""

    log: str
    time: str
    stream: str | None = None
    attrs: dict[str, Any] = {}


def _read(line: Line) -> Record:
    partial = not line.log.endswith("\n")
    text = line.log if partial else line.log[:-1].removesuffix("\r")
    container = line.attrs.get("name") or line.attrs.get("tag")
    fields = named(stream=line.stream, container=container)
    return Record(encode(text), line.time, fields, partial)


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
    header=b'"log":',
    near_misses=(
        b'{"log":"no time"}',
        b'{"log":{"level":"info"},"time":"2026-03-01T12:00:00Z"}',
        b'{"log":"x","time":"2026-03-01T12:00:00Z"',
    ),
)
