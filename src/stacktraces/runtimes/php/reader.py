"""From the line of an anchor to a trace: who printed the error, and whether it stands there twice."""

from __future__ import annotations

from ..._regex import regex
from ...cursor import Cursor
from ...log_records.records import starts_record
from ...model import Error, Origin, Trace
from .console import is_heading, read_box
from .exceptions import Reading, error_of, read_chain
from .lines import CursorLines, Lines, ListLines
from .monolog import read_monolog
from .phpunit import is_place, read_failure
from .stacks import read_stack, read_xdebug
from .syntax import (
    MESSAGE,
    MONOLOG_STACK,
    STACK_TRACE,
    Banner,
    match_banner,
    match_call,
    match_header,
    match_warning,
    unwrapped,
)

NAME = "php"
_OBJECT = "[object] ("
_LOOK_BACK = 50
_LOOK_BACK_FOR_WARNING = 10
_MOST_FRAMES_BACK = 1100
_MOST_LINES_OF_ARGUMENTS = 8
_MOST_BLANK = 3
_NEXT_MESSAGE = f"; {MESSAGE}"
"""What stands between two messages of one request."""
_HTML_BREAK = "<br />"
_ESCAPED = ("Stack trace:\\n#0 ", "[stacktrace]\\n#0 ")
_TYPE_WITHIN = regex(
    r"(?<![\w\\$.>-])(?=[A-Z\\])(?P<header>(?:[\w\\]{0,200}(?:Exception|Error|Throwable)|\w{1,100}(?:\\\w{1,100}){1,20})"
    r"(?:@anonymous\S{0,500})?(?:: .*| in \S.*:\d{1,9}))\Z"
)


def read(cursor: Cursor) -> Trace | None:
    """The trace that the cursor's line is part of; see :data:`stacktraces.runtimes.Reader`."""
    line = cursor.line
    if line is None:
        return None
    trace = _read(cursor, line)
    if trace is not None and cursor.cut:
        trace.uncertain.append("A line was cut: it is longer than 1 MiB.")
    return trace


def _read(cursor: Cursor, line: str) -> Trace | None:
    if any(mark in line for mark in _ESCAPED):
        return _read_escaped(cursor, line)
    if _OBJECT in line:
        return read_monolog(cursor, NAME)
    if is_heading(line):
        return read_box(cursor, NAME)
    if is_place(line):
        return read_failure(cursor, NAME)
    text = unwrapped(line)
    banner = match_banner(text)
    if banner is not None:
        return _read_with_copy(cursor, banner)
    if text == STACK_TRACE:
        return _read_headed(cursor)
    if text.endswith(" {main}"):
        return _read_stack_alone(cursor)
    return _read_end_of_warning(cursor) if " on line " in text and match_warning(text) else None


def _trace(start: int, reading: Reading) -> Trace:
    trace = Trace(error=reading.error, format=NAME, origin=Origin(offset=start))
    if reading.left_out:
        trace.uncertain.append(f"{reading.left_out} frames of a long stack are not here.")
    return trace


def _read_with_copy(cursor: Cursor, banner: Banner) -> Trace | None:
    """What a banner on the cursor's line starts, and the copy of it: logged and displayed."""
    start = _step_over_break(cursor, banner)
    reading = _read_banner(cursor, banner)
    if reading is None:
        return None
    here = cursor.offset
    for _ in range(_MOST_BLANK):
        if cursor.line is None or cursor.line.strip() not in ("", _HTML_BREAK):
            break
        cursor.advance()
    copy = match_banner(unwrapped(cursor.line or ""))
    if copy is None or copy.style == banner.style:
        cursor.seek(here)
        return _trace(start, reading)
    again = _read_banner(cursor, copy)
    if again is None or again.error != reading.error:
        cursor.seek(here)
    return _trace(start, reading)


def _step_over_break(cursor: Cursor, banner: Banner) -> int:
    """Where the trace starts: HTML has a line of its own before the banner."""
    start = cursor.offset
    if banner.style == "html" and cursor.back():
        above = cursor.offset if (cursor.line or "").strip() == _HTML_BREAK else start
        cursor.seek(start)
        return above
    return start


def _read_banner(cursor: Cursor, banner: Banner) -> Reading | None:
    here = cursor.offset
    lines = CursorLines(cursor, html=banner.style == "html")
    lines.advance()
    reading = (
        _read_uncaught(lines, banner.rest)
        if banner.uncaught
        else _read_warning(lines, banner)
        if banner.at_start
        else None
    )
    if reading is None:
        cursor.seek(here)
        return None
    _take_xdebug(lines, reading.error)
    return reading


