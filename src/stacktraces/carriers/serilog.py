"""Serilog's compact JSON: ``@t``, ``@m`` or ``@mt``, ``@l``, ``@x`` (the exception)."""

from __future__ import annotations

from typing import Any

import msgspec

from . import Record, Sample
from ._json import event, first, json_carrier, named


class Line(msgspec.Struct):
    """The keys of one event."""

    time: Any = msgspec.field(name="@t")
    message: Any = msgspec.field(name="@m", default=None)
    template: Any = msgspec.field(name="@mt", default=None)
    level: Any = msgspec.field(name="@l", default=None)
    exception: Any = msgspec.field(name="@x", default=None)
    SourceContext: Any = None
    ThreadId: Any = None
    MachineName: Any = None


def _read(line: Line) -> Record:
    fields = named(level=line.level, logger=line.SourceContext, thread=line.ThreadId, host=line.MachineName)
    return event(first(line.message, line.template), first(line.exception), first(line.time), fields)


CARRIER = json_carrier(
    "serilog",
    "Serilog compact JSON",
    Line,
    _read,
    (
        Sample(
            b'{"@t":"2026-03-01T12:00:00.1234567Z","@mt":"Order {Id} failed","@l":"Error","@x":'
            b'"System.InvalidOperationException: no price\\r\\n   at Shop.Orders.Total() in Orders.cs:line 12","Id":3}',
            b"Order {Id} failed\nSystem.InvalidOperationException: no price\r\n"
            b"   at Shop.Orders.Total() in Orders.cs:line 12",
            "2026-03-01T12:00:00.1234567Z",
            {"level": "Error"},
        ),
    ),
    header=b'"@t"',
    near_misses=(b'{"@timestamp":"x"}', b'{"@m":"x"}'),
)
