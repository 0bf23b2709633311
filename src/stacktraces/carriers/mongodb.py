"""MongoDB's own log since 4.4: an object a line; a backtrace is one of them."""

from __future__ import annotations

from typing import Any

import msgspec

from . import Record, Sample
from ._json import at, event, json_carrier, named, text_of

_FRAMES = 1_000


class Line(msgspec.Struct):
    """The keys of one event."""

    time: Any = msgspec.field(name="t")
    level: Any = msgspec.field(name="s")
    component: Any = msgspec.field(name="c")
    thread: Any = msgspec.field(name="ctx")
    msg: Any
    attr: Any = None


def _read(line: Line) -> Record:
    fields = named(level=line.level, logger=line.component, thread=line.thread)
    text = text_of(line.msg) or ""
    calls = at(line.attr, "bt", "backtrace")
    if isinstance(calls, list):
        text = "\n".join(["----- BEGIN BACKTRACE -----", *_frames(calls), "-----  END BACKTRACE  -----"])
    elif line.level == "F":
        text = " ".join([text, *_said(line.attr)])
    return event(text, None, text_of(at(line.time, "$date")), fields)


def _frames(calls: list[Any]) -> list[str]:
    """The frames as versions before 4.4 print them."""
    lines = []
    for call in calls[:_FRAMES]:
        symbol, offset = text_of(at(call, "C")) or text_of(at(call, "s")) or "", text_of(at(call, "s+"))
        symbol = " ".join(symbol.split())
        address = text_of(at(call, "a")) or text_of(at(call, "o")) or "0"
        name = f"{symbol}+0x{offset.lower()}" if symbol and offset else symbol
        lines.append(f" mongod({name}) [0x{address.lower()}]")
    return lines


def _said(attr: Any) -> list[str]:
    """What a fatal event says: a message, or what was asserted and where."""
    found = [text_of(at(attr, name)) for name in ("message", "error", "expr", "msgid", "file", "line")]
    return [" ".join(each.split()) for each in found if each]


_CARRIER = json_carrier(
    "mongodb",
    "MongoDB's log",
    Line,
    _read,
    (
        Sample(
            b'{"t":{"$date":"2023-09-18T13:21:21.915+00:00"},"s":"F",  "c":"CONTROL",  "id":6384300, "ctx":"conn1",'
            b'"msg":"Writing fatal message","attr":{"message":"Got signal: 6 (Aborted).\\n"}}',
            b"Writing fatal message Got signal: 6 (Aborted).",
            "2023-09-18T13:21:21.915+00:00",
            {"level": "F", "logger": "CONTROL", "thread": "conn1"},
        ),
        Sample(
            b'{"t":{"$date":"2023-09-18T13:21:21.915+00:00"},"s":"I","c":"CONTROL","id":31380,"ctx":"conn1","msg":'
            b'"BACKTRACE","attr":{"bt":{"backtrace":[{"a":"7F0A","b":"7F00","o":"A","s":"abort","s+":"D3"}]},"tags":[]}}',
            b"----- BEGIN BACKTRACE -----\n mongod(abort+0xd3) [0x7f0a]\n-----  END BACKTRACE  -----",
            "2023-09-18T13:21:21.915+00:00",
            {"level": "I", "logger": "CONTROL", "thread": "conn1"},
        ),
    ),
    header=b'"$date"',
    hints=(b'"BACKTRACE"',),
    near_misses=(b'{"t":{"$date":"x"},"msg":"y"}', b'{"t":1,"s":"I"}'),
)

# A backtrace and the reason for it are two records, which differ in all that may tell a writer.
CARRIER = msgspec.structs.replace(_CARRIER, quoted_trace="never")
