"""``journalctl -o json``: ``{"MESSAGE":"…"}``; a message that is not UTF-8 text comes as a list of bytes.

Source: the Journal JSON Format of systemd.
"""

from __future__ import annotations

from typing import Any

import msgspec

from . import Record, Sample
from ._json import encode, first, json_carrier, named

_LEVELS = ("emerg", "alert", "crit", "err", "warning", "notice", "info", "debug")


class Line(msgspec.Struct):
    """The keys of one entry."""

    MESSAGE: Any
    realtime: Any = msgspec.field(name="__REALTIME_TIMESTAMP", default=None)
    source_time: Any = msgspec.field(name="_SOURCE_REALTIME_TIMESTAMP", default=None)
    PRIORITY: Any = None
    host: Any = msgspec.field(name="_HOSTNAME", default=None)
    pid: Any = msgspec.field(name="_PID", default=None)
    identifier: Any = msgspec.field(name="SYSLOG_IDENTIFIER", default=None)
    unit: Any = msgspec.field(name="_SYSTEMD_UNIT", default=None)
    CONTAINER_NAME: Any = None
    THREAD_NAME: Any = None
    LOGGER: Any = None
    EXCEPTION_TEXT: Any = None


def _message(value: Any) -> bytes | None:
    if isinstance(value, str):
        return encode(value)
    if isinstance(value, list) and all(isinstance(each, int) and 0 <= each < 256 for each in value):
        return bytes(value)
    return None


def _read(line: Line) -> Record | None:
    text = _message(line.MESSAGE)
    if text is None:
        return None
    stack = first(line.EXCEPTION_TEXT)
    if stack is not None:
        text += b"\n" + encode(stack)
    priority = str(line.PRIORITY)
    fields = named(
        level=_LEVELS[int(priority)] if priority in list("01234567") else None,
        logger=line.LOGGER,
        host=line.host,
        pid=line.pid,
        process=first(line.identifier, line.unit),
        container=line.CONTAINER_NAME,
        thread=line.THREAD_NAME,
    )
    time = first(line.source_time, line.realtime)
    return Record(text, time, fields, complete=b"\n" in text)


CARRIER = json_carrier(
    "journald-json",
    "journalctl -o json",
    Line,
    _read,
    (
        Sample(
            b'{"__REALTIME_TIMESTAMP":"1795399376213000","_HOSTNAME":"vm","PRIORITY":"3","_PID":"42",'
            b'"SYSLOG_IDENTIFIER":"shop","MESSAGE":"Traceback (most recent call last):"}',
            b"Traceback (most recent call last):",
            "1795399376213000",
            {"level": "err", "host": "vm", "pid": "42", "process": "shop"},
        ),
        Sample(b'{"MESSAGE":[104,105,255],"_PID":"42"}', b"hi\xff", fields={"pid": "42"}),
    ),
    layer="file",
    hints=(b'"MESSAGE":[', b'"MESSAGE": [', b'"MESSAGE" : ['),
    header=b'"MESSAGE"',
    near_misses=(b'{"message":"x"}', b'{"MESSAGE":null}', b'{"MESSAGE":[300]}'),
)
