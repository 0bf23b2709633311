"""Frames without a header, or without an error: logged stacks, what Sphinx shows, what 2.7 ignored."""

from __future__ import annotations

from ..._regex import regex
from ...cursor import Cursor
from ...model import Error, Origin, Trace
from .chains import read_chain
from .frames import FRAME, read_frames
from .lines import CursorLines
from .margins import FRAME_INDENT, lines_from, margin_of
from .messages import Reading
from .preambles import pass_logged_message
from .syntax import NAME

_IGNORED = regex(r"Exception (?P<type>[^\W\d][\w.]*): (?P<message>.*)$")
_ONE_ARGUMENT = regex(r"\w+\((?:'(?P<text>[^'\\]*+)'|(?P<number>-?\d++)),\)$")
SAVED = "The full traceback has been saved in:"
"""Sphinx 9 prints it behind the innermost frames of an error, which are indented below a heading."""
_SAVED_HEADING = ["Traceback", "========="]
_LINES_TO_HEADING = 60


def read_ignored(cursor: Cursor, line: str) -> Trace | None:
    """2.7: ``Exception KeyError: KeyError(1,) in <module 'x' from 'x.py'> ignored``."""
    match = _IGNORED.search(line.rpartition(" in <")[0])
    if match is None:
        return None
    origin = Origin(offset=cursor.offset)
    cursor.advance()
    argument = _ONE_ARGUMENT.match(match["message"])
    message = argument["text"] or argument["number"] if argument else match["message"]
    error = Error(type=match["type"], message=message)
    return Trace(error=error, format=NAME, origin=origin, preamble=[line])


def read_stack(cursor: Cursor, prefix: str, *, outermost_first: bool) -> Trace | None:
    """A stack that was logged without an error, or the one at which a leaked object was made.

    The latter is printed innermost first before 3.7.
    """
    origin = Origin(offset=cursor.offset)
    margin = margin_of(cursor, prefix)
    if margin is None:
        return None
    lines = lines_from(cursor, margin)
    lines.advance()
    stack = read_frames(lines)
    if not stack.count:
        return None
    pass_logged_message(lines)
    frames = stack.innermost_first() if outermost_first else stack.innermost_first()[::-1]
    return Trace(error=Error(frames=frames), format=NAME, origin=origin)


def read_last_frame(cursor: Cursor) -> Trace | None:
    """What Sphinx prints of an error on a terminal."""
    start = cursor.offset
    cursor.advance()
    trace = read_frames_alone(cursor) if FRAME.match(cursor.line or "") else None
    if trace is None or trace.error.type is None:
        return None
    trace.origin = Origin(offset=start)
    return trace


def read_indented_frames(cursor: Cursor) -> Trace | None:
    """The frames that stand before the cursor's line, below a heading."""
    stop = cursor.offset
    for _ in range(_LINES_TO_HEADING):
        if not cursor.back():
            return None
        if [cursor.line, cursor.peek()] == _SAVED_HEADING:
            break
    start = cursor.offset
    while cursor.offset < stop and not (match := FRAME_INDENT.match(cursor.line or "")):
        cursor.advance()
    if cursor.offset >= stop or match is None:
        return None
    error = read_chain(CursorLines(cursor, match["margin"]), Reading(uncertain=[]))
    if error is None or error.type is None:
        return None
    cursor.seek(stop)
    cursor.advance()
    return Trace(error=error, format=NAME, origin=Origin(offset=start))


def read_frames_alone(cursor: Cursor) -> Trace | None:
    """What ``traceback.print_stack`` prints, or a traceback whose header was cut off."""
    origin = Origin(offset=cursor.offset)
    reading = Reading(uncertain=[])
    error = read_chain(CursorLines(cursor, ""), reading)
    if error is None:
        return None
    return Trace(error=error, format=NAME, origin=origin, uncertain=reading.uncertain if error.type else [])
