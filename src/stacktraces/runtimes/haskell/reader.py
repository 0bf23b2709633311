"""Haskell's errors: a message, and the stacks below it.

==========================================================================  ===============================
line                                                                        what comes next
==========================================================================  ===============================
``shop: no price for plum``                                                 more of the message, a stack
``shop: Uncaught exception main:Shop.Orders.OrderError:`` (from 9.12)       a blank line, the message
``2026-11-29 01:20:00 [error] order 17 failed: no price``                   a stack
a stack (:mod:`.stacks`)                                                    another stack of the same error
``*** Exception (reporting due to +RTS -xc): …``                            its stack, then the message
``shop: Shop/Orders.hs:21:1-17: Non-exhaustive patterns in function f``     a blank line, perhaps a stack
==========================================================================  ===============================

A message may hold a stack: that of an error that another one tells of. The last one is the error's.
"""

from __future__ import annotations

from sys import intern

from ..._number import to_number
from ..._regex import regex
from ...cursor import Cursor
from ...log_records.records import LEVELS, starts_record
from ...model import Error, Frame, Origin, RelatedStack, Trace
from .stacks import REPORT, Stack, is_heading, read_stack

NAME = "haskell"
_PROGRAM = regex(r"(?P<program>[\w.+/-]{1,200}+): (?P<text>.*)\Z")
_UNCAUGHT = regex(r"Uncaught exception (?:[\w.-]{1,200}+:)?(?P<type>[\w.']{1,300}+):\Z")
# 2026-11-29 01:20:00 [error] MESSAGE
_RECORD = regex(
    rf"(?:[\[(]?\d[\dT:.,+/Z-]{{1,40}}[\])]?\s++){{1,3}}(?:\[?(?:{LEVELS}|{LEVELS.lower()})\]?:?\s++)?"
)
_PLACED = regex(
    r"(?<!\S)(?P<file>[^\s:]{1,300}\.l?hs):"
    r"\(?(?P<line>\d{1,9})[,:](?P<column>\d{1,9})\)?(?:-\(?[\d,]{1,20}\)?)?: "
    # A quote ends the string of JSON in which the line stands.
    r"(?P<message>(?:Non-exhaustive |Missing field in |No instance nor )(?:[^\n\"\\]|\\(?!\")){0,1000}+)"
    r"(?=\\?\"|\Z)"
)
_LOOK_BACK = 60
_MOST_STACKS = 32
_MOST_BLANK = 1
_LONGEST_MESSAGE = 1 << 16


def read(cursor: Cursor) -> Trace | None:
    """The trace that the cursor's line is part of; see :data:`stacktraces.runtimes.Reader`."""
    line = cursor.line
    if line is None:
        return None
    if line.startswith(REPORT):
        trace = _read_reported(cursor)
    elif is_heading(line):
        trace = _read_at_heading(cursor)
    else:
        trace = _read_place(cursor, line)
    if trace is not None and cursor.cut:
        trace.uncertain.append("A line was cut: it is longer than 1 MiB.")
    return trace


def _read_at_heading(cursor: Cursor) -> Trace | None:
    heading = cursor.offset
    message = _step_to_message(cursor)
    start = cursor.offset
    if message is None:
        return None
    cursor.seek(heading)
    stacks = _read_stacks(cursor)
    return _trace(start, message, stacks) if stacks else None


def _step_to_message(cursor: Cursor) -> list[str] | None:
    """Go to the first line of the message above the heading that the cursor is on; gives its lines."""
    lines: list[str] = []
    nearest: tuple[int, int] | None = None
    for _ in range(_LOOK_BACK):
        if not cursor.back():
            break
        line = cursor.line or ""
        lines.append(line)
        if nearest is None and line.strip():
            nearest = len(lines), cursor.offset
        if starts_record(line) or _PROGRAM.match(line):
            return lines[::-1]
    if nearest is None:
        return None
    cursor.seek(nearest[1])
    return lines[nearest[0] - 1 :: -1]


