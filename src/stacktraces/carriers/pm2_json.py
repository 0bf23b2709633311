"""What pm2 writes with ``log_type: "json"``: a record for each piece of output, of whatever lines it holds.

A trace may be cut at any line, and goes on in the next record of the same application.
"""

from __future__ import annotations

import msgspec

from . import Record, Sample
from ._json import encode, json_carrier, named


class Line(msgspec.Struct):
    """One piece of output."""

    message: str
    timestamp: str
    type: str
    process_id: int
    app_name: str


def _read(line: Line) -> Record:
    fields = named(process=line.app_name, instance=line.process_id, stream=line.type)
    return Record(encode(line.message.removesuffix("\n")), line.timestamp, fields)


CARRIER = json_carrier(
    "pm2-json",
    "pm2's log as JSON",
    Line,
    _read,
    (
        Sample(
            b'{"message":"    return PRICES[name]\\nKeyError: \'lime\'\\n","timestamp":"2026-11-29T15:53:51.400Z",'
            b'"type":"err","process_id":1,"app_name":"shop"}',
            b"    return PRICES[name]\nKeyError: 'lime'",
            "2026-11-29T15:53:51.400Z",
            {"process": "shop", "instance": "1", "stream": "err"},
        ),
    ),
    layer="transport",
    header=b'"app_name"',
    near_misses=(b'{"message":"x","timestamp":"2026-11-29T15:53:51.400Z","app_name":"shop"}',),
)
