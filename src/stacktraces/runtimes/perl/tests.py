"""Assertions of Test::More that did not hold.

==================================  ===============================================
line                                what comes next
==================================  ===============================================
``#   Failed test 'adds up'``       the place; on one line with it without a name
``#   at t/shop.t line 12.``        what was compared
``#          got: '3'``             further lines
==================================  ===============================================
"""

from __future__ import annotations

from ..._number import to_number
from ..._regex import regex
from ...cursor import Cursor
from ...model import Error, Frame, Origin, Trace

_PLACE = regex(
    r"\s*+#\s{1,8}(?P<failed>Failed (?:test|\(TODO\) test).*? )?(?:at|in) (?P<file>\S.{0,300}?)"
    r" (?:at )?line (?P<line>\d{1,9})\.\s*\Z"
)
_FAILED = regex(r"\s*+#\s{1,8}(?P<text>Failed test(?: .*)?)\Z")
_DETAIL = regex(r"\s*+#\s{2,40}(?P<text>\S(?:.*\S)?)\s*\Z")
_MOST_LINES = 40


def is_failed_test(line: str) -> bool:
    """Whether ``line`` says where an assertion stands that did not hold."""
    return line.lstrip().startswith("#") and _PLACE.match(line) is not None


def read_failed_test(cursor: Cursor, name: str) -> Trace | None:
    """The assertion whose place the cursor is on."""
    found = _PLACE.match(cursor.line or "")
    if found is None:
        return None
    place = cursor.offset
    title = found["failed"]
    origin = Origin(offset=place)
    if title is None:
        above = _FAILED.match(cursor.peek(-1) or "")
        if above is None:
            return None
        cursor.back()
        origin = Origin(offset=cursor.offset)
        title = above["text"]
    cursor.seek(place)
    cursor.advance()
    lines = [title.strip()]
    while (detail := _DETAIL.match(cursor.line or "")) is not None and len(lines) < _MOST_LINES:
        if _FAILED.match(cursor.line or "") or is_failed_test(cursor.line or ""):
            break
        lines.append(detail["text"])
        cursor.advance()
    error = Error(message="\n".join(lines), frames=[Frame(file=found["file"], line=to_number(found["line"]))])
    return Trace(error=error, format=name, origin=origin)
