"""The message of an error: what stands between its header and its frames, which may be anything.

Also lines that look like frames: the frames are the last run of them, and those above are text. Which run is
the last is told by what is known of the report's end, the first that applies:

=========================  =====================================================================
what is known              a further run of frames in the same column is the error's, if
=========================  =====================================================================
its column (:class:`Place`)  it stands in that column: properties of an object, Bun's frames
the text is one log event  nothing but text stands before it
``Node.js v20`` follows    the same
Node's excerpt             one of its frames is at the excerpt's place, and none of the run before
Deno's excerpt             it stands right below the caret
the header is a record's   neither the next record nor another error's header stands before it
nothing                    the same, and no blank line
=========================  =====================================================================
"""

from __future__ import annotations

from enum import Enum, auto
from typing import Literal, TypeAlias

import msgspec

from ..._regex import regex
from ...cursor import Cursor
from ...log_records.records import starts_record
from .excerpts import Excerpt, is_caret, parse_place_line
from .frames import match_frame
from .headers import Header, find_header, find_weak_header
from .stacks import Stack, read_stack
from .syntax import CAUSED_BY, DENO_UNCAUGHT, ENDS_REPORT, LABEL_OF_MESSAGE, NODE_VERSION, SECOND_STACK

LOOK_AHEAD = 200
"""Lines that are looked at in search of a message's end."""
_LOOK_AHEAD_UNBOUNDED = 50
_LOOK_AHEAD_NESTED = 30
_RUNS = 20
"""Runs of lines that look like frames in one message."""
MESSAGE_KEPT = 1 << 16
"""Characters kept of one message."""

HOLDS_FRAMES = "The message holds what looks like frames; they were taken for text."
CUT_MESSAGE = "The message was cut: it is longer than 65,536 characters."

_OTHER_FRAME = regex(r"\sat \S++(?: \S+)?\(|\sat \S.{0,1000}\) in |Traceback \(most recent call last\):")

_ENDS_FAILURE = ("...", LABEL_OF_MESSAGE)
"""The first closes the properties of a failed test in TAP, below the second is Jasmine's next failure."""

Printer: TypeAlias = Literal["node", "deno", "bun"]


class Reading(msgspec.Struct):
    """What the parts of one reading share."""

    uncertain: list[str] = []
    printer: Printer | None = None
    """Who reported that nobody caught the error; ``None`` where it was logged."""
    excerpt: Excerpt | None = None
    whole: bool = False
    """All up to the text's end is of one log event."""
    in_record: bool = False
    """The header's line starts a log record: all up to the next record is of one log event."""
    frames_follow: bool = False
    """The header was found from the frames."""
    depth: int = 0
    """Errors that hold the one being read among their properties."""

    def note(self, sentence: str) -> None:
        if sentence not in self.uncertain:
            self.uncertain.append(sentence)


class Place(msgspec.Struct, frozen=True):
    """Where the lines of an error stand."""

    header: Header
    margin: int
    """Blanks before the header."""
    frames: int | None = None
    """Blanks before each frame, where that is certain."""


class _Bound(Enum):
    """What is known of where the report ends."""

    END = auto()
    EXCERPT = auto()
    CARET = auto()
    RECORD = auto()
    NONE = auto()


class Message:
    """The lines of a message, bounded."""

    def __init__(self, first: str | None, margin: int) -> None:
        self.lines = [] if first is None else [first[:MESSAGE_KEPT]]
        self.has_first = first is not None
        self.cut = len(first or "") > MESSAGE_KEPT
        self._margin = margin
        self._size = len(first or "")

    def add(self, line: str) -> None:
        self._size += len(line) + 1
        if self._size > MESSAGE_KEPT:
            self.cut = True
        else:
            self.lines.append(line[self._margin :] if line[: self._margin].isspace() else line)


def read_message(cursor: Cursor, message: Message, place: Place, reading: Reading) -> Stack | None:
    """The frames after the message, whose lines are added to ``message``; ``None`` where none follow.

    The cursor is on the line below the header. It is left behind the frames.
    """
    if not _go_to_frames(cursor, message, place, reading):
        return None
    for runs in range(_RUNS + 1):
        start = cursor.offset
        stack = read_stack(cursor)
        if stack is None or stack.opens or stack.separated or runs == _RUNS:
            return stack
        end = cursor.offset
        following = _find_next_run(cursor, stack, place, reading, below_caret=_is_below_caret(message))
        if following is None:
            cursor.seek(end)
            return stack
        reading.note(HOLDS_FRAMES)
        cursor.seek(start)
        while cursor.offset < following:
            message.add(cursor.line or "")
            cursor.advance()
    return None


def _go_to_frames(cursor: Cursor, message: Message, place: Place, reading: Reading) -> bool:
    """Go to the first frames, whose existence is certain only where the header was found from them."""
    caret_at = _caret_above_frames(cursor) if reading.printer == "deno" else None
    for _ in range(_LOOK_AHEAD_NESTED if reading.depth else LOOK_AHEAD):
        line = cursor.line
        if line is None:
            return False
        found = match_frame(line)
        if found is not None and place.frames in (None, found.indent):
            return True
        if reading.depth:
            if line.strip() and indent_of(line) < place.margin:
                return False
        elif not reading.frames_follow and caret_at is None and _has_no_frames(line, reading):
            return False
        message.add(line)
        cursor.advance()
    return False


