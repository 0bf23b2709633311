"""Places that look like a stack trace, at which nothing was read: what is not read is told, not passed over.

A place is a line with such a mark and the lines around it; it counts once. Whether a line has a mark depends
only on the lines before it: the result is the same however a stream is cut into chunks or parts. A trace that
is read later may begin before the mark: marks are *pending* as long as a reader may step back to them.
"""

from __future__ import annotations

import functools
import sys
from collections.abc import Iterable
from typing import NamedTuple

from ..._regex import regex
from ...log_records.records import STARTS_RECORD
from ...model import Origin
from ...results.result import Unread
from .text import LOOK_BACK, Text

MARKS = (
    b"Exception: ",
    b'", line ',
    b"acktrace:",
    b"ack trace:",
    b"all trace:",
    b"all stack:",
    b"Stack Trace",
    b"Call Trace:",
    b"CallStack (from ",
    b"ORA-06512: at ",
    b"    while executing",
    b"called from ",
    b" #2 ",
    b".swift:",
    # Steel Bank Common Lisp, Racket, CHICKEN, SWI-Prolog, Free Pascal
    b"Backtrace for: #<",
    b"context...:",
    b"Call history:",
    b" raised exception:",
    b"nhandled exception occurred at $",
    b"::panicking::",
)
"""Literals of lines with a mark that are no anchor of a format, or not in each such line."""

EVERYWHERE = 0, sys.maxsize
"""A span that holds all offsets."""
_LINE = 400
"""Bytes of a line that are looked at."""
_PLACE_LINES = 24
"""Lines that one place takes at most."""
_PLACE_BYTES = 4 << 10
_REMEMBERED = 256
"""Lines of which it is remembered what they are: each is looked at again from those behind it."""
_IN_A_ROW = 3
_MOST_BETWEEN = 1
"""Lines of source, or of something else, between two frames."""

_MARGIN = rb"[\s|+>]{0,64}+"
_TRACEBACK = "traceback header"
_BACKTRACE = "backtrace header"
_CAUSE = "Caused by"
_PYTHON_FRAME = 'File "...", line N'
_FRAMES = "frames in a row"
_ERROR = "error line"
_KINDS = (
    (
        _TRACEBACK,
        (b"traceback (most recent",),
        regex(
            rb"(?:.{0,300}?[^\w\"'`])?\"?Traceback \(most recent call last\):"
            rb"(?:\s*+$|\\++[nr]|#012|\"\s*+,|\s*+<)"
        ),
    ),
    (
        _BACKTRACE,
        (
            *(b"trace:", b"trace (", b"stack:", b"stack (", b"backtrace for:", b"call history:"),
            *(b"context...", b"errortrace...", b" raised exception:", b"unhandled exception"),
        ),
        regex(
            rb"(?:.{0,300}?[\s:\]])?(?i:backtrace|(?:stack|call)[ -]?trace|call ?stack)"
            rb"(?: \([^()]{0,80}\))?:\s*+$"
            rb"|(?:.{0,300}?\s)?CallStack \(from HasCallStack\):"
            rb"|Backtrace for: #<|\s{1,8}(?:context|errortrace)\.\.\.:\s*+$|\s{1,8}Call history:\s*+$"
            rb"|(?:ERROR|Warning): .{1,200} raised exception:\s*+$"
            rb"|An unhandled exception occurred at \$"
        ),
    ),
    (_CAUSE, (b" by: ",), regex(_MARGIN + rb"(?:Caused|Wrapped) by: \S")),
    (
        _PYTHON_FRAME,
        (b'", line ',),
        regex(
            rb"(?:" + _MARGIN + rb"|.{1,100}?[\]:|)>\t -]  )"
            rb'File \\{0,16}+"[^"\n]{1,500}+", line \d++(?:, in |,? in |\s*+$|\\)'
        ),
    ),
    (
        _ERROR,
        (b"error", b"exception"),
        regex(
            rb"(?:[A-Za-z_][\w$]{0,100}+\.){0,20}[A-Za-z_][\w$]{0,100}?[a-z](?:Error|Exception)(?::\s|:?\s*+$)"
        ),
    ),
)
"""Kinds of lines, with words in small letters, one of which each such line holds: most lines hold none."""
_NEARBY = 200
_NEAR = regex(
    rb'File \\{0,16}+"[^"\n]{1,180}+", line \d'
    rb"|(?:(?<![\w ,.$])|(?<=[^a-zA-Z,] ))(?:[A-Za-z_][\w$]{0,80}+\.){0,8}"
    rb"[A-Za-z_][\w$]{0,80}?(?:Exception|Error): "
    rb"|trace:|Trace:|stack:|Stack Trace|CallStack \(|ORA-06512: at |while executing|\.\w{2,5}[:(]\d"
)
_STARTS_PLACE = frozenset({_TRACEBACK, _BACKTRACE})
_PLACE_IN_FILE = (
    rb"[\w+@~$/\\<>-][\w+@~.$/\\<>-]{0,200}?\.\w{1,8}+(?::\d++(?::\d++)?|\(\d++(?:, ?\d++)?\)|:? line \d++)"
)
_FRAME = regex(
    rb"[ \t]++(?:(?:at|from|in|by|called (?:at|from))\b|@) ?\S.{0,300}(?:\)|\]|:\d++|line \d++)\s*+$"
    rb"|[ \t]*+(?:#|frame #|\[)?\d{1,4}+[\]:]?+[ \t]++(?:.{0,200} |\(?)(?:0x[0-9a-f]{4}|(?:at|in|from) \S++$|"
    + _PLACE_IN_FILE
    + rb")"
    rb"|[ \t]++[\w$.:<>~!?/*'-]++(?:\([^()]{0,200}\))?,? (?:at |in |@ )?\(?"
    + _PLACE_IN_FILE
    + rb"[)\]]?\s*+$"
    rb"|[ \t]*+" + _PLACE_IN_FILE + rb":? (?:in |0x)\S"
    rb"|[ \t]{1,8}\d{1,4}: [\w<{]\S{0,200}::\S"
    rb"|ORA-06512: at "
    rb"|[ \t]++(?:while executing|invoked from within|\(procedure \")"
)
"""What lines of frames look like in whatever runtime."""


