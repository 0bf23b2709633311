"""An error from its header on: message, frames, and the errors among its properties.

A message may hold anything, also lines that look like frames. Those above the last run of frames are of
the message; which run is the last is told by the end of what holds the error, where that is known
(``Node.js v20``, the end of a log event), else by the first line that a message is not expected to hold.
"""

from __future__ import annotations

import msgspec

from ..._regex import regex
from ...cursor import Cursor
from ...log_records.records import starts_record
from ...model import Error
from .excerpts import parse_place, pass_source_above
from .frames import match_frame
from .headers import Header, find_header, find_weak_header
from .properties import read_properties
from .stacks import Stack, read_stack
from .syntax import NODE_VERSION, SECOND_STACK

LOOK_AHEAD = 200
"""Lines that are looked at in search of a message's end."""
_LOOK_AHEAD_UNBOUNDED = 50
MESSAGE_KEPT = 1 << 16
"""Characters kept of one message."""

HOLDS_FRAMES = "The message holds what looks like frames; they were taken for text."
CUT_MESSAGE = "The message was cut: it is longer than 65,536 characters."

_OTHER_FRAME = regex(r"\s++at \S++(?: \S+)?\(|\s++at \S.*\) in |Traceback \(most recent call last\):")


class Reading(msgspec.Struct):
    """What the parts of one reading share."""

    uncertain: list[str] = []
    uncaught: bool = False
    """An excerpt stands before the header: nobody caught the error."""
    whole: bool = False
    """All up to the text's end is of one log event."""
    in_record: bool = False
    """The header's line starts a log record: all up to the next record is of one log event."""
    depth: int = 0
    """Errors that hold the one being read among their properties."""

    def note(self, sentence: str) -> None:
        if sentence not in self.uncertain:
            self.uncertain.append(sentence)


def read_error(cursor: Cursor, header: Header, margin: int, reading: Reading) -> Error:
    """The error whose header is on the cursor's line, ``margin`` blanks in.

    Leaves the cursor behind its frames and properties.
    """
    error = Error(type=header.type)
    if header.bracketed:
        error.message = header.message
        cursor.advance()
        if header.opens:
            read_properties(cursor, error, margin, reading, read_error)
        return error
    lines = [] if header.message is None else [header.message]
    cursor.advance()
    after_header = cursor.offset
    stack = _read_message(cursor, lines, (header, margin), reading)
    if stack is None:
        cursor.seek(after_header)
        error.message = header.message
        return error
    error.message = _message(lines, margin, reading, has_first=header.message is not None)
    if stack.opens:
        read_properties(
            cursor, error, max(stack.indent - 4, margin if reading.depth else 0), reading, read_error
        )
    finish(error, stack, reading)
    return error


def finish(error: Error, stack: Stack, reading: Reading) -> None:
    """Give ``error`` the frames of ``stack``, with those that its cause has too."""
    if error.cause is not None:
        stack.fill(error.cause.frames)
    if stack.has_gaps:
        reading.note("Frames that another stack has too are left out in the text.")
    if stack.dropped:
        reading.note(f"{stack.dropped:,} frames in the middle of a stack were left out.")
    error.frames = stack.frames()


def _read_message(cursor: Cursor, lines: list[str], of: tuple[Header, int], reading: Reading) -> Stack | None:
    """The frames after the message, whose lines are added to ``lines``; ``None`` where none follow.

    ``of`` is the header and its margin.
    """
    if not _go_to_frames(cursor, lines, of[1], reading):
        return None
    while True:
        start = cursor.offset
        stack = read_stack(cursor)
        if stack is None or stack.opens or stack.separated:
            return stack
        end = cursor.offset
        between: list[str] = []
        if not _go_to_next_run(cursor, between, stack.indent, of, reading):
            cursor.seek(end)
            return stack
        reading.note(HOLDS_FRAMES)
        following = cursor.offset
        cursor.seek(start)
        while cursor.offset < end:
            lines.append(cursor.line or "")
            cursor.advance()
        lines += between
        cursor.seek(following)


def _go_to_frames(cursor: Cursor, lines: list[str], margin: int, reading: Reading) -> bool:
    size = 0
    for _ in range(LOOK_AHEAD):
        line = cursor.line
        if line is None:
            return False
        found = match_frame(line)
        if found is not None and (not reading.depth or found.indent == margin + 4):
            return True
        if reading.depth and line.strip() and _indent(line) < margin:
            return False
        size += len(line)
        if size <= MESSAGE_KEPT:
            lines.append(line)
        cursor.advance()
    return False


def _go_to_next_run(
    cursor: Cursor, between: list[str], indent: int, of: tuple[Header, int], reading: Reading
) -> bool:
    """Go to the next frames of the same column where what stands before them is of the message."""
    header, margin = of
    bounded = reading.depth > 0 or reading.whole or (reading.uncaught and _ends_with_version(cursor))
    limit = LOOK_AHEAD if bounded or reading.in_record else _LOOK_AHEAD_UNBOUNDED
    for _ in range(limit):
        line = cursor.line
        if line is None or _ends(line, margin, reading, bounded=bounded):
            return False
        found = match_frame(line)
        if found is not None and found.indent == indent:
            return bool(between) and (bounded or not _is_next(between, header))
        between.append(line)
        cursor.advance()
    return False


def _ends(line: str, margin: int, reading: Reading, *, bounded: bool) -> bool:
    """Whether ``line`` is the first that is not of the message."""
    if reading.depth:
        return bool(line.strip()) and _indent(line) < margin
    if SECOND_STACK.match(line) or NODE_VERSION.match(line):
        return True
    if bounded:
        return False
    if not line.strip():
        return not reading.in_record
    return (
        starts_record(line)
        or find_header(line) is not None
        or parse_place(line) is not None
        or (_OTHER_FRAME.search(line) is not None and match_frame(line) is None)
    )


def _is_next(between: list[str], header: Header) -> bool:
    """Whether the line that frames follow at once names an error of its own."""
    following = find_weak_header(between[-1])
    return following is not None and (bool(following.message) or following.type == header.type)


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
            if starts_record(line) or parse_place(line) is not None:
                return False
            blank = not line.strip()
            cursor.advance()
        return False
    finally:
        cursor.seek(here)


def _message(lines: list[str], margin: int, reading: Reading, *, has_first: bool) -> str | None:
    """The text of ``lines``, the first of which stood behind the type."""
    kept = lines if reading.uncaught else lines[: max(pass_source_above(lines), int(has_first))]
    if margin:
        kept = [line[margin:] if line[:margin].isspace() else line for line in kept]
    text = "\n".join(kept).rstrip()
    if len(text) > MESSAGE_KEPT:
        reading.note(CUT_MESSAGE)
        text = text[:MESSAGE_KEPT]
    return text or None


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip())