def _has_no_frames(line: str, reading: Reading) -> bool:
    """Whether ``line``, met before any frame, says that the error has none."""
    if reading.whole:
        return False
    if starts_record(line) or parse_place_line(line) or DENO_UNCAUGHT.match(line) or ENDS_REPORT.match(line):
        return True
    return reading.printer in (None, "deno") and (not line.strip() or find_header(line) is not None)


def _caret_above_frames(cursor: Cursor) -> int | None:
    """Where the caret stands that Deno prints right above the frames."""
    here = cursor.offset
    try:
        caret_at: int | None = None
        for _ in range(LOOK_AHEAD):
            line = cursor.line
            if line is None or starts_record(line) or DENO_UNCAUGHT.match(line):
                return None
            if caret_at is not None and match_frame(line) is not None:
                return caret_at
            caret_at = cursor.offset if is_caret(line) else None
            cursor.advance()
        return None
    finally:
        cursor.seek(here)


def _is_below_caret(message: Message) -> bool:
    return bool(message.lines) and is_caret(message.lines[-1])


def _find_next_run(
    cursor: Cursor, stack: Stack, place: Place, reading: Reading, *, below_caret: bool
) -> int | None:
    """Where the next frames of the same column start, if what stands before them is of the message."""
    bound = _bound(cursor, stack, reading, below_caret=below_caret)
    limit = _LOOK_AHEAD_UNBOUNDED if bound is _Bound.NONE else LOOK_AHEAD
    previous = ""
    for count in range(limit):
        line = cursor.line
        if line is None or _ends(line, place.margin, reading, bound):
            return None
        if not count and reading.printer != "node" and CAUSED_BY.match(line):
            return None
        found = match_frame(line)
        if found is not None and found.indent == stack.indent:
            return cursor.offset if count and _is_of_error(cursor, previous, place, reading, bound) else None
        previous = line
        cursor.advance()
    return None


def _bound(cursor: Cursor, stack: Stack, reading: Reading, *, below_caret: bool) -> _Bound:
    if reading.printer == "bun":
        return _Bound.NONE
    if reading.depth or reading.whole:
        return _Bound.END
    if reading.printer == "deno" and not below_caret:
        return _Bound.CARET
    if reading.printer == "node":
        if _ends_with_version(cursor):
            return _Bound.END
        if not _is_at_excerpt(stack, reading):
            return _Bound.EXCERPT
    return _Bound.RECORD if reading.in_record else _Bound.NONE


def _is_of_error(cursor: Cursor, previous: str, place: Place, reading: Reading, bound: _Bound) -> bool:
    """Whether the frames from the cursor's line on, below the line ``previous``, are the error's own."""
    if bound is _Bound.END:
        return True
    if bound is _Bound.CARET:
        return is_caret(previous)
    if bound is _Bound.EXCERPT:
        here = cursor.offset
        stack = read_stack(cursor)
        cursor.seek(here)
        return stack is not None and _is_at_excerpt(stack, reading)
    following = find_weak_header(previous)
    return following is None or not (following.message or following.type == place.header.type)


def _is_at_excerpt(stack: Stack, reading: Reading) -> bool:
    excerpt = reading.excerpt
    return excerpt is None or any(
        each.file == excerpt.file and each.line == excerpt.line for each in stack.frames()
    )


def _ends(line: str, margin: int, reading: Reading, bound: _Bound) -> bool:
    """Whether ``line`` is the first that is not of the message."""
    if reading.depth:
        return bool(line.strip()) and indent_of(line) < margin
    if SECOND_STACK.match(line) or NODE_VERSION.match(line):
        return True
    if bound is _Bound.END:
        return False
    if not line.strip():
        return bound is _Bound.NONE
    if starts_record(line) or parse_place_line(line) is not None or DENO_UNCAUGHT.match(line):
        return True
    if line.strip() in _ENDS_FAILURE:
        return True
    if bound in (_Bound.EXCERPT, _Bound.CARET):
        return False
    return find_header(line) is not None or (
        _OTHER_FRAME.search(line) is not None and match_frame(line) is None
    )


def _ends_with_version(cursor: Cursor) -> bool:
    """Whether Node's version, which ends the report of an error that nobody caught, follows."""
    here = cursor.offset
    try:
        blank = False
        for _ in range(LOOK_AHEAD):
            line = cursor.line
            if line is None:
                return False
            if blank and NODE_VERSION.match(line):
                return True
            if starts_record(line) or parse_place_line(line) is not None:
                return False
            blank = not line.strip()
            cursor.advance()
        return False
    finally:
        cursor.seek(here)


def indent_of(line: str) -> int:
    """The blanks before the text of ``line``."""
    return len(line) - len(line.lstrip())
