"""Stacks without PHP's own header: the text of ``getTraceAsString``, and what stands above it."""

from __future__ import annotations

from ..._regex import regex
from ...cursor import Cursor
from ...log_records.records import starts_record
from ...model import Error, Origin, Trace
from .exceptions import error_of, read_chain
from .frameworks import STACK_TITLE, find_error, read_places
from .headers import header_in, is_likely
from .lines import CursorLines
from .stacks import read_stack
from .syntax import MONOLOG_STACK, STACK_TRACE, match_call, match_header, unwrapped

_LOOK_BACK = 50
_MOST_FRAMES_BACK = 1100
_MOST_LINES_OF_ARGUMENTS = 8
# What loggers put before a record's text: a time, a level, a channel.
_HEAD = regex(
    r"(?:[A-Z]{4,9} - )?[\[(]?\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d[^\]) ]{0,12}[\])]?"
    r"(?: [+-]\d{4}\]?)?(?: [\w.-]{1,60}\.[A-Z]{4,9}:| -->| \[?[A-Z]{4,9}\]?:?| \[?[a-z]{4,9}\]?:)?+ "
    r"|\[[A-Z]{4,9}\] "
)


def read_headed(cursor: Cursor, name: str) -> Trace | None:
    """An exception as text, ``(string) $e``; the cursor is on ``Stack trace:``."""
    stack = cursor.offset
    above: Trace | None = None
    behind = stack
    for number in range(_LOOK_BACK):
        if not cursor.back():
            break
        line = unwrapped(cursor.line or "")
        in_record = starts_record(line)
        # The line above the stack has the place, and may be the message's last: another one may begin it.
        text = header_in(line, in_record=in_record, any_type=number == 0)
        if text is not None:
            start = cursor.offset
            cursor.advance()
            reading = read_chain(CursorLines(cursor), text, thrown=False)
            if reading is not None and cursor.offset > stack:
                if is_likely(reading.error.type or ""):
                    return reading.trace(name, start)
                above, behind = reading.trace(name, start), cursor.offset
            cursor.seek(start)
        if in_record or line == STACK_TRACE or match_call(line) is not None:
            break
    cursor.seek(behind)
    return above


def read_listed(cursor: Cursor, name: str) -> Trace | None:
    """CakePHP's list of places; the cursor is on its heading."""
    heading = cursor.offset
    found = find_error(cursor)
    cursor.seek(heading)
    cursor.advance()
    frames = read_places(cursor)
    if found is None or not frames:
        return None
    error, start = found
    error.frames += [each for each in frames if not (error.frames and each == error.frames[0])]
    return Trace(error=error, format=name, origin=Origin(offset=start))


def read_stack_alone(cursor: Cursor, name: str) -> Trace | None:
    """The stack of which the cursor is on the last line, and what stands above it."""
    last = cursor.offset
    if not _step_to_first_call(cursor):
        return None
    first = cursor.offset
    error, start = Error(), first
    if cursor.back():
        line = unwrapped(cursor.line or "")
        if line in (STACK_TRACE, MONOLOG_STACK):
            return None  # Its reader was asked, and found nothing.
        above, place = _error_above(line), cursor.offset
        if above is None or above.type is None:
            cursor.seek(first)
            above, place = find_error(cursor) or (above, place)
        if above is not None:
            error, start = above, place
    cursor.seek(first)
    stack = read_stack(CursorLines(cursor))
    inside = error.frames[0] if error.frames else None
    error.frames = stack.frames(inside) if stack.calls else error.frames
    if cursor.offset <= last or not (error.frames and (error.type or len(stack.calls) > 1)):
        return None
    return Trace(error=error, format=name, origin=Origin(offset=start))


def _step_to_first_call(cursor: Cursor) -> bool:
    """Go back from the last line of a stack to its first; False where the numbers do not lead there."""
    call = match_call(unwrapped(cursor.line or ""))
    number = call.number if call is not None else 0
    others = 0
    while number > 0 and number < _MOST_FRAMES_BACK and others < _MOST_LINES_OF_ARGUMENTS:
        if not cursor.back():
            return False
        if unwrapped(cursor.line or "").startswith(f"#{number - 1} "):
            number -= 1
            others = 0
        else:
            others += 1
    return call is not None and number == 0


def _error_above(line: str) -> Error | None:
    """What the line above a stack says of its error; ``None`` where it says nothing."""
    in_record = starts_record(line)
    text = header_in(line, in_record=in_record)
    header = match_header(text) if text is not None else None
    if header is not None:
        return error_of(header, [])
    return Error(message=_HEAD.sub("", line, 1)) if in_record else None


def is_listed(line: str) -> bool:
    """Whether ``line`` is the heading of CakePHP's stack."""
    return line.rstrip() == STACK_TITLE