class Mark(NamedTuple):
    """What shows that a line looks like one of a trace."""

    kind: str
    start: int
    """Where the line starts, or the first one of several frames."""


def may_have_mark(data: bytes, start: int) -> bool:
    """Whether the line at ``start`` may have a mark, by itself."""
    line = _line(data, start)
    return _kind_of(line) is not None or _is_frame(line)


def may_have_mark_near(data: bytes, line: int, hit: int) -> bool:
    """The same of text that the line at ``line`` wraps, around a literal of ``MARKS`` at ``hit``."""
    return _NEAR.search(data, max(line, hit - _NEARBY), hit + _NEARBY) is not None


def mark_at(data: bytes, start: int, lowest: int) -> Mark | None:
    """The mark that the line at ``start`` of ``data`` has, if it is the first of its place.

    Lines before it are looked at back to ``lowest``, the start of a line.
    """
    line = _line(data, start)
    kind = _kind_of(line)
    if kind in _STARTS_PLACE:
        return Mark(kind, start)
    if kind is None and not _is_frame(line):
        return None
    in_a_row = others = first = 0
    for at in _place_before(data, start, lowest):
        kind = _kind_of(each := _line(data, at))
        if kind is None and _is_frame(each):
            in_a_row, others = in_a_row + 1, 0
            first = at if in_a_row == 1 else first
        else:
            in_a_row, others = (in_a_row, others + 1) if others < _MOST_BETWEEN else (0, 0)
        if kind is not None or in_a_row == _IN_A_ROW:
            return None
    if (kind := _kind_of(line)) is not None:
        return Mark(kind, start)
    return Mark(_FRAMES, first) if in_a_row == _IN_A_ROW - 1 else None


def first_mark(text: bytes) -> Mark | None:
    """The first mark in ``text``, a log record of several lines."""
    at = 0
    for _ in range(_PLACE_LINES):
        if (mark := mark_at(text, at, 0)) is not None:
            return mark
        at = text.find(b"\n", at) + 1
        if at == 0:
            break
    return None


def _line(data: bytes, start: int) -> bytes:
    end = data.find(b"\n", start, start + _LINE)
    return data[start : end if end >= 0 else start + _LINE]


