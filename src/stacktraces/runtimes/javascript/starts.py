"""From the first frame back to the header, and to the first line of the trace.

What is looked for above the frames, the strongest sign first:

1. the excerpt that Node prints for an error that nobody caught: the header is the line below it;
2. a log record whose message begins with a type, and no type on a line of its own below it;
3. the nearest line that begins with a type, or names one behind other text (``failed: TypeError: m``);
4. the line right above the frames, which V8 makes the header whatever its type is called.
"""

from __future__ import annotations

import msgspec

from ..._regex import regex
from ...cursor import Cursor
from ...log_records.records import starts_record
from .excerpts import Excerpt, is_caret, is_numbered, parse_place_line, step_over_excerpts, step_over_numbered
from .frames import is_script, match_frame
from .headers import Header, find_header, find_weak_header, is_class_name, starts_message
from .messages import Printer, indent_of
from .syntax import DENO_UNCAUGHT, LABEL_OF_MESSAGE, LABEL_OF_STACK, NODE_VERSION

_LOOK_BACK = 200
_LOOK_BACK_FOR_EXCERPT = 30
"""Lines above a header in which an excerpt would say that another line is the header."""
_LOCAL = ("/", "file:///", "node:", "C:\\", "D:\\")
_BLANKS_BELOW = 4
_JEST = regex(r" {2,4}● \S| {3}FAIL  \"")
"""The name of a test, as Jest or uvu print it."""
_WEAK_LINES = 20


class Start(msgspec.Struct):
    """Where a trace starts."""

    offset: int
    """Of its first line."""
    header: Header
    header_offset: int
    excerpt: Excerpt | None = None
    printer: Printer | None = None
    """Who printed the excerpt."""
    in_record: bool = False
    """The header's line starts a log record."""


def find_start(cursor: Cursor) -> Start | None:
    """The start of the trace whose first frame is on the cursor's line; ``None`` where nothing names one.

    With ``cursor.whole`` the text is one log event, whose first line is the header. Where the cursor is
    afterwards does not matter.
    """
    first_frame = cursor.offset
    nearest: Start | None = None
    steps, limit = 0, _LOOK_BACK
    while steps < limit and cursor.back():
        steps += 1
        line = cursor.line or ""
        if match_frame(line) is not None or NODE_VERSION.match(line):
            break
        if is_caret(line):
            if (found := _below_caret(cursor, first_frame)) is not None:
                return found
            cursor.back()  # Deno's source line, which may name any error.
            continue
        if _JEST.match(line):
            nearest = nearest or _below_test_name(cursor, first_frame)
            break
        if line.strip() == LABEL_OF_STACK:
            continue
        if line.strip() == LABEL_OF_MESSAGE:
            nearest = nearest or _below_test_name(cursor, first_frame)
            break
        is_record = starts_record(line)
        header = _header_in(line, is_last=steps == 1 and not is_record)
        if header is not None and _is_nearer(nearest, header, line, is_record=is_record, whole=cursor.whole):
            nearest = Start(cursor.offset, header, cursor.offset, in_record=is_record)
            limit = limit if cursor.whole else min(limit, steps + _LOOK_BACK_FOR_EXCERPT)
        if is_record:
            break
    if nearest is None:
        cursor.seek(first_frame)
        return _right_above(cursor)
    cursor.seek(nearest.header_offset)
    return _with_excerpt(cursor, _enclosing(cursor, nearest))


def _header_in(line: str, *, is_last: bool) -> Header | None:
    """The header that ``line`` is, or ends with; ``is_last`` says that the frames follow at once."""
    if is_numbered(line):
        return None
    header = find_header(line)
    if header is not None:
        return header if header.opens or not header.bracketed else None
    weak = find_weak_header(line) if is_last else None
    return weak if weak is not None and weak.at_start and is_class_name(weak.type or "") else None


def _with_excerpt(cursor: Cursor, start: Start) -> Start:
    """``start``, whose header is on the cursor's line, with the excerpt above it."""
    start.excerpt = step_over_excerpts(cursor)
    start.printer = "node" if start.excerpt is not None else None
    start.offset = cursor.offset
    return start