def _read_uncaught(lines: Lines, text: str) -> Reading | None:
    """An exception that nobody caught; without a stack where the output was cut behind its header."""
    text = text.removesuffix('"')
    reading = read_chain(lines, text, thrown=True)
    if reading is not None:
        return reading
    header = match_header(text)
    if header is None or header.place is None:
        return None
    if lines.line == STACK_TRACE:
        lines.advance()
    return Reading(error_of(header, []))


def _read_warning(lines: Lines, banner: Banner) -> Reading | None:
    text = banner.rest.partition(_NEXT_MESSAGE)[0]
    found = match_warning(text)
    for _ in range(_LOOK_BACK_FOR_WARNING):
        if found is not None or lines.line is None or lines.starts_record or match_banner(lines.line):
            break
        text += "\n" + lines.line
        last = match_warning(lines.line)
        if last is not None:
            found = text[: -len(lines.line)] + last[0], last[1]
        lines.advance()
    if found is None:
        return None
    return Reading(Error(type=banner.level, message=found[0], frames=[found[1]]))


def _take_xdebug(lines: Lines, error: Error) -> None:
    """Take the stack that Xdebug prints behind an error; PHP's own says the same."""
    here = lines.mark()
    if lines.line == "":
        lines.advance()
    frames = read_xdebug(lines, error.frames[0] if error.frames else None)
    if not frames:
        lines.reset(here)
    elif len(error.frames) < 2:
        error.frames = frames


def _read_end_of_warning(cursor: Cursor) -> Trace | None:
    """A warning whose text has several lines, of which the cursor is on the last."""
    for _ in range(_LOOK_BACK_FOR_WARNING):
        if not cursor.back():
            return None
        line = unwrapped(cursor.line or "")
        banner = match_banner(line)
        if banner is not None:
            return None if banner.uncaught else _read_with_copy(cursor, banner)
        if starts_record(line):
            return None
    return None


def _read_headed(cursor: Cursor) -> Trace | None:
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
        text = _header_in(line, in_record=in_record, any_type=number == 0)
        if text is not None:
            start = cursor.offset
            cursor.advance()
            reading = read_chain(CursorLines(cursor), text, thrown=False)
            if reading is not None and cursor.offset > stack:
                if _likely(reading.error.type or ""):
                    return _trace(start, reading)
                above, behind = _trace(start, reading), cursor.offset
            cursor.seek(start)
        if in_record or line == STACK_TRACE or match_call(line) is not None:
            break
    cursor.seek(behind)
    return above


def _header_in(line: str, *, in_record: bool, any_type: bool = True) -> str | None:
    """The header of an exception at the end of ``line``, behind the words of a log record, if any.

    ``any_type``: one whose place is on the same line may be of a type that is not called like an error.
    """
    header = None if in_record else match_header(line)
    if header is not None and (_likely(header.type) or (any_type and header.place is not None)):
        return line
    found = _TYPE_WITHIN.search(line)
    return found["header"] if found else None


def _likely(type: str) -> bool:
    return type.endswith(("Exception", "Error")) or "\\" in type


def _read_stack_alone(cursor: Cursor) -> Trace | None:
    """The text of ``getTraceAsString``, of which the cursor is on the last line, and what stands above it."""
    last = cursor.offset
    if not _step_to_first_call(cursor):
        return None
    first = cursor.offset
    error, start = Error(), first
    if cursor.back():
        line = unwrapped(cursor.line or "")
        if line in (STACK_TRACE, MONOLOG_STACK):
            return None  # Its reader was asked, and found nothing.
        above = _error_above(line)
        if above is not None:
            error, start = above, cursor.offset
    cursor.seek(first)
    stack = read_stack(CursorLines(cursor))
    place = error.frames[0] if error.frames else None
    error.frames = stack.frames(place) if stack.calls else error.frames
    if cursor.offset <= last or not (error.frames and (error.type or len(stack.calls) > 1)):
        return None
    return Trace(error=error, format=NAME, origin=Origin(offset=start))


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
    text = _header_in(line, in_record=in_record)
    header = match_header(text) if text is not None else None
    if header is not None:
        return error_of(header, [])
    return Error(message=line) if in_record else None


def _read_escaped(cursor: Cursor, line: str) -> Trace | None:
    """A trace on one line, its line ends written as ``\\n``: Apache's log, loggers of frameworks."""
    start = cursor.offset
    parts = unwrapped(line).split("\\n")
    banner = match_banner(parts[0])
    stack = next(number for number, part in enumerate(parts) if part.startswith("#0 "))
    above = range(max(stack - _LOOK_BACK, 0), stack) if banner is None else range(1)
    for number in above:
        text = banner.rest if banner else _header_in(parts[number], in_record=number == 0)
        if text is None:
            continue
        lines = ListLines(parts[number + 1 :])
        reading = read_chain(lines, text, thrown=banner is not None)
        if reading is not None:
            cursor.seek(start)
            cursor.advance()
            return _trace(start, reading)
    return None
