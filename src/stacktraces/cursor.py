"""A place in a text that a format's reader moves over, line by line, without copying the text."""

from __future__ import annotations

import mmap
from typing import TypeAlias

from ._regex import regex

Buffer: TypeAlias = bytes | bytearray | mmap.mmap

LINE_LIMIT = 1 << 20
"""Bytes of one line that are looked at; the rest of a longer line is passed over."""
_REMEMBERED = 64
"""Lines that are remembered: a reader comes back to those around a trace's start."""
_LONGEST_REMEMBERED = 1024

_CONTROL_SEQUENCE = regex(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)|[@-Z\\^_])")
_SPELT_COLOUR = regex(r"(?:#033|\^\[|␛)\[[\d;]{0,12}m")
"""The same for colours whose escape character was written out by rsyslog or ``cat -v``.

As source code writes it, which a trace quotes, it stays.
"""


_UNDERLINE = regex(r"[ \t]*+\^[\^~ ]*+\r?\Z")
_COLOUR = r"(?:\x1b\[[\d;]*+m[ \t]*+)*+"
_BELOW = regex(rf"[ \t]*+{_COLOUR}(?P<carets>\^[\^~ ]*+)?{_COLOUR}".encode())


def underlines(line: str) -> bool:
    """Whether ``line`` marks a part of the line above with carets: then that one is quoted source code."""
    return _UNDERLINE.match(line) is not None


def decode(line: bytes | bytearray) -> str:
    """The text of a line: UTF-8 where it is, ``\\xNN`` for a byte that is not, no terminal codes."""
    text = line.decode("utf-8", "backslashreplace")
    if "\x1b" in text:
        text = _CONTROL_SEQUENCE.sub("", text)
    if "[0m" in text:
        text = _SPELT_COLOUR.sub("", text)
    return text


class Cursor:
    """A line of ``buffer``, and the way to its neighbours.

    A reader gets a cursor on the line that holds one of its format's anchors. It may go back as far
    as ``floor`` (where the trace before ended), takes what is its own, and leaves the cursor on the
    first line that is not: that is the trace's end. Offsets are bytes from the start of ``buffer``.
    """

    __slots__ = (
        "_line",
        "_lines",
        "_next",
        "buffer",
        "cut",
        "end",
        "ended",
        "floor",
        "offset",
        "values",
        "whole",
    )

    def __init__(self, buffer: Buffer, offset: int = 0, *, floor: int = 0, end: int | None = None) -> None:
        self.buffer = buffer
        self.floor = floor
        self.end = len(buffer) if end is None else end
        self.cut = False
        """A line over ``LINE_LIMIT`` was met, and its rest not looked at."""
        self.whole = False
        """What holds the text says that it is one log event: all up to its end belongs together."""
        self.ended = False
        """The end was met: with more text after it, what was read could have been another thing."""
        self.values = True
        """The values of local variables are wanted: where they are not, a reader may pass over them."""
        self.offset = self._start_of_line(offset)
        self._line: str | None = None
        self._next = -1
        self._lines: dict[int, tuple[str, int]] = {}

    def _start_of_line(self, offset: int) -> int:
        return max(self.buffer.rfind(b"\n", self.floor, offset) + 1, self.floor)

    def _read(self) -> None:
        offset, remembered = self.offset, self._lines
        if (known := remembered.get(offset)) is not None:
            self._line, self._next = known
            return
        buffer, end = self.buffer, self.end
        if offset >= end:
            self.ended = True
            self._next = end
            self._line = None
            return
        stop = buffer.find(b"\n", offset, end)
        if stop < 0:
            self.ended = True
            stop = following = end
        else:
            following = stop + 1
        if stop - offset > LINE_LIMIT:
            stop = offset + LINE_LIMIT
            self.cut = True
        elif stop > offset and buffer[stop - 1] == 13:
            stop -= 1
        self._next = following
        line = self._line = decode(buffer[offset:stop])
        if stop - offset <= _LONGEST_REMEMBERED:
            if len(remembered) >= _REMEMBERED:
                remembered.clear()
            remembered[offset] = line, following

    @property
    def line(self) -> str | None:
        """The current line without its end (LF or CR LF), or ``None`` past the last one."""
        if self._next < 0:
            self._read()
        return self._line

    @property
    def next_offset(self) -> int:
        """Where the next line starts."""
        if self._next < 0:
            self._read()
        return self._next

    @property
    def underlined(self) -> bool:
        """The line is source code that a trace quotes: the next one marks a part of it.

        What looks like an error there is none.
        """
        below = self.buffer.find(b"\n", self.offset, self.end) + 1
        found = _BELOW.match(self.buffer, below, self.end) if below else None
        if found is None:
            return False
        self.ended = self.ended or found.end() == self.end
        return found["carets"] is not None and self.buffer[found.end() : found.end() + 1] in (
            b"",
            b"\n",
            b"\r",
        )

    def advance(self) -> None:
        """Go to the next line."""
        self.offset = self.next_offset
        self._next = -1

    def seek(self, offset: int) -> None:
        """Go to the line that starts at ``offset``, a value of :attr:`offset` seen before."""
        self.offset = offset
        self._next = -1

    def back(self) -> bool:
        """Go to the line before; False, and no move, on the first one after ``floor``."""
        if self.offset <= self.floor:
            return False
        self.seek(self._start_of_line(self.offset - 1))
        return True

    def peek(self, distance: int = 1) -> str | None:
        """The line ``distance`` lines further on (negative: further back), or ``None``."""
        here = self.offset, self._line, self._next, self.cut
        try:
            for _ in range(abs(distance)):
                if distance > 0:
                    self.advance()
                elif not self.back():
                    return None
            return self.line
        finally:
            self.offset, self._line, self._next, self.cut = here


class MarginCursor(Cursor):
    """A cursor on the same text that shows each line without the blanks of ``margin``, where it has them.

    Loggers indent the further lines of a message. Offsets are those of ``cursor``.
    """

    __slots__ = ("_margin",)

    def __init__(self, cursor: Cursor, margin: str) -> None:
        super().__init__(cursor.buffer, cursor.offset, floor=cursor.floor, end=cursor.end)
        self.whole, self.values = cursor.whole, cursor.values
        self._margin = margin

    def _read(self) -> None:
        super()._read()
        if self._line is not None:
            self._line = self._line.removeprefix(self._margin)
