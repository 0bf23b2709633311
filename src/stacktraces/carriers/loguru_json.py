"""loguru with ``serialize=True``: ``{"text": "…", "record": {…}}``."""

from __future__ import annotations

import msgspec

from . import Record, Sample
from ._json import encode, json_carrier, named


class Named(msgspec.Struct):
    """A level, process or thread."""

    id: int | None = None
    name: str | None = None


class Moment(msgspec.Struct):
    """When."""

    repr: str | None = None


class Details(msgspec.Struct):
    """The keys of ``record``."""

    message: str
    level: Named
    time: Moment
    process: Named
    thread: Named
    name: str | None = None


class Line(msgspec.Struct):
    """One event."""

    text: str
    record: Details


def _read(line: Line) -> Record:
    record = line.record
    start = max(line.text.find(record.message), 0)
    fields = named(
        level=record.level.name,
        logger=record.name,
        pid=record.process.id,
        process=record.process.name,
        thread=record.thread.name,
    )
    return Record(encode(line.text[start:].removesuffix("\n")), record.time.repr, fields, complete=True)


CARRIER = json_carrier(
    "loguru-json",
    "loguru as JSON",
    Line,
    _read,
    (
        Sample(
            b'{"text": "2026-11-23 01:26:03.681 | ERROR    | shop:main:21 - failed\\nTraceback (most recent call '
            b'last):\\nKeyError: 1\\n", "record": {"exception": null, "level": {"name": "ERROR", "no": 40}, '
            b'"message": "failed", "name": "shop", "process": {"id": 7791, "name": "MainProcess"}, "thread": '
            b'{"id": 140, "name": "MainThread"}, "time": {"repr": "2026-11-23 01:26:03.681586+00:00"}}}',
            b"failed\nTraceback (most recent call last):\nKeyError: 1",
            "2026-11-23 01:26:03.681586+00:00",
            {
                "level": "ERROR",
                "logger": "shop",
                "pid": "7791",
                "process": "MainProcess",
                "thread": "MainThread",
            },
        ),
    ),
    header=b'"record"',
    near_misses=(b'{"text": "x", "record": {}}', b'{"text": "x"}'),
)
