"""Traces inside quoted strings of any notation: JSON of unknown shape, logfmt, pretty-printed JSON.

The last resort: a string in quotes that holds an escaped line end and a part of a trace.
"""

from __future__ import annotations

import re

import msgspec

from .._regex import regex
from ..carriers import Carrier, Record
from ..carriers._escapes import BASE64_HEADERS
from ..carriers.quoted import MARKS
from ..trace_lines import KnownTraceLines
from .one_line import has_frame, listed_trace, one_line_trace, unfolded_trace
from .stack_data import set_text

MOST_LEVELS = 4
"""Strings within strings that are opened: JSON in JSON twice is common."""

# A string that the end of the line cuts off counts too: it also keeps the search linear.
_STRING = regex(rb'"((?:[^"\\]|\\.)*+)(?:"|\Z|\\\Z)', re.DOTALL)
_COLOUR = regex(rb"(?:\x1b\[[0-9;]*+m)++")
"""Before a source line it hides the indentation by which that is told."""
_ESCAPES = regex(rb"\\(.)", re.DOTALL)
_BEFORE_REPR = regex(rb"(?:^|(?<=[\s=:(\[{,]))[bu]?\Z")
_REPR = regex(rb"(?:[^'\\]|\\.|'')*+", re.DOTALL)
"""SQL doubles quotes."""
_MEANINGS = {b"'": b"'", b"n": b"\n", b"t": b"\t", b"r": b"\r", b'"': b'"', b"\\": b"\\", b"/": b"/"}
_VALUE = regex(rb'(?:=|":\s{0,8}|[\[,]\s{0,8}|^)\Z')
_VALUE_OF_BARE_KEY = regex(rb"[\w']:\s{1,8}\Z")
_DECODER = msgspec.json.Decoder(str)


def unwrap_line(carrier: Carrier, line: bytes, known: KnownTraceLines) -> Record | None:
    """``line`` without the wrapping of ``carrier``; ``None`` where it is not of it.

    Where the carrier says that a trace may stand in a string, it is searched for.
    """
    record = carrier.unwrap(line)
    return None if record is None else opened(record, carrier, line, known)


def opened(record: Record, carrier: Carrier, line: bytes, known: KnownTraceLines) -> Record | None:
    """What ``carrier`` took off ``line``, ``record``, as :func:`unwrap_line` gives it."""
    if record.parts:
        set_text(record, known)
    if carrier.quoted_trace == "never":
        return record
    if carrier.quoted_trace == "always":
        text = trace_within(line, known)
        return None if text is None else Record(text, complete=True)
    if not record.complete:
        return record
    if any(each in line for each in BASE64_HEADERS):
        record.text = _with_base64(record.text, line, known)
    elif b"\n" not in record.text and (trace := _in_strings(line, known)) is not None:
        within = _in_strings(record.text, known)
        if within is not None:
            record.text = _joined(record.text[: within[0]].strip(), within[1])
        elif trace[1] != record.text:
            record.text = _joined(record.text, trace[1])
    elif _is_message_and_line(record.text) and (folded := unfolded_trace(record.text, known)):
        record.text = folded
    elif b"\n" not in record.text and MARKS.search(record.text):
        record.text = one_line_trace(record.text.lstrip(), known) or record.text
    return record


def _with_base64(text: bytes, line: bytes, known: KnownTraceLines) -> bytes:
    """``text``, the message on ``line``, with the trace that stands on it in base64."""
    within = one_line_trace(text.lstrip(), known)
    if within is not None:
        return within
    whole = one_line_trace(line.lstrip(), known)
    return text if whole is None else _joined(text, whole[whole.find(b"\n") + 1 :])


def _is_message_and_line(text: bytes) -> bool:
    """Whether ``text`` is a line with frames, or a message and such a line."""
    at = text.find(b"at ")
    return (
        at > 0 and text.find(b"at ", at + 3) > 0 and text.find(b"\n", text.find(b"\n") + 1 or len(text)) < 0
    )


def trace_within(line: bytes, known: KnownTraceLines) -> bytes | None:
    """``line`` with the trace that it holds on lines of its own: in a string, in a list of strings or bare.

    ``None`` where it holds none.
    """
    if b"\n" in line or not MARKS.search(line):
        return None
    if (colour := _COLOUR.match(line)) is not None:
        line = line[colour.end() :]
    trace = _in_strings(line, known)
    if trace is None or not has_frame(b"\n" + trace[1], known):
        # A string may stand in another notation's, whose escapes end it too early.
        whole = one_line_trace(line.replace(b'""', b'"'), known)
        if whole is not None or trace is None:
            return whole
    return _joined(line[: trace[0]].strip(), trace[1])


def _in_strings(line: bytes, known: KnownTraceLines) -> tuple[int, bytes] | None:
    return listed_trace(line, known) or quoted_trace(line, known)


def _joined(before: bytes, trace: bytes) -> bytes:
    return before + b"\n" + trace if before else trace


def quoted_trace(line: bytes, known: KnownTraceLines) -> tuple[int, bytes] | None:
    """The first string on ``line`` that holds a trace: where its quote stands, and its text.

    ``None`` where there is none.
    """
    if b"\\n" not in line:
        return None
    outer = _string(line, known)
    if outer is None:
        return _repr(line, known)
    text = _decoded(outer[1])
    for _ in range(MOST_LEVELS - 1):
        inner = _string(text, known)
        if inner is None:
            break
        text = _decoded(inner[1])
    return outer.start(), text


def _string(line: bytes, known: KnownTraceLines) -> re.Match[bytes] | None:
    if not known.is_quoted_in(line, 0, len(line)):
        return None
    for match in _STRING.finditer(line):
        if b"\\n" in match[1].removesuffix(b"\\n") and known.is_quoted_in(line, *match.span(1)):
            return match if _is_value(line, match.start(), known) else None
    return None


def _repr(line: bytes, known: KnownTraceLines) -> tuple[int, bytes] | None:
    """The same for a notation with single quotes, as Python's: there are double ones in a trace.

    The text starts with the trace's header, so that what stands before the string is the line before it; or with
    all of the string, where the runtime prints the error before it.
    """
    start = known.quoted_header_in(line)
    if start < 0 or line[:1] in (b" ", b"\t") or known.error.match(line):
        return None
    quote = line.rfind(b"'", 0, start)
    while quote > 0 and line[quote - 1 : quote] == b"\\":
        quote = line.rfind(b"'", 0, quote)
    if quote < 0:
        return None
    before = _BEFORE_REPR.search(line, max(quote - 2, 0), quote)
    part = known.part_in(line[start:])
    if part is not None and not part.lines.error_is_last:
        start = quote + 1
    text = _REPR.match(line, start)
    return (before.start(), _ESCAPES.sub(_meaning, text[0]).replace(b"''", b"'")) if before and text else None


def _is_value(line: bytes, quote: int, known: KnownTraceLines) -> bool:
    """Whether the string is the value of a key or an item, not part of a source line or of a message."""
    if _VALUE_OF_BARE_KEY.search(line, max(quote - 16, 0), quote):
        return known.error.match(line.lstrip()) is None
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
