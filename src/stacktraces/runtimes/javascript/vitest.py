"""Failures of tests as Vitest prints them.

=====================================================  =======================================
line                                                   what comes next
=====================================================  =======================================
`` FAIL  src/cart.test.js > Cart > total``             the error
``TypeError: Cannot read properties of undefined``     the message's next line, a frame
`` ❯ Cart.total src/cart.js:4:23``                     source, a frame, the cause
``      4|     return this.items.map(x => x.price);``  source, a frame
``       |                       ^``                   the same
``Caused by: TypeError: m``                            the same as below the error
=====================================================  =======================================
"""

from __future__ import annotations

from sys import intern

from ..._number import to_number
from ..._regex import regex
from ...cursor import Cursor
from ...model import Error, Frame, Origin, Trace

MARK = " ❯ "
_FRAME = regex(
    r" ❯ (?:(?P<name>\S.{0,500}?) )?(?P<file>\S{1,1000}):(?P<line>\d{1,9}):(?P<column>\d{1,9})\s*\Z"
)
_TEST = regex(r" FAIL  (?P<name>\S.*)\Z")
_ERROR = regex(r"(?P<type>[A-Za-z_$][\w$.]{0,200}(?: Error)?): ?(?P<message>.*)\Z")
_SOURCE = regex(r" {1,12}(?:\d{1,9})?\|")
_CAUSED_BY = "Caused by: "
_RULE = "⎯⎯⎯"
_MOST_LINES = 200
_MOST_LINKS = 50
_MOST_FRAMES = 1000


def read_vitest(cursor: Cursor, name: str) -> Trace | None:
    """The failure of which the cursor is on the first frame."""
    if _FRAME.match(cursor.line or "") is None:
        return None
    for _ in range(_MOST_LINES):
        if not cursor.back() or _FRAME.match(cursor.line or "") or (cursor.line or "").startswith(_RULE):
            return None
        if _TEST.match(cursor.line or ""):
            break
    else:
        return None
    origin, test = Origin(offset=cursor.offset), (cursor.line or "").strip()
    while _TEST.match(cursor.line or ""):  # An error of several tests is printed once.
        cursor.advance()
    error = link = _read_error(cursor, cursor.line or "")
    for _ in range(_MOST_LINKS):
        here = cursor.offset
        if cursor.line == "":
            cursor.advance()
        line = cursor.line or ""
        if not line.startswith(_CAUSED_BY):
            cursor.seek(here)
            break
        link.cause, link.cause_kind = _read_error(cursor, line.removeprefix(_CAUSED_BY)), "cause"
        link = link.cause
    if not error.frames:
        return None
    if error.frames[-1].function is None:
        # The function of a test has no name: without it, two tests of a file would be one.
        error.frames[-1].function = intern(test.partition(" > ")[2]) or None
    return Trace(error=error, format=name, origin=origin, preamble=[test])


def _read_error(cursor: Cursor, first: str) -> Error:
    """The error whose first line, on the cursor, is ``first`` without other words; goes behind its frames."""
    text = [first]
    cursor.advance()
    for _ in range(_MOST_LINES):
        line = cursor.line
        if line is None or _FRAME.match(line) or line.startswith((_RULE, _CAUSED_BY)):
            break
        text.append(line.rstrip())
        cursor.advance()
    error = Error()
    if found := _ERROR.match(first):
        error.type, text[0] = intern(found["type"]), found["message"]
    error.message = "\n".join(text).rstrip() or None
    while (line := cursor.line) is not None:
        if found := _FRAME.match(line):
            if len(error.frames) < _MOST_FRAMES:
                error.frames.append(_frame(found.groupdict()))
        elif not (error.frames and _SOURCE.match(line)):
            break
        cursor.advance()
    return error


def _frame(found: dict[str, str | None]) -> Frame:
    name, file = found["name"], found["file"]
    return Frame(
        function=intern(name) if name else None,
        file=intern(file) if file else None,
        line=to_number(found["line"] or "0"),
        column=to_number(found["column"] or "0"),
    )
