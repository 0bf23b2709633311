"""Wrapped lines that are all alike: what their carrier wrote once tells how to take it off the rest.

A carrier unwraps one line; where its text stands in that line and where its time stands make a pattern,
which takes the same writer's further lines many at a time.
"""

from __future__ import annotations

import functools
import re

import msgspec

from ...carriers import Record
from ...unwrapping.streams import Writer, writer_of

_RUN = 64
_LONG_RUN = 512
"""Lines that are taken at once, and at most."""
_BARE = rb"[^\r\n]*+"
# No escape that stands for a line end or another control character.
_ESCAPED = rb'(?:[^"\\\r\n]++|\\(?:[^nru\n]|u(?!00[01])))*+'

# Values that differ from record to record of one writer, under the keys that shippers give them.
_OWN = re.compile(
    rb'"(?:offset|sequence|seq|@?timestamp|time|date|ts|eventId|insertId|ingestionTime|_id)"(?:: ?|=>)'
    rb'(?P<value>"[^"\\]*+"|[\d.]++)(?=[,}\]])'
)
# Fluent Bit numbers the records of a chunk.
_NUMBERED = re.compile(rb"\[\d++\] (?=[^\s\[\]{}:]++: \[)")
_ANY_OWN = rb'(?:"[^"\\\r\n]*+"|[\d.]++)'


class Shape(msgspec.Struct, frozen=True):
    """How the lines of one writer look."""

    writer: Writer
    head: bytes
    """What stood before the text in the line that this was learnt from,"""
    tail: bytes
    """what stood behind it,"""
    time: bytes
    """and, in one of the two, its time; empty where it has none."""
    line: re.Pattern[bytes]
    """One line; group ``text`` is what it holds, group ``time`` when it was written, if it says so."""
    text: re.Pattern[bytes]
    """The same with only one group."""
    runs: tuple[re.Pattern[bytes], ...]
    """Lines enough for a trace and the one behind it: for most traces, for long ones, for very long ones."""
    escaped: bool
    """The text stands in a JSON string."""
    constant: bool = True
    """All but text and time is the same in each line."""

    def raw(self, data: bytes, start: int, stop: int) -> bytes:
        """The text of the lines between two offsets, as it stands there."""
        return b"\n".join(self.text.findall(data, start, stop)) + b"\n"

    def unwrap(self, raw: bytes) -> bytes | None:
        """The text that ``raw`` stands for; ``None`` where it is not JSON."""
        return unescape(raw) if self.escaped and b"\\" in raw else raw


def unescape(text: bytes) -> bytes | None:
    """What lines of a JSON string stand for."""
    try:
        whole: str = msgspec.json.decode(b'"' + text.replace(b"\n", b"\\n") + b'"', type=str)
    except msgspec.DecodeError:
        return None
    return whole.encode()


def prefixed(prefix: bytes, writer: Writer) -> Shape:
    """The shape of lines that bear ``prefix``, the same on each, which tells that they are of ``writer``."""
    return _shape(writer, prefix, b"", b"", escaped=False)


def learn(line: bytes, record: Record) -> Shape | None:
    """The shape of ``line``, which holds ``record``; ``None`` where it cannot be told."""
    text = record.text
    if record.partial or record.complete or not text or b"\n" in text or b"\r" in line:
        return None
    escaped = not line.endswith(text)
    inner = text
    if escaped:
        found = [each for each in _as_json(text) if line.count(each) == 1]
        if not found:
            return None
        inner = found[0]
    head, _, tail = line.rpartition(inner)
    time = record.time.encode() if record.time else b""
    if time and (head + tail).count(time) != 1:
        return None
    return _shape(writer_of(record.fields), head, tail, time, escaped=escaped)


def _shape(writer: Writer, head: bytes, tail: bytes, time: bytes, *, escaped: bool) -> Shape:
    """The shape of lines that have ``head`` before their text and ``tail`` behind it."""
    between = _ESCAPED if escaped else _BARE
    head_of_one, rest_of_one = _general(head, time, b""), between + _general(tail, time, b"") + rb"\n"
    one = head_of_one + rest_of_one
    return Shape(
        writer=writer,
        head=head,
        tail=tail,
        time=time,
        line=re.compile(
            _general(head, time, b"?P<time>")
            + b"(?P<text>"
            + between
            + b")"
            + _general(tail, time, b"?P<time>")
            + rb"\n"
        ),
        text=re.compile(
            _general(head, time, b"?:") + b"(" + between + b")" + _general(tail, time, b"?:") + rb"\n"
        ),
        runs=(
            # A header, what is indented under it, a last line, and the next record.
            re.compile(
                rb"%b(?:%b[ \t\\]%b){1,%d}+(?:%b){2}" % (one, head_of_one, rest_of_one, _LONG_RUN, one)
            ),
            re.compile(b"(?:%b){1,%d}+" % (one, _RUN)),
            re.compile(b"(?:%b){1,%d}+" % (one, _LONG_RUN)),
        ),
        escaped=escaped,
        constant=not (_NUMBERED.match(head) or _OWN.search(head) or _OWN.search(tail)),
    )


def _as_json(text: bytes) -> list[bytes]:
    """How JSON writers write ``text``: beyond ASCII as it is or escaped, ``<`` and others as Go does."""
    import json

    decoded = text.decode("utf-8", "backslashreplace")
    plain = json.dumps(decoded, ensure_ascii=False)[1:-1]
    html = plain.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")
    variants = dict.fromkeys([plain, html, json.dumps(decoded)[1:-1]])
    return [each.encode("utf-8", "backslashreplace") for each in variants]


def _general(literal: bytes, time: bytes, group: bytes) -> bytes:
    """A pattern for ``literal`` with any other time in the place of ``time``."""
    if not time or time not in literal:
        return _with_any_own(literal)
    before, _, after = literal.partition(time)
    moment = re.sub(rb"\d+", rb"\\d++", re.escape(time))
    return _with_any_own(before) + b"(" + (group or b"?:") + moment + b")" + _with_any_own(after)


def _with_any_own(literal: bytes) -> bytes:
    """A pattern for ``literal`` with any values in the place of those that are each record's own."""
    numbered = _NUMBERED.match(literal)
    pattern, end = (rb"\[\d++\] ", numbered.end()) if numbered is not None else (b"", 0)
    for own in _OWN.finditer(literal):
        start = own.start("value")
        pattern += re.escape(literal[end:start]) + _ANY_OWN
        end = own.end()
    return pattern + re.escape(literal[end:])


@functools.lru_cache(maxsize=512)
def lines(count: int) -> re.Pattern[bytes]:
    """A pattern for so many lines."""
    return re.compile(rb"(?:[^\n]*+\n){%d}" % count)
