"""What the Python readers read from: lines without their margin, one at a time, with a way back.

A margin is what stands before every line of a trace: the spaces of an indented quotation, ``> ``,
or the ``    | `` of an exception group's member. A line that lacks it ends the text, unless it is a
source line under a margin of text: a logger that stamps what a program prints leaves those alone.
"""

from __future__ import annotations

from typing import Protocol, TypeAlias

from ...cursor import Cursor
from ...model import Error, Frame
from .plain_frames import read_plain_frames

Members: TypeAlias = list[Error]
"""The members of an exception group, standing where they were printed."""


class Lines(Protocol):
    """A text that a reader moves through."""

    whole: bool
    """The text holds one trace and nothing after it."""

    @property
    def line(self) -> str | None:
        """The current line without its margin; ``None`` at the end and where members stand."""

    def advance(self) -> None:
        """Go to the next line."""

    def mark(self) -> int:
        """This place, for :meth:`reset`."""

    def reset(self, mark: int) -> None:
        """Go back to a place."""

    def members(self) -> Members | None:
        """The members that stand here, if any do; passes over them."""

    def plain_frames(self) -> list[Frame]:
        """Some frames that stand here, outermost first, where it is plain that they are; passes over them."""


_NO_BREAK_SPACE = "\xa0"
"""AWS indents with it what it shows on a page."""


def _indented(line: str) -> str:
    text = line.lstrip(_NO_BREAK_SPACE)
    return " " * (len(line) - len(text)) + text


class CursorLines:
    """The lines of a cursor from where it stands, without ``margin``.

    Where they are ``padded``, as a terminal's screen is, blanks at their ends are none of theirs.
    """

    def __init__(self, cursor: Cursor, margin: str, *, padded: bool = False) -> None:
        self.cursor = cursor
        self.margin = margin
        self.padded = padded
        self.whole = False
        self._bare_margin = margin.rstrip()

    @property
    def line(self) -> str | None:
        line = self.cursor.line
        if line is None:
            return None
        if self.padded:
            line = line.rstrip(" ")
        if line[:1] == _NO_BREAK_SPACE:
            line = _indented(line)
        if not self.margin:
            return line
        if line.startswith(self.margin):
            return line[len(self.margin) :]
        if not line or line.rstrip() == self._bare_margin:
            return ""
        return line if self._bare_margin and line.startswith("    ") else None

    def advance(self) -> None:
        self.cursor.advance()

    def mark(self) -> int:
        return self.cursor.offset

    def reset(self, mark: int) -> None:
        self.cursor.seek(mark)

    def members(self) -> Members | None:
        return None

    def plain_frames(self) -> list[Frame]:
        return [] if self.margin or self.padded else read_plain_frames(self.cursor)


class ListLines:
    """Lines that were cut out of a group already, with the members of nested groups between them."""

    def __init__(self, items: list[str | Members]) -> None:
        self.items = items
        self.whole = True
        self._position = 0

    @property
    def line(self) -> str | None:
        item = self.items[self._position] if self._position < len(self.items) else None
        return item if isinstance(item, str) else None

    def advance(self) -> None:
        self._position += 1

    def mark(self) -> int:
        return self._position

    def reset(self, mark: int) -> None:
        self._position = mark

    def members(self) -> Members | None:
        item = self.items[self._position] if self._position < len(self.items) else None
        if isinstance(item, list):
            self._position += 1
            return item
        return None

    def plain_frames(self) -> list[Frame]:
        return []
