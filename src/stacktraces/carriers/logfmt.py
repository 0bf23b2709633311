"""logfmt: ``ts=… level=error msg="…" key=value``; a trace in it is a quoted string."""

from __future__ import annotations

from .._regex import regex
from . import Carrier, Record, Sample

_PAIR = regex(rb'([A-Za-z_@][\w.@-]{0,63})=(?:"((?:[^"\\]|\\.)*+)"(?= |\Z)|(\S*+))')
_TIMES = (b"ts", b"time", b"timestamp", b"t")
_LEVELS = (b"level", b"lvl", b"severity")
_MESSAGES = (b"msg", b"message", b"event")
_LOGGERS = (b"logger", b"logger_name", b"component", b"caller")
MOST_PAIRS = 64


def _unwrap(line: bytes) -> Record | None:
    start = _PAIR.match(line)
    if start is None:
        return None
    found: dict[bytes, bytes] = {}
    for pair in _PAIR.finditer(line):
        found.setdefault(pair[1], pair[3] if pair[2] is None else pair[2])
        if len(found) >= MOST_PAIRS:
            break
    message, time, level = _first(found, _MESSAGES), _first(found, _TIMES), _first(found, _LEVELS)
    if message is None or (time is None and level is None):
        return None
    fields = {"level": level, "logger": _first(found, _LOGGERS)}
    return Record(
        message.replace(b'\\"', b'"'),
        None if time is None else _text(time),
        {name: _text(value) for name, value in fields.items() if value},
    )


def _first(found: dict[bytes, bytes], names: tuple[bytes, ...]) -> bytes | None:
    return next((found[name] for name in names if found.get(name)), None)


def _text(value: bytes) -> str:
    return value.decode("utf-8", "backslashreplace")


CARRIER = Carrier(
    name="logfmt",
    title="logfmt",
    layer="application",
    unwrap=_unwrap,
    samples=(
        Sample(
            b'path=/key event="request failed" level=error timestamp=2026-11-23T01:39:39.785091Z worker=3',
            b"request failed",
            "2026-11-23T01:39:39.785091Z",
            {"level": "error"},
        ),
    ),
    near_misses=(b"a=1 b=2", b"event=x", b"see level=error in the log", b"x = y"),
    bare_continuation=True,
)
