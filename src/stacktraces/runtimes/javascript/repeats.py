"""Failures that a test runner prints twice: when they happen, and all together at the end.

=====================================  ========================================================
runner                                 how the second copy is told
=====================================  ========================================================
Node's, reporter ``spec``              ``test at FILE:LINE:COLUMN`` above the test's name
Jest, of many files                    ``Summary of all failing tests`` somewhere above it
=====================================  ========================================================
"""

from __future__ import annotations

from ..._regex import regex
from ...cursor import Cursor

_TITLE = regex(r"(?P<margin> {0,60})✖ .{1,2000}\(\d[\d.]{0,20}ms\)")
_TEST_AT = b"test at "
_SUMMARY = b"\nSummary of all failing tests"
_JEST_TITLE = regex(r" {2,4}● \S")
_AHEAD = 1 << 20
"""Bytes in which the second copy is looked for."""
_LINES_ABOVE = 3
_MOST_COPIES = 100


def told_again(cursor: Cursor, start: int) -> bool:
    """Whether the failure that starts at ``start`` is told once more behind the cursor's line."""
    look = Cursor(cursor.buffer, start, floor=cursor.floor, end=cursor.end)
    for _ in range(_LINES_ABOVE):
        if not look.back():
            return False
        if not (line := look.line or "").strip():
            continue
        title = bytes(cursor.buffer[look.offset : look.next_offset]).strip()
        if _TITLE.match(line):
            is_copy = look.back() and (look.line or "").startswith(_TEST_AT.decode())
            return not is_copy and _is_below_place(cursor, title)
        if _JEST_TITLE.match(line):
            summary = _find(cursor, _SUMMARY, cursor.offset)
            return summary >= 0 and _find(cursor, title, summary) >= 0
        return False
    return False


def _is_below_place(cursor: Cursor, title: bytes) -> bool:
    """Whether ``title`` stands below the place of a test further on."""
    at = cursor.offset
    for _ in range(_MOST_COPIES):
        at = _find(cursor, b"\n" + title, at)
        if at < 0:
            return False
        above = cursor.buffer.rfind(b"\n", cursor.offset, at) + 1
        if cursor.buffer[above : above + len(_TEST_AT)] == _TEST_AT:
            return True
        at += 1
    return False


def _find(cursor: Cursor, text: bytes, start: int) -> int:
    """Where ``text`` stands from ``start`` on, -1 where it does not."""
    stop = min(start + _AHEAD, cursor.end)
    at = cursor.buffer.find(text, start, stop)
    cursor.ended = cursor.ended or (at < 0 and stop == cursor.end)
    return at
