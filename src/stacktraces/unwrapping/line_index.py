"""The way from a line of the file to the stream that holds what stood in it."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from typing import NamedTuple

from .streams import Extent, Stream


class _Block(NamedTuple):
    """Lines that were unwrapped at once."""

    skipped: list[int]
    """Each line's distance from the block's start in the file, in bytes."""
    owners: list[Stream]
    """The stream of each line, or the one stream of all."""


class LineIndex:
    """Which stream holds each line, and which lines make one event; all offsets are bytes of the file."""

    def __init__(self) -> None:
        self.extents: dict[int, Extent] = {}
        """Of the events of several lines, by their offsets."""
        self._single: dict[int, Stream] = {}
        self._block_offsets: list[int] = []
        self._blocks: list[_Block] = []
        self._further: dict[int, int] = {}
        """From a further line of an event to its first, where other lines may stand between them."""
        self._alone: list[int] = []
        """Where events start whose lines follow one another."""

    def add(self, offset: int, stream: Stream) -> None:
        """What starts in the line at ``offset`` is in ``stream``."""
        self._single[offset] = stream

    def add_block(self, offset: int, skipped: list[int], owners: list[Stream]) -> None:
        """The same for lines, each so many bytes behind ``offset``; one owner may stand for all."""
        self._block_offsets.append(offset)
        self._blocks.append(_Block(skipped, owners))

    def extend(self, start: int, extent: Extent) -> None:
        """The event that starts at ``start`` reaches as far as ``extent`` says."""
        if not extent.alone:
            self._further[extent.last_line] = start
        elif start not in self.extents:
            self._alone.append(start)
        self.extents[start] = extent

    def find(self, offset: int) -> tuple[Stream, int] | None:
        """The stream that holds the line at ``offset``, and where the event starts that the line is of.

        ``None`` where it is in no stream: it is held back, or has nothing in it.
        """
        for start in (offset, self._start_of_event(offset)):
            if start is not None and (stream := self._at(start)) is not None:
                return stream, start
        return None

    def _at(self, offset: int) -> Stream | None:
        if (stream := self._single.get(offset)) is not None:
            return stream
        index = bisect_right(self._block_offsets, offset) - 1
        if index < 0:
            return None
        (skipped, owners), distance = self._blocks[index], offset - self._block_offsets[index]
        line = bisect_left(skipped, distance)
        if line == len(skipped) or skipped[line] != distance:
            return None
        return owners[line] if len(owners) > 1 else owners[0]

    def _start_of_event(self, offset: int) -> int | None:
        start = self._further.get(offset)
        if start is None and (index := bisect_right(self._alone, offset)):
            start = self._alone[index - 1]
            if self.extents[start].last_line < offset:
                return None
        return start

    def drop(self, offset: int) -> None:
        """Forget the events that ended before ``offset``."""
        self._single = {at: stream for at, stream in self._single.items() if at >= offset}
        self._further = {at: start for at, start in self._further.items() if at >= offset}
        self.extents = {at: extent for at, extent in self.extents.items() if extent.last_line >= offset}
        self._alone = [at for at in self._alone if at in self.extents]
        index = max(bisect_right(self._block_offsets, offset) - 1, 0)
        del self._block_offsets[:index], self._blocks[:index]
