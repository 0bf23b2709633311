"""Traces inside quoted strings of any notation: JSON of unknown shape, logfmt, pretty-printed JSON.

The last resort: a string in double quotes that holds an escaped line end and a sign of a trace.
"""

from __future__ import annotations

import re

import msgspec

MOST_LEVELS = 4
"""Strings within strings that are opened: JSON in JSON twice is common."""

_STRING = re.compile(rb'"((?:[^"\\]|\\.)*+)"', re.DOTALL)
_SIGN = re.compile(
    rb'Traceback \(most recent call last\):|File \\*"[^"\\\n]{1,4096}\\*", line \d'
    rb"|\\+n(?:\\+t| {2,8})at [\w.$<>/]|\\+n(?:\\+t|\t)/\S{1,4096}\.go:\d|goroutine \d{1,10} \["
)
_ESCAPES = re.compile(rb"\\(.)", re.DOTALL)
_MEANINGS = {b"n": b"\n", b"t": b"\t", b"r": b"\r", b'"': b'"', b"\\": b"\\", b"/": b"/"}
_DECODER = msgspec.json.Decoder(str)


def escaped_trace(line: bytes) -> tuple[int, bytes] | None:
    """The first string on ``line`` that holds a trace: where its quote stands, and its text.

    ``None`` where there is none.
    """
    if b"\\n" not in line:
        return None
    outer = _string(line)
    if outer is None:
        return None
    text = _decoded(outer[1])
    for _ in range(MOST_LEVELS - 1):
        inner = _string(text)
        if inner is None:
            break
        text = _decoded(inner[1])
    return outer.start(), text


def _string(line: bytes) -> re.Match[bytes] | None:
    sign = _SIGN.search(line)
    if sign is None:
        return None
    for match in _STRING.finditer(line):
        if match.end() > sign.start():
            return match if match.start() < sign.start() and b"\\n" in match[1] else None
    return None


def _decoded(string: bytes) -> bytes:
    """A JSON string without its quotes, decoded; other notations as far as they escape alike."""
    try:
        return _DECODER.decode(b'"' + string + b'"').encode("utf-8", "backslashreplace")
    except ValueError:
        return _ESCAPES.sub(lambda match: _MEANINGS.get(match[1], match[0]), string)