def starts_here(line: str, following: str) -> bool:
    """Whether a trace starts on ``line``, before ``following``.

    Frames alone start one where they are in files: browsers that Python drives report frames at URLs and in
    evaluated texts, in the message of Python's own error.
    """
    if DENO_UNCAUGHT.match(line):
        return True
    found = match_frame(line)
    if found is not None:
        is_file = (found.place.file or "").startswith(_LOCAL)
        return is_file and match_frame(following) is not None
    place = parse_place_line(line)
    if place is not None:
        return is_script(place[0]) or place[0].startswith("node:")
    header = find_header(line)
    return header is not None and match_frame(following) is not None


def _below_test_name(cursor: Cursor, first_frame: int) -> Start | None:
    """The start of what is reported of the test that the cursor's line names: Jest leaves out an error's type
    where an assertion failed, uvu and Jasmine always do."""
    for _ in range(_BLANKS_BELOW):
        cursor.advance()
        if cursor.offset >= first_frame:
            return None
        if line := (cursor.line or "").strip():
            return Start(cursor.offset, Header(None, line), cursor.offset)
    return None


def find_start_at_caret(cursor: Cursor) -> Start | None:
    """The start of Node's or Bun's report whose line of carets is the cursor's; ``None`` where it is none."""
    return _below_caret(cursor, cursor.end)


def _is_nearer(nearest: Start | None, header: Header, line: str, *, is_record: bool, whole: bool) -> bool:
    """Whether ``header``, which stands above that of ``nearest``, is the trace's after all."""
    if nearest is None or whole:
        return True
    if not is_record or nearest.header.message == header.message:
        return False
    return header.type is not None and line.startswith(header.type, starts_message(line))


def _enclosing(cursor: Cursor, start: Start) -> Start:
    """The start at the error without frames among whose properties ``start`` stands, else ``start``.

    The cursor is on the line of the header and is left on that of the header given.
    """
    margin = indent_of(cursor.line or "")
    steps = 0
    while margin and steps < _LOOK_BACK_FOR_EXCERPT and cursor.back():
        steps += 1
        line = cursor.line or ""
        if match_frame(line) is not None or not line.strip():
            break
        if indent_of(line) >= margin:
            continue
        margin = indent_of(line)
        header = find_header(line)
        if header is not None and header.opens:
            return Start(cursor.offset, header, cursor.offset, in_record=starts_record(line))
        if not line.rstrip().endswith((": [", ": {")):
            break
    cursor.seek(start.header_offset)
    return start


def _below_caret(cursor: Cursor, first_frame: int) -> Start | None:
    """The start at the excerpt whose caret is on the cursor's line; ``None``, and no move, without one."""
    here = cursor.offset
    for _ in range(_BLANKS_BELOW):
        cursor.advance()
        if cursor.offset >= first_frame:
            break
        line = cursor.line or ""
        if not line.strip():
            continue
        if match_frame(line) is not None or parse_place_line(line) is not None:
            break
        header_offset = cursor.offset
        printer: Printer = "node"
        excerpt = step_over_excerpts(cursor)
        if excerpt is None:
            printer = "bun"
            cursor.seek(here)
            excerpt = step_over_numbered(cursor)
        if excerpt is None:
            break
        header = find_header(line)
        if header is None or not header.at_start:
            header = find_weak_header(line) or Header(None, line)
        return Start(cursor.offset, header, header_offset, excerpt, printer)
    cursor.seek(here)
    return None


def _right_above(cursor: Cursor) -> Start | None:
    """The header that ends right above the frames, whatever its type is called."""
    for step in range(_WEAK_LINES):
        if not cursor.back():
            return None
        line = cursor.line or ""
        if not line.strip() or match_frame(line) is not None:
            return None
        is_record = starts_record(line)
        header = find_weak_header(line)
        if header is not None and (step == 0 or header.message):
            return Start(cursor.offset, header, cursor.offset, in_record=is_record)
        if is_record:
            return None
    return None
