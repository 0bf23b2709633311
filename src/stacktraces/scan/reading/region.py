"""A region of wrapped text around hits: unwrapped once, however many traces are read in it."""

from __future__ import annotations

from typing import NamedTuple

from ...carriers import Carrier
from ...cursor import Cursor
from ...model import Snapshot, Trace
from ...unwrapping.streams import Place, Stream, Writer
from ...unwrapping.unwrapper import Unwrapper
from ..literal_search import CODE_BITS, CODE_MASK
from ..setup import ScanSetup
from .text import Text
from .walker import LIMIT, TOO_LONG, WAIT, Refused, read_at

_FIRST_STEP = 16 << 10
"""Bytes that are unwrapped behind a hit at first, in search of its trace's end; also of a stream's text, that
are looked at first."""
_KEPT = 1 << 20
"""Bytes before a hit's look-around that may stay unwrapped until they are dropped."""
_BEFORE = 128
"""Bytes of a stream's text before the first line that a reader may step back to: they show that it is not
the start of the text."""


class Found(NamedTuple):
    """What was read in a stream. Positions are the stream's."""

    stream: Stream
    result: Trace | Snapshot
    data: bytes
    """A part of the stream's text."""
    shift: int
    """The position of ``data``."""
    cursor: Cursor
    """Behind what was read, in ``data``."""
    anchor: int
    """The number of its anchor, and"""
    hit: int
    """where that stands."""

    @property
    def end(self) -> int:
        """Behind what was read."""
        return self.shift + self.cursor.offset

    @property
    def start(self) -> int:
        """Where what was read starts; for a snapshot, the first line that its reader could step back to."""
        if isinstance(self.result, Trace) and self.result.origin.offset is not None:
            return self.shift + self.result.origin.offset
        return self.floor

    @property
    def floor(self) -> int:
        """Where what stands before it, and was read, ends."""
        return self.shift + self.cursor.floor


class Region:
    """Lines of a file that follow one another, unwrapped; it grows at its end as hits ask for more.

    All offsets are bytes of the file.
    """

    def __init__(self, setup: ScanSetup, stack: tuple[Carrier, ...], start: int) -> None:
        """Starts at the line at ``start``."""
        self.unwrapper = Unwrapper(setup.lines, stack)
        self.start = self.end = start
        self._setup = setup
        self._kept_from = start
        self._whole = False
        """The text ends where the region does."""

    def reaches(self, text: Text, line: int) -> bool:
        """Whether the line at ``line`` is in it, or the next one in what is at hand of ``text``."""
        at = self.end - text.base
        at_start_of_line = at == 0 or text.data[at - 1 : at] == b"\n"
        return self.start <= line <= self.end and at_start_of_line

    def grow(self, text: Text, line: int) -> bool:
        """Unwrap more of what follows the line at ``line``; False where no more is at hand."""
        here, available = self.end - text.base, len(text.data) if text.final else text.data.rfind(b"\n") + 1
        distance = max(here - (line - text.base), _FIRST_STEP // 2)
        stop = text.end_of_line(line - text.base + 2 * distance)
        stop = available if stop >= available else stop
        if here >= stop and (self._whole or not text.final):
            return False
        self.unwrapper.feed(text.data[here:stop], self.end)
        self.end = text.base + stop
        self._whole = text.final and stop == available
        if self._whole:
            self.unwrapper.finish()
        return True

    def take(self, lines: bytes) -> None:
        """Unwrap ``lines``, after which nothing comes."""
        self.unwrapper.feed(lines, self.end)
        self.unwrapper.finish()
        self.end += len(lines)
        self._whole = True

    def read(self, line: int, lookback: int, floors: dict[Writer, int]) -> list[Found] | None:
        """What stands in the line at ``line``; ``None`` where more text is needed to tell.

        Readers may step back to ``lookback``, and not before the end of the writer's trace before.
        """
        final = self._whole or self.end - line >= LIMIT
        located = self.unwrapper.index.find(line)
        if located is None:
            held = self.unwrapper.held_from
            return None if not final and held is not None and held <= line else []
        stream, start = located
        floor = floors.get(stream.writer, 0)
        if start < floor and start != line:
            return []
        self._drop(lookback)
        piece = stream.place(stream.position(start))
        cut = not self._whole and not piece.complete and self.end - line >= LIMIT
        limit = piece.end if piece.complete else stream.position(line + LIMIT) if cut else stream.end
        position = max(stream.position(floor), stream.position(min(lookback, start)))
        part = _Part(self._setup, stream, piece, position, limit, whole=piece.complete or final)
        return part.read(cut=cut)

    def _drop(self, offset: int) -> None:
        if offset - self._kept_from > max(_KEPT, self.end - offset):
            self.unwrapper.drop(offset)
            self._kept_from = offset


class _Part:
    """A part of a stream's text, as long as the traces that start in one of its pieces."""

    def __init__(
        self, setup: ScanSetup, stream: Stream, piece: Place, position: int, limit: int, *, whole: bool
    ) -> None:
        """Readers may step back to ``position``, and the text ends at ``limit``: for good, if ``whole``."""
        self._setup = setup
        self._stream = stream
        self._piece = piece
        self._position = position
        self._limit = limit
        self._whole = whole
        self._shift = max(position - _BEFORE, stream.dropped)
        self._size = piece.end - self._shift + _FIRST_STEP
        self._data = stream.between(self._shift, min(self._shift + self._size, limit))

    def read(self, *, cut: bool) -> list[Found] | None:
        """What starts in the piece; ``None`` where more text is needed to tell. A ``cut`` text goes on."""
        found: list[Found] = []
        refused = Refused()
        start, stop = max(self._piece.start, self._position) - self._shift, self._piece.end - self._shift
        if start >= stop:
            return found
        for hit in self._setup.search(self._data, start, stop):
            at, number = hit >> CODE_BITS, hit & CODE_MASK
            if at < self._position - self._shift or refused.has(at, number):
                continue
            reading = self._read_at(at, number)
            if reading == WAIT:
                return None
            if isinstance(reading, int):
                refused.add(self._data, at, number)
                continue
            result, cursor = reading
            if cut and cursor.ended and TOO_LONG not in result.uncertain:
                result.uncertain.append(TOO_LONG)
            found.append(
                Found(self._stream, result, self._data, self._shift, cursor, number, self._shift + at)
            )
            self._position = self._shift + cursor.offset
        return found

    def _read_at(self, at: int, number: int) -> tuple[Trace | Snapshot, Cursor] | int:
        formats, complete = self._setup.anchors.owners[number], self._piece.complete
        while True:
            all_of_it = self._shift + len(self._data) >= self._limit
            floor, final = self._position - self._shift, all_of_it and self._whole
            reading = read_at(formats, self._data, at, floor, len(self._data), final, whole=complete)
            if reading != WAIT or all_of_it:
                return reading
            self._size *= 4
            self._data = self._stream.between(self._shift, min(self._shift + self._size, self._limit))
