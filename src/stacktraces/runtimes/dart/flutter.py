"""What the Flutter framework reports of exceptions that it caught.

=======================================================================  =====================================
line                                                                     what comes next
=======================================================================  =====================================
``══╡ EXCEPTION CAUGHT BY WIDGETS LIBRARY ╞══════════════════════════``  what was thrown
``The following _TypeError was thrown building Cart(dirty):``            the message, up to a blank line
``The relevant error-causing widget was:``                               where the widget was made
``When the exception was thrown, this was the stack:``                   frames; not always from the first on
``════════════════════════════════════════════════════════════════════``  the end
=======================================================================  =====================================
"""

from __future__ import annotations

from sys import intern

from ..._regex import regex
from ...cursor import Cursor
from ...model import Error
from .frames import read_frames

STACK = "When the exception was thrown, this was the stack"
_TITLE = regex(r"\s*[═=]{2,}\S? ?(?i:exception caught by) .{1,200}$")
_THROWN = regex(r"\s*The following (?P<type>\S{1,300}(?: \S{1,100}){0,3}?) was thrown(?P<rest>.*)$")
_RULE = regex(r"\s*[═=]{20,}\s*$")
_NOT_TYPES = frozenset({"message", "exception"})
_WORDS = {"assertion": "AssertionError"}
_MOST_LINES = 200
_MESSAGE_LINES = 40


def read_report(cursor: Cursor) -> tuple[Error, int, int] | None:
    """The error of whose report the cursor is on the line :data:`STACK`; its start, and frames left out.

    The cursor is left behind the report. ``None`` where no report stands here.
    """
    stack = cursor.offset
    lines: list[str] = []
    found = None
    for _ in range(_MOST_LINES):
        if not cursor.back() or _RULE.match(cursor.line or ""):
            break
        lines.insert(0, cursor.line or "")
        if found := _THROWN.match(cursor.line or ""):
            break
    if found is None:
        cursor.seek(stack)
        return None
    start = cursor.offset
    if cursor.back() and _TITLE.match(cursor.line or ""):
        start = cursor.offset
    error = Error(message=_message(lines[1:]))
    if found["type"] not in _NOT_TYPES:
        error.type = intern(_WORDS.get(found["type"], found["type"]))
    cursor.seek(stack)
    cursor.advance()
    error.frames, left_out = read_frames(cursor)
    if _RULE.match(cursor.line or ""):
        cursor.advance()
    return (error, start, left_out) if error.frames else None


def _message(lines: list[str]) -> str | None:
    """The first paragraph."""
    text: list[str] = []
    for line in lines[:_MESSAGE_LINES]:
        if not line.strip():
            break
        text.append(line.strip() if not text else line.rstrip())
    return "\n".join(text) or None
