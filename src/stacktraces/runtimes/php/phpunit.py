"""Failures of tests as PHPUnit prints them.

=====================================  ===============================================
line                                   what comes next
=====================================  ===============================================
``1) CartTest::testTotal``             the error, or what was asserted
``RuntimeException: order failed``     the message's next line, a blank one
``Failed asserting that …``            the same
``/srv/shop/Cart.php:7``               a place, innermost first; a blank line, a cause
``Caused by``                          the error that led to it
=====================================  ===============================================
"""

from __future__ import annotations

from sys import intern

from ..._number import to_number
from ..._regex import regex
from ...cursor import Cursor
from ...model import Error, Frame, Origin, Trace

_TEST = regex(r"\d{1,6}\) (?P<class>[\w\\]{1,300})::(?P<method>\w{1,300})(?: with data set .*)?\s*\Z")
_PLACE = regex(r"(?P<file>(?:/|[A-Za-z]:\\|phar://)[^\n:]{1,1000}):(?P<line>\d{1,9})\s*\Z")
_ERROR = regex(r"(?P<type>\\?[A-Za-z_][\w\\]{0,300}): ?(?P<message>.*)\Z")
_CAUSED_BY = "Caused by"
_RISKY = "This test "
"""How what is told of a test begins that did not fail, but asserts nothing or prints something."""
_MOST_LINES = 300
_MOST_LINKS = 50
_MOST_FRAMES = 1000


def is_place(line: str) -> bool:
    """Whether ``line`` is a frame of PHPUnit's."""
    return _PLACE.match(line) is not None


def read_failure(cursor: Cursor, name: str) -> Trace | None:
    """The failure of which the cursor is on the first place."""
    if not _step_to_test(cursor):
        return None
    start = cursor.offset
    line = cursor.line or ""
    test = _TEST.match(line)
    cursor.advance()
    error = link = _read_error(cursor)
    for _ in range(_MOST_LINKS):
        here = cursor.offset
        if cursor.line == "":
            cursor.advance()
        if (cursor.line or "").rstrip() != _CAUSED_BY:
            cursor.seek(here)
            break
        cursor.advance()
        link.cause, link.cause_kind = _read_error(cursor), "cause"
        link = link.cause
    if not error.frames or (error.message or "").startswith(_RISKY):
        return None
    if test is not None:
        error.frames[-1].function = intern(f"{test['class']}->{test['method']}")
    return Trace(error=error, format=name, origin=Origin(offset=start), preamble=[line.strip()])


def _step_to_test(cursor: Cursor) -> bool:
    """Go back to the line that names the test; there is none behind the place of another failure."""
    for _ in range(_MOST_LINES):
        if not cursor.back() or is_place(cursor.line or ""):
            return False
        if _TEST.match(cursor.line or ""):
            return True
    return False


def _read_error(cursor: Cursor) -> Error:
    """An error up to its last place; the cursor is left behind that."""
    text: list[str] = []
    for _ in range(_MOST_LINES):
        line = cursor.line
        if line is None or (is_place(line) and (not text or not text[-1])) or _TEST.match(line):
            break
        text.append(line.rstrip())
        cursor.advance()
    error = Error()
    if text and (found := _ERROR.match(text[0])) and found["type"].endswith(("Error", "Exception")):
        error.type, text[0] = intern(found["type"]), found["message"]
    error.message = "\n".join(text).strip("\n") or None
    while (found := _PLACE.match(cursor.line or "")) is not None:
        if len(error.frames) < _MOST_FRAMES:
            error.frames.append(Frame(file=intern(found["file"]), line=to_number(found["line"])))
        cursor.advance()
    return error
