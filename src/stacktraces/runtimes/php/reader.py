"""From the line of an anchor to a trace: who printed the error, and whether it stands there twice."""

from __future__ import annotations

from ...cursor import Cursor
from ...log_records.records import starts_record
from ...model import Error, Trace
from .bare_stack import is_listed, read_headed, read_listed, read_stack_alone
from .called_at import MARK as CALLED_AT
from .called_at import read_called_at
from .codeigniter import MARK as CODEIGNITER
from .codeigniter import read_codeigniter
from .collision import is_place as is_collision_place
from .collision import read_collision
from .console import EXCEPTION_TRACE, is_heading, read_box, read_old_box
from .drupal import MARK as DRUPAL
from .drupal import read_drupal
from .exceptions import Reading, error_of, read_chain
from .headers import header_in
from .lines import CursorLines, Lines, ListLines
from .monolog import read_monolog
from .phpunit import is_place, read_failure
from .stacks import read_xdebug
from .syntax import (
    MESSAGE,
    STACK_TRACE,
    Banner,
    match_banner,
    match_call,
    match_header,
    match_warning,
    unwrapped,
)
from .wordpress import MARK as DATABASE_ERROR
from .wordpress import read_database_error

NAME = "php"
_OBJECT = "[object] ("
_LOOK_BACK = 50
_LOOK_BACK_FOR_WARNING = 10
_MOST_BLANK = 3
_NEXT_MESSAGE = f"; {MESSAGE}"
"""What stands between two messages of one request."""
_HTML_BREAK = "<br />"
_ESCAPED = ("Stack trace:\\n#0 ", "[stacktrace]\\n#0 ")


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
    if line.startswith(EXCEPTION_TRACE):
        return read_old_box(cursor, NAME)
    if is_collision_place(line):
        return read_collision(cursor, NAME)
    if is_place(line):
        return read_failure(cursor, NAME)
    if DATABASE_ERROR in line:
        return read_database_error(cursor, NAME)
    if CALLED_AT in line:
        return read_called_at(cursor, NAME)
    if DRUPAL in line and (trace := read_drupal(cursor, NAME)) is not None:
        return trace
    if CODEIGNITER in line and (trace := read_codeigniter(cursor, NAME)) is not None:
        return trace
    text = unwrapped(line)
    banner = match_banner(text)
    if banner is not None:
        return _read_with_copy(cursor, banner)
    if text == STACK_TRACE:
        return read_headed(cursor, NAME)
    if is_listed(text):
        return read_listed(cursor, NAME)
    if " {main}" in text and match_call(text) is not None:
        return read_stack_alone(cursor, NAME)
    return _read_end_of_warning(cursor) if " on line " in text and match_warning(text) else None


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
        return reading.trace(NAME, start)
    again = _read_banner(cursor, copy)
    if again is None or again.error != reading.error:
        cursor.seek(here)
    return reading.trace(NAME, start)


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


def _read_escaped(cursor: Cursor, line: str) -> Trace | None:
    """A trace on one line, its line ends written as ``\\n``: Apache's log, loggers of frameworks."""
    start = cursor.offset
    parts = unwrapped(line).split("\\n")
    banner = match_banner(parts[0])
    stack = next(number for number, part in enumerate(parts) if part.startswith("#0 "))
    above = range(max(stack - _LOOK_BACK, 0), stack) if banner is None else range(1)
    for number in above:
        text = banner.rest if banner else header_in(parts[number], in_record=number == 0)
        if text is None:
            continue
        lines = ListLines(parts[number + 1 :])
        reading = read_chain(lines, text, thrown=banner is not None)
        if reading is not None:
            cursor.seek(start)
            cursor.advance()
            return reading.trace(NAME, start)
    return None
