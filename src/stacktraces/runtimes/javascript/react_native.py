"""Errors as React Native prints them, with the components that were being rendered.

==========================================  ==============================================
line                                        what comes next
==========================================  ==============================================
``TypeError: m``                            the message, a blank line
``This error is located at:``               components
``    in Cart (at App.js:20)``              the same; ``(created by App)`` says no place
``load`` and ``    Cart.js:9:9`` below it   a frame, on the screen of an error
==========================================  ==============================================
"""

from __future__ import annotations

from sys import intern

from ..._number import to_number
from ..._regex import regex
from ...cursor import Cursor
from ...log_records.records import starts_record
from ...model import Error, Frame, Origin, RelatedStack, Trace
from .headers import Header, find_header

LOCATED_AT = "This error is located at:"
_COMPONENT = regex(
    r" {4}in (?P<name>\S.{0,200}?)(?: \((?:at (?P<file>.+):(?P<line>\d{1,9})|[^()]{1,200})\))?\s*$"
)
_PLACE = regex(r" {4}(?P<file>\S{1,1000}?):(?P<line>\d{1,9})(?::(?P<column>\d{1,9}))?\s*$")
_MOST_LINES = 50
_MOST_FRAMES = 1000


def read_located(cursor: Cursor, name: str) -> Trace | None:
    """The error above the cursor's line, which says where it is; ``name`` is the format's."""
    here = cursor.offset
    start = _header_above(cursor)
    if start is None:
        return None
    header, lines, offset = start
    cursor.seek(here)
    cursor.advance()
    error = Error(type=header.type, message="\n".join([header.message or "", *lines]).strip() or None)
    components: list[Frame] = []
    while (found := _COMPONENT.match(cursor.line or "")) is not None and len(components) < _MOST_FRAMES:
        components.append(_frame(found["name"], found["file"], found["line"], None))
        cursor.advance()
    if not components:
        return None
    error.frames = _calls(cursor)
    if error.frames:
        error.related.append(RelatedStack(LOCATED_AT, components))
    else:
        error.frames = components
    return Trace(error=error, format=name, origin=Origin(offset=offset))


def _header_above(cursor: Cursor) -> tuple[Header, list[str], int] | None:
    lines: list[str] = []
    for _ in range(_MOST_LINES):
        if not cursor.back():
            return None
        line = cursor.line or ""
        header = find_header(line)
        if header is not None and not header.bracketed:
            return header, lines, cursor.offset
        if starts_record(line):
            return None
        lines.insert(0, line)
    return None


def _calls(cursor: Cursor) -> list[Frame]:
    """The pairs of lines behind a blank one, each a function and its place; stays where there are none."""
    here = cursor.offset
    frames: list[Frame] = []
    while cursor.line == "":
        cursor.advance()
    while (line := cursor.line) and len(frames) < _MOST_FRAMES:
        found = _PLACE.match(cursor.peek() or "")
        if found is None or line[:1].isspace():
            break
        frames.append(_frame(line.strip(), found["file"], found["line"], found["column"]))
        cursor.advance()
        cursor.advance()
    if not frames:
        cursor.seek(here)
    return frames


def _frame(function: str, file: str | None, line: str | None, column: str | None) -> Frame:
    return Frame(
        function=intern(function),
        file=intern(file) if file else None,
        line=to_number(line) if line else None,
        column=to_number(column) if column else None,
    )
