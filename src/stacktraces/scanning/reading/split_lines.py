"""Split lines: rejoin lines that a container runtime cut, so that an anchor across the cut is found.

The first piece of a line is a hit where an anchor stands in what all its pieces make together.
"""

from __future__ import annotations

from collections.abc import Iterator

from ...carriers import Carrier, Record
from ...unwrapping.streams import Writer, writer_of
from ...unwrapping.unwrapper import unwrap
from ..literal_search import CODE_BITS, CODE_MASK
from ..setup import ScanSetup
from .text import Text
from .walker import WAIT, Hits

SPLIT_LINE = CODE_MASK
"""Stands for an anchor's number in a hit: a piece of a line starts there."""
_CELL = 4 << 10
_LONG = 2 * _CELL
"""Bytes of a piece, at least, where lines are cut for their length."""
_MOST_JOINED = 1 << 20
"""Bytes of the file that are looked through for the pieces of a line."""
_FEW = 100
"""Where one line in so many is a short piece, every line may be one."""


def may_be_split(stack: tuple[Carrier, ...]) -> bool:
    """Whether a line that ``stack`` wraps may be a piece of one."""
    return any(carrier.pieces for carrier in stack)


class SplitLineHits:
    """The hits of another search, and the pieces of lines between them.

    ``sample`` is the start of the stream: it tells whether lines are cut that are not long.
    """

    def __init__(self, inner: Hits, setup: ScanSetup, stack: tuple[Carrier, ...], sample: bytes) -> None:
        self._inner = inner
        self._search = setup.search
        self._known = setup.lines
        self._stack = stack
        lines = [line for line in sample.split(b"\n") if len(line) < _LONG]
        self._short = sum(self._is_piece(line) for line in lines) * _FEW > len(lines)
        self._text = Text("", 0)
        self._stop = 0
        self._pieces: Iterator[int] = iter(())
        self._piece = -1
        self.behind = 0
        self.passed = -1

    def load(self, text: Text, start: int, stop: int) -> None:
        """See :class:`stacktraces.scanning.reading.walker.Hits`."""
        self._text, self._stop, self.behind = text, stop, 0
        self._pieces = self._found(text, start, stop)
        self._load_up_to_piece(start)

    def next(self, floor: int) -> int:
        """See :class:`stacktraces.scanning.reading.walker.Hits`."""
        self.passed = -1
        while True:
            hit = self._inner.next(floor)
            self.behind = max(self.behind, self._inner.behind)
            self.passed = self._inner.passed if self.passed < 0 else self.passed
            piece = self._piece
            if hit >= 0 or piece < 0:
                return hit
            floor = max(floor, self.behind)
            self._load_up_to_piece(max(floor, piece))
            if piece >= floor:
                return piece << CODE_BITS | SPLIT_LINE

    @property
    def cut(self) -> bool:
        """See :class:`stacktraces.scanning.reading.walker.Hits`."""
        return self._inner.cut

    def _load_up_to_piece(self, start: int) -> None:
        self._piece = next((piece for piece in self._pieces if piece >= start), -1)
        stop = self._stop if self._piece < 0 else self._piece
        self._inner.load(self._text, min(start, stop), stop)

    def _found(self, text: Text, start: int, stop: int) -> Iterator[int]:
        lines = _lines(text.data, start, stop) if self._short else _long_lines(text, start, stop)
        return (line for line, end in lines if self._is_piece(text.data[line:end]))

    def _record(self, line: bytes) -> Record | None:
        return unwrap(line.rstrip(b"\r\n"), self._stack, self._known)

    def _is_piece(self, line: bytes) -> bool:
        record = self._record(line)
        return record is not None and record.partial

    def holds_anchor(self, text: Text, line: int) -> int:
        """Whether the line whose first piece is at ``line`` holds an anchor; ``WAIT`` for more text to tell.

        A further piece of a line holds none: the first one's hit was for all of them.
        """
        data = text.data
        first = self._record(data[line : text.end_of_line(line)])
        if first is None or self._goes_on(text, line, writer_of(first.fields)):
            return 0
        texts, at = [first.text], text.end_of_line(line)
        available = len(data) if text.final else data.rfind(b"\n") + 1
        while at < available and at - line < _MOST_JOINED:
            end = text.end_of_line(at)
            record = self._record(data[at:end])
            if record is not None and writer_of(record.fields) == writer_of(first.fields):
                texts.append(record.text)
                if not record.partial:
                    break
            at = end
        else:
            if at - line < _MOST_JOINED and not text.final:
                return WAIT
        joined = b"".join(texts)
        return bool(self._search(joined, 0, len(joined)))

    def _goes_on(self, text: Text, line: int, writer: Writer) -> bool:
        """Whether the line at ``line`` goes on with a piece before it, as far as that can be seen."""
        lowest = text.look_back(line, 0)
        while line > lowest:
            end = line
            line = max(text.data.rfind(b"\n", lowest, end - 1) + 1, lowest)
            record = self._record(text.data[line:end])
            if record is not None and writer_of(record.fields) == writer:
                return record.partial
        return False


def _lines(data: bytes, start: int, stop: int) -> Iterator[tuple[int, int]]:
    while start < stop:
        end = data.find(b"\n", start, stop) + 1 or stop
        yield start, end
        start = end


def _long_lines(text: Text, start: int, stop: int) -> Iterator[tuple[int, int]]:
    """The lines of ``_LONG`` bytes and more, and some shorter ones: those that fill a cell of the stream."""
    data = text.data
    cell = start + -(text.base + start) % _CELL
    while cell + _CELL <= stop:
        if data.find(b"\n", cell, cell + _CELL) >= 0:
            cell += _CELL
            continue
        line = max(data.rfind(b"\n", start, cell) + 1, start)
        end = data.find(b"\n", cell + _CELL, stop) + 1 or stop
        yield line, end
        cell = end + -(text.base + end) % _CELL
