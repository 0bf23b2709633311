"""Traces inside quoted strings of any notation: JSON of unknown shape, logfmt, pretty-printed JSON.

The last resort: a string in quotes that holds an escaped line end and a sign of a trace.
"""

from __future__ import annotations

import re

import msgspec

from .._regex import regex

MOST_LEVELS = 4
"""Strings within strings that are opened: JSON in JSON twice is common."""

# A string that the end of the line cuts off counts too: it also keeps the search linear.
_STRING = regex(rb'"((?:[^"\\]|\\.)*+)(?:"|\Z|\\\Z)', re.DOTALL)
_SIGN = regex(
    rb'Traceback \(most recent call last\):|File \\{0,16}"[^"\\\n]{1,512}\\{0,16}", line \d'
    rb"|\\n(?:\\{1,16}t| {2,8})at [\w.$<>/]|\\n(?:\\{1,16}t|\t)/\S{1,512}\.go:\d|goroutine \d{1,10} \["
)
_ESCAPES = regex(rb"\\(.)", re.DOTALL)
_REPR_SIGN = b"Traceback (most recent call last):\\n"
_BEFORE_REPR = regex(rb"(?:^|(?<=[\s=:(\[{,]))[bu]?\Z")
_FINAL_LINE = regex(rb"[\w.]{0,200}(?:Error|Exception|Warning|Exit|Failed|Failure)(?::|\Z)")
"""Of a traceback, the message of which may hold anything."""
_REPR = regex(rb"(?:[^'\\]|\\.)*+", re.DOTALL)
_MEANINGS = {b"'": b"'", b"n": b"\n", b"t": b"\t", b"r": b"\r", b'"': b'"', b"\\": b"\\", b"/": b"/"}
_VALUE = regex(rb'(?:=|":\s{0,8}|[\[,]\s{0,8}|^)\Z')
_DECODER = msgspec.json.Decoder(str)


def escaped_trace(line: bytes) -> tuple[int, bytes] | None:
    """The first string on ``line`` that holds a trace: where its quote stands, and its text.

    ``None`` where there is none.
    """
    if b"\\n" not in line:
        return None
    outer = _string(line)
    if outer is None:
        return _repr(line)
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
            inside = match.start() < sign.start() and b"\\n" in match[1].removesuffix(b"\\n")
            return match if inside and _is_value(line, match.start()) else None
    return None


def _repr(line: bytes) -> tuple[int, bytes] | None:
    """The same for Python's own notation, which takes single quotes: there are double ones in a traceback.

    The text starts with the traceback, so that what stands before the string is the line before it.
    """
    sign = line.find(_REPR_SIGN)
    quote = line.rfind(b"'", 0, max(sign, 0))
    while quote > 0 and line[quote - 1 : quote] == b"\\":
        quote = line.rfind(b"'", 0, quote)
    if quote < 0 or line[:1] in (b" ", b"\t") or _FINAL_LINE.match(line):
        return None
    before = _BEFORE_REPR.search(line, max(quote - 2, 0), quote)
    text = _REPR.match(line, sign)
    return (before.start(), _ESCAPES.sub(_meaning, text[0])) if before and text else None


def _is_value(line: bytes, quote: int) -> bool:
    """Whether the string is the value of a key or an item, not part of a source line or of a message."""
    return _VALUE.search(line, max(quote - 16, 0), quote) is not None and (
        line[:1] not in (b" ", b"\t") or line.lstrip()[:1] == b'"'
    )


def _decoded(string: bytes) -> bytes:
    """A JSON string without its quotes, decoded; other notations as far as they escape alike."""
    try:
        return _DECODER.decode(b'"' + string + b'"').encode("utf-8", "backslashreplace")
    except ValueError:
        return _ESCAPES.sub(_meaning, string)


def _meaning(escape: re.Match[bytes]) -> bytes:
    return _MEANINGS.get(escape[1], escape[0])
