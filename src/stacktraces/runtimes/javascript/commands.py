"""An error of ``child_process``: its message ends with all that the command wrote to its standard error.

That may be any runtime's trace, so that only the frames of ``child_process`` (or of the library execa, which
does the same) tell the error's own stack. A trace of JavaScript in the message is the error's cause.
"""

from __future__ import annotations

from collections.abc import Callable

from ..._regex import regex
from ...cursor import Cursor
from ...model import Error, Trace
from .errors import finish, read_error
from .excerpts import step_over_excerpts
from .frames import match_frame
from .headers import find_header, find_weak_header
from .messages import MESSAGE_KEPT, Reading
from .properties import read_properties
from .stacks import Stack, read_stack
from .starts import Start

COMMAND_FAILED = regex(r"\b[Ee]rror: Command failed")

_LOOK_AHEAD = 400
_COMMANDS = 3
"""Commands that failed within commands."""
_OWN = regex(r".*(?:\bchild_process(?:\.[jt]s)?|internal/errors(?:\.js)?|/execa/.*)$")


def read_failed_command(
    cursor: Cursor, read: Callable[[Cursor], Trace | None], reading: Reading
) -> tuple[Error, Start] | None:
    """The error whose header is on the cursor's line; ``None`` where no frames of ``child_process`` follow.

    ``read`` reads a trace in the message, at the line of its first frame.
    """
    line = cursor.line or ""
    header = find_header(line) or find_weak_header(line)
    if header is None or not (header.message or "").startswith("Command failed"):
        return None
    start = Start(cursor.offset, header, cursor.offset)
    start.excerpt = step_over_excerpts(cursor)
    start.offset = cursor.offset
    cursor.seek(start.header_offset)
    error = Error(type=header.type)
    cursor.advance()
    after_header = cursor.offset
    stack, lines, frames_at = _go_to_own_frames(cursor)
    if stack is None:
        return None
    error.message = "\n".join([header.message or "", *lines])[:MESSAGE_KEPT].rstrip()
    after_frames = cursor.offset
    if (inner := _first_frame(cursor, after_header, frames_at)) is not None:
        cause = read(Cursor(cursor.buffer, inner, floor=after_header, end=frames_at))
        if cause is not None:
            error.cause, error.cause_kind = cause.error, "cause"
    cursor.seek(after_frames)
    if stack.opens:
        read_properties(cursor, error, max(stack.indent - 4, 0), reading, read_error)
    finish(error, stack, reading)
    return error, start


def _go_to_own_frames(cursor: Cursor) -> tuple[Stack | None, list[str], int]:
    """The frames of ``child_process``, the lines before them and where they start."""
    lines: list[str] = []
    commands = 0
    for _ in range(_LOOK_AHEAD):
        line = cursor.line
        if line is None:
            break
        commands += COMMAND_FAILED.search(line) is not None
        if commands > _COMMANDS:
            break
        here = cursor.offset
        found = match_frame(line)
        if found is not None and _OWN.match(found.place.file or ""):
            return read_stack(cursor), lines, here
        lines.append(line)
        cursor.advance()
    return None, [], -1


def _first_frame(cursor: Cursor, start: int, end: int) -> int | None:
    cursor.seek(start)
    while cursor.offset < end:
        if match_frame(cursor.line or "") is not None:
            return cursor.offset
        cursor.advance()
    return None