@functools.lru_cache(maxsize=_REMEMBERED)
def _kind_of(line: bytes) -> str | None:
    small = line.lower()
    for kind, words, pattern in _KINDS:
        for word in words:
            if word in small:
                if pattern.match(line):
                    return kind
                break
    return None


@functools.lru_cache(maxsize=_REMEMBERED)
def _is_frame(line: bytes) -> bool:
    return _FRAME.match(line) is not None


def _place_before(data: bytes, start: int, lowest: int) -> list[int]:
    """Where the lines before the one at ``start`` start that may be of the same place, in order."""
    found: list[int] = []
    lowest = max(lowest, start - _PLACE_BYTES)
    while start > lowest and len(found) < _PLACE_LINES:
        start = data.rfind(b"\n", 0, start - 1) + 1
        line = _line(data, start)
        starts_record = STARTS_RECORD.match(line) is not None
        starts_place = _kind_of(line) in _STARTS_PLACE
        if start < lowest or not line.strip() or (starts_record and not starts_place):
            break
        found.append(start)
        if starts_place:
            break
    return found[::-1]


def _start_before(data: bytes, start: int) -> int:
    """Where the lines start that stand right before ``start``, or before one blank line there."""
    for _ in range(2):
        start = min([start, *_place_before(data, start, 0)])
        blank = data.rfind(b"\n", 0, max(start - 1, 0)) + 1
        if data[blank:start].strip():
            break
        start = blank
    return start


class UnreadPlaces:
    """The places of one stream. Offsets are the stream's."""

    def __init__(self, *, bare: bool = False) -> None:
        """``bare`` says that no carrier wraps the lines of the stream."""
        self._bare = bare
        self.pending: list[tuple[int, str]] = []
        """Where lines with a mark start, and its kind: a trace that is read later may cover them."""
        self._lines: dict[int, int] = {}
        """The numbers of these lines."""
        self._found: dict[str, tuple[int, Origin]] = {}
        """How many of each kind there are, and the first one."""
        self.span = EVERYWHERE
        """The offsets between which places count."""
        self._looked = -1

    def begin(self, pending: Iterable[tuple[int, str]]) -> None:
        """Go on with what was pending where another walker ended."""
        self.pending = list(pending)

    def look(self, offset: int) -> bool:
        """Whether the line at ``offset`` was not looked at before; lines come in order."""
        news = offset > self._looked
        self._looked = max(offset, self._looked)
        return news

    def add(self, text: Text, mark: Mark | None, shift: int) -> None:
        """Nothing was read at a line with that mark, if there is one, whose offset counts from ``shift``."""
        if mark is not None:
            self.pending.append((shift + mark.start, mark.kind))
            self._lines[shift + mark.start] = text.line_at(shift + mark.start)

    def cover(self, text: Text, start: int, end: int) -> None:
        """A trace was read between two offsets.

        Marks in it are its own, and where no carrier wraps the lines those in the lines right before it, too.
        """
        if self.pending and self.pending[-1][0] >= start - _PLACE_BYTES:
            data, at = text.data, max(start - text.base, 0)
            first = text.base + (_start_before(data, at) if self._bare else at)
            self.pending = [each for each in self.pending if not first <= each[0] < end]

    def cover_lines(self, lines: Iterable[int]) -> None:
        """A trace was read in the lines that start at these offsets."""
        if self.pending:
            covered = set(lines)
            self.pending = [each for each in self.pending if each[0] not in covered]

    def number_lines(self, text: Text) -> None:
        """Note the line numbers of what is pending, while it is at hand."""
        for offset, _ in self.pending:
            if offset not in self._lines:
                self._lines[offset] = text.line_at(offset)

    def settle(self, text: Text, offset: int, *, final: bool) -> None:
        """All hits before ``offset`` are dealt with: count what no trace will cover any more."""
        while self.pending and (final or self.pending[0][0] <= offset - LOOK_BACK):
            at, kind = self.pending.pop(0)
            line = self._lines.pop(at, None)
            place = Origin(path=text.path, line=line, offset=text.source_offset(at))
            if self.span[0] <= at < self.span[1]:
                count, first = self._found.get(kind, (0, place))
                self._found[kind] = count + 1, first

    def take(self) -> list[Unread]:
        """What was found since the last time."""
        found, self._found = self._found, {}
        return [Unread(kind, count, first) for kind, (count, first) in found.items()]
