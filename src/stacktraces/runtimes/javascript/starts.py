"""From the first frame back to the header, and to the first line of the trace.

What is looked for above the frames, the strongest sign first:

1. the excerpt that Node prints for an error that nobody caught: the header is the line below it;
2. a log record whose message begins with a type, and no type on a line of its own below it;
3. the nearest line that begins with a type, or names one behind other text (``failed: TypeError: m``);
4. the line right above the frames, which V8 makes the header whatever its type is called.
"""

from __future__ import annotations

import msgspec

from ...cursor import Cursor
from ...log_records.records import starts_record
from .excerpts import Excerpt, is_caret, is_numbered, step_over_excerpts
from .frames import match_frame
from .headers import Header, find_header, find_weak_header, starts_message
from .syntax import NODE_VERSION

_LOOK_BACK = 200
_LOOK_BACK_FOR_EXCERPT = 30
"""Lines above a header in which an excerpt would say that another line is the header."""
_BLANKS_BELOW = 4
_WEAK_LINES = 20


class Start(msgspec.Struct):
    """Where a trace starts."""

    offset: int
    """Of its first line."""
    header: Header
    header_offset: int
    excerpt: Excerpt | None = None
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
        is_record = starts_record(line)
        header = None if is_numbered(line) else find_header(line)
        if header is not None and header.bracketed and not header.opens:
            header = None
        if header is not None and _is_nearer(nearest, header, line, is_record=is_record, whole=cursor.whole):
            nearest = Start(cursor.offset, header, cursor.offset, in_record=is_record)
            limit = limit if cursor.whole else min(limit, steps + _LOOK_BACK_FOR_EXCERPT)
        if is_record:
            break
    cursor.seek(nearest.header_offset if nearest is not None else first_frame)
    if nearest is None:
        return _right_above(cursor)
    nearest = _enclosing(cursor, nearest)
    nearest.excerpt = step_over_excerpts(cursor)
    nearest.offset = cursor.offset
    return nearest


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
    margin = _indent(cursor.line or "")
    steps = 0
    while margin and steps < _LOOK_BACK_FOR_EXCERPT and cursor.back():
        steps += 1
        line = cursor.line or ""
        if match_frame(line) is not None or not line.strip():
            break
        if _indent(line) >= margin:
            continue
        margin = _indent(line)
        header = find_header(line)
        if header is not None and header.opens:
            return Start(cursor.offset, header, cursor.offset, in_record=starts_record(line))
        if not line.rstrip().endswith((": [", ": {")):
            break
    cursor.seek(start.header_offset)
    return start


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip())


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
        header_offset = cursor.offset
        if (excerpt := step_over_excerpts(cursor)) is None:
            break
        header = find_header(line)
        if header is None or not header.at_start:
            header = find_weak_header(line) or Header(None, line)
        return Start(cursor.offset, header, header_offset, excerpt)
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
