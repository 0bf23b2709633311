"""A part of a stream, with its place in the whole."""

from __future__ import annotations

from ...model import Origin
from ...unwrapping.documents.stream import DocumentStream
from ..grouping.tally import Position
from ..literal_search import count_lines

LOOK_BACK = 8 << 10
"""Bytes before a hit's line in which a trace may start."""


class Text:
    """The part of a stream that is at hand."""

    def __init__(self, path: str, number: int, base: int = 0) -> None:
        self.path = path
        self.number = number
        """Of the file, in the order of the scan."""
        self.data = b""
        self.base = base
        """The offset of ``data`` in the stream."""
        self.final = False
        """There is no more."""
        self.newlines = 0
        """Line ends before ``_counted``, from where the walk began."""
        self.passed_over: set[int] = set()
        """Where lines start in the stream that are too long to be read, though an anchor stands in them."""
        self._counted = self.counted_from = base
        self.source: DocumentStream | None = None
        """The document whose records these are."""

    def line_at(self, offset: int) -> int:
        """The number of the line at an offset in the stream, from 1 where the walk began."""
        if self.source is not None:
            return self.source.place(offset).line
        here, there = self._counted - self.base, offset - self.base
        if there >= here:
            self.newlines += count_lines(self.data, here, there)
            self._counted = offset
            return self.newlines + 1
        return self.newlines - count_lines(self.data, max(there, 0), here) + 1

    def origin(self, offset: int) -> Origin:
        """The place of that offset in the stream."""
        return Origin(path=self.path, line=self.line_at(offset), offset=self.source_offset(offset))

    def source_offset(self, offset: int) -> int:
        """The same in the file, for an offset in the stream."""
        return offset if self.source is None else self.source.place(offset).offset

    def position(self, at: int) -> Position:
        """The place of an offset in ``data``, for sorting."""
        return self.number, self.source_offset(self.base + at)

    def start_of_line(self, at: int) -> int:
        """Where in ``data`` the line at ``at`` starts."""
        return self.data.rfind(b"\n", 0, at) + 1

    def end_of_line(self, at: int) -> int:
        """Where in ``data`` the line after that at ``at`` starts."""
        end = self.data.find(b"\n", at)
        return len(self.data) if end < 0 else end + 1

    def look_back(self, line: int, floor: int) -> int:
        """The first start of a line from ``floor`` on, at most ``LOOK_BACK`` before the one at ``line``."""
        lowest = line - LOOK_BACK
        if lowest <= floor:
            return floor
        found = self.data.find(b"\n", lowest - 1, line)
        return found + 1 if found >= 0 else line

    def begin(self, base: int, counted: int) -> None:
        """What comes first is at ``base`` of the stream; lines count from ``counted``."""
        self.base = base
        self._counted = self.counted_from = counted

    def skip(self, size: int) -> None:
        """Pass over bytes without line ends, none being at hand."""
        self.base += size
        self._counted = self.base

    def drop(self, keep: int) -> None:
        """Forget what stands before ``keep``."""
        if keep > 0:
            self.line_at(max(self.base + keep, self._counted))
            self.data = self.data[keep:]
            self.base += keep