def _read_stacks(cursor: Cursor) -> list[Stack]:
    """The stacks from the heading that the cursor is on, with at most a blank line between two."""
    stacks: list[Stack] = []
    while len(stacks) < _MOST_STACKS:
        here = cursor.offset
        for _ in range(_MOST_BLANK):
            if cursor.line == "":
                cursor.advance()
        stack = read_stack(cursor) if is_heading(cursor.line) else None
        if stack is None:
            cursor.seek(here)
            break
        stacks.append(stack)
    return stacks


def _read_reported(cursor: Cursor) -> Trace | None:
    """What ``+RTS -xc`` reports of an exception, and the message if that ended the program."""
    start = cursor.offset
    stacks: list[Stack] = []
    while (cursor.line or "").startswith(REPORT) and len(stacks) < _MOST_STACKS:
        stack = read_stack(cursor)
        if stack is None:
            return None
        stacks.append(stack)
    message: list[str] = []
    if _PROGRAM.match(cursor.line or ""):
        message.append(cursor.line or "")
        cursor.advance()
        after_first = cursor.offset
        for _ in range(_LOOK_BACK):
            line = cursor.line
            if line is None or starts_record(line) or line.startswith(REPORT):
                cursor.seek(after_first)
                break
            if is_heading(line):
                message += _between(cursor, after_first)
                stacks += _read_stacks(cursor)
                break
            cursor.advance()
        else:
            cursor.seek(after_first)
    return _trace(start, message, stacks)


def _between(cursor: Cursor, start: int) -> list[str]:
    """The lines from ``start`` to the cursor's, which it goes back to."""
    end = cursor.offset
    cursor.seek(start)
    lines: list[str] = []
    while cursor.offset < end:
        lines.append(cursor.line or "")
        cursor.advance()
    return lines


def _read_place(cursor: Cursor, line: str) -> Trace | None:
    """A pattern that matched nothing, which is told with its place."""
    text = _text_of(line)
    if not _PLACED.search(text):
        return None
    following = (cursor.peek() or "").strip(), cursor.peek(2)
    if is_heading(following[0]) or (not following[0] and is_heading(following[1])):
        return None
    start = cursor.offset
    cursor.advance()
    return _trace(start, [text], [])


def _text_of(line: str) -> str:
    """``line`` without the program's name or what a logger writes before a message."""
    if found := _PROGRAM.match(line):
        return found["text"]
    if (found := _RECORD.match(line)) and starts_record(line):
        return line[found.end() :]
    return line


def _trace(start: int, lines: list[str], stacks: list[Stack]) -> Trace:
    error = Error()
    if lines:
        text = _text_of(lines[0])
        if uncaught := _UNCAUGHT.match(text):
            error.type = intern(uncaught["type"])
            lines = lines[1:]
        else:
            lines = [text, *lines[1:]]
        error.message = "\n".join(lines).strip("\n")[:_LONGEST_MESSAGE] or None
    own = _own(stacks)
    if own is not None:
        error.frames = own.frames
    error.related = [RelatedStack(each.title.rstrip(":"), each.frames) for each in stacks if each is not own]
    if placed := _PLACED.search(error.message or ""):
        place = Frame(
            file=intern(placed["file"]), line=to_number(placed["line"]), column=to_number(placed["column"])
        )
        error.message = placed["message"]
        error.frames = [place, *error.frames]
    trace = Trace(error=error, format=NAME, origin=Origin(offset=start))
    if left_out := sum(each.left_out for each in stacks):
        trace.uncertain.append(f"{left_out} frames of a long stack are not here.")
    return trace


def _own(stacks: list[Stack]) -> Stack | None:
    """The error's own stack: the last one of calls that the program has a part in, else the last one."""
    of_calls = [each for each in stacks if each.is_of_calls]
    of_program = [each for each in of_calls if each.is_of_program]
    return next((each[-1] for each in (of_program, of_calls, stacks) if each), None)
