"""Errors as Drupal words them: ``TYPE: MESSAGE in FUNCTION() (line 12 of FILE)``.

What follows is PHP's stack, on the same line in syslog (line ends as ``#012``), or Drupal's own, with the
lines of the calls and without files: ``Shop->place(Array) (Line: 33)``.
"""

from __future__ import annotations

from sys import intern

from ..._number import to_number
from ..._regex import regex
from ...cursor import Cursor
from ...model import Error, Frame, Origin, Trace
from .lines import CursorLines, ListLines
from .stacks import read_stack

MARK = "() (line "
_LINE = regex(
    r"(?>(?P<before>.*?)(?<![\w\\])"
    r"(?P<type>\\?[A-Z][\w\\]{2,300}(?: function)?|[a-z]\w{0,100}(?:\\\w{1,100}){1,10}): )"
    r"(?P<message>.*) in (?P<name>[^\s(]{1,500})\(\) \(line (?P<line>\d{1,9}) of (?P<file>[^)]{1,500})\)\.?"
    r"(?P<rest>.*)\Z"
)
_ENDINGS = regex(r"#012|\\n")
_CALL = regex(r"(?P<name>[^\s(][^(\n]{0,500})\((?P<args>.*)\)(?: \(Line: (?P<line>\d{1,9})\))?\s*\Z")
_MOST_FRAMES = 1000
_LONGEST = 1 << 14


def read_drupal(cursor: Cursor, name: str) -> Trace | None:
    """The error on the cursor's line, with the stack behind it, if there is one."""
    line = cursor.line or ""
    found = _LINE.match(line) if len(line) <= _LONGEST else None
    if found is None:
        return None
    origin = Origin(offset=cursor.offset)
    place = Frame(f"{found['name']}", file=intern(found["file"]), line=to_number(found["line"]))
    error = Error(type=intern(found["type"]), message=found["message"] or None, frames=[place])
    rest = found["rest"].strip()
    if not rest.startswith("#0 "):
        cursor.advance()
        error.frames += _calls(cursor, place)
        return Trace(error=error, format=name, origin=origin)
    parts = _ENDINGS.split(rest)
    if len(parts) > 1:
        cursor.advance()
        stack = read_stack(ListLines(parts))
    else:
        cursor.advance()
        lines = CursorLines(cursor)
        stack = read_stack(_Joined(rest, lines))
    frames = stack.frames(Frame(file=place.file, line=place.line))
    if frames:
        error.frames = frames
    return Trace(error=error, format=name, origin=origin)


class _Joined(CursorLines):
    """The end of a line, and the lines behind it."""

    def __init__(self, first: str, lines: CursorLines) -> None:
        super().__init__(lines.cursor)
        self._first: str | None = first

    @property
    def line(self) -> str | None:
        return self._first if self._first is not None else super().line

    def advance(self) -> None:
        if self._first is not None:
            self._first = None
        else:
            super().advance()


def _calls(cursor: Cursor, inside: Frame) -> list[Frame]:
    """The calls of Drupal's own stack, each function with the line inside it; the first is the error's."""
    frames: list[Frame] = []
    line = None
    count = 0
    while (found := _CALL.match(cursor.line or "")) is not None and count < _MOST_FRAMES:
        if count == 0 and found["line"] is None and found["name"] != inside.function:
            return []
        if count or found["name"] != inside.function:
            frames.append(Frame(intern(found["name"]), line=line, args=found["args"] or None))
        line = to_number(found["line"]) if found["line"] else None
        count += 1
        cursor.advance()
    return frames
