"""The unwrapped text of one writer, and the way back from it to the file."""

from __future__ import annotations

from bisect import bisect_right
from itertools import accumulate
from typing import NamedTuple, Protocol, TypeAlias

Writer: TypeAlias = tuple[str, ...]
"""What tells the writers of one file apart: the values of ``WRITER_FIELDS``."""

# ``instance`` is no field of ``model.Context``: a process manager's number of a process.
WRITER_FIELDS = ("host", "pod", "container", "process", "pid", "thread", "stream", "instance")


def writer_of(fields: dict[str, str]) -> Writer:
    """The key that lines of the same writer share."""
    return tuple([fields.get(name, "") for name in WRITER_FIELDS]) if fields else ()


class Place(NamedTuple):
    """Where a piece of unwrapped text came from."""

    start: int
    """Where the piece starts in the stream's text."""
    end: int
    """Where it ends there, after its line end."""
    offset: int
    """Where its (first) physical line starts in the file, in bytes."""
    time: str | None
    """The time as the carriers printed it."""
    fields: dict[str, str]
    complete: bool
    """The piece is one whole event."""


class Extent(NamedTuple):
    """Where an event of several lines is."""

    last_line: int
    """Where its last line starts."""
    writer: Writer
    """Whose lines they are, as the lines say: the event itself may say more."""
    alone: bool
    """No other line can stand between them."""


class _Segment(Protocol):
    """Pieces that follow one another in a stream's text; positions count from the segment's start."""

    def place(self, position: int) -> Place: ...


class _Pieces:
    """Pieces that were added one by one."""

    __slots__ = ("_places", "_starts", "length")

    def __init__(self) -> None:
        self.length = 0
        self._starts: list[int] = []
        self._places: list[tuple[int, str | None, dict[str, str], bool]] = []

    def add(self, size: int, offset: int, time: str | None, fields: dict[str, str], complete: bool) -> None:
        self._starts.append(self.length)
        self._places.append((offset, time, fields, complete))
        self.length += size

    def place(self, position: int) -> Place:
        index = max(bisect_right(self._starts, position), 1)
        end = self._starts[index] if index < len(self._starts) else self.length
        return Place(self._starts[index - 1], end, *self._places[index - 1])


class _Lines:
    """Lines that were unwrapped in bulk: the way back is worked out when it is asked for."""

    __slots__ = ("_fields", "_offset", "_sizes", "_skipped", "_starts", "_times")

    def __init__(
        self,
        sizes: list[int],
        skipped: list[int],
        offset: int,
        times: list[bytes] | list[str],
        fields: dict[str, str],
    ) -> None:
        self._sizes = sizes
        self._skipped = skipped
        self._offset = offset
        self._times = times
        self._fields = fields
        self._starts: list[int] | None = None

    def place(self, position: int) -> Place:
        if self._starts is None:
            self._starts = list(accumulate(self._sizes, initial=0))
        index = min(max(bisect_right(self._starts, position) - 1, 0), len(self._sizes) - 1)
        time = self._times[index] if self._times else None
        if isinstance(time, bytes):
            time = time.decode("utf-8", "backslashreplace")
        start, end = self._starts[index], self._starts[index + 1]
        return Place(start, end, self._offset + self._skipped[index], time, self._fields, False)


class Stream:
    """What one writer wrote, line by line, and where each piece of it stood in the file.

    ``text`` grows at its end; positions count from its start.
    """

    __slots__ = ("_segments", "_starts", "text", "writer")

    def __init__(self, writer: Writer) -> None:
        self.writer = writer
        self.text = bytearray()
        self._starts: list[int] = []
        self._segments: list[_Segment] = []

    def add(self, text: bytes, offset: int, time: str | None, fields: dict[str, str], complete: bool) -> None:
        """Append one piece and a line end."""
        last = self._segments[-1] if self._segments else None
        if not isinstance(last, _Pieces):
            last = _Pieces()
            self._append(last)
        last.add(len(text) + 1, offset, time, fields, complete)
        self.text += text
        self.text += b"\n"

    def add_lines(
        self,
        texts: list[bytes],
        skipped: list[int],
        offset: int,
        times: list[bytes] | list[str],
        fields: dict[str, str],
    ) -> None:
        """Append lines: ``skipped`` has each one's distance from ``offset`` in the file, in bytes."""
        joined = b"\n".join(texts) + b"\n"
        self._append(_Lines([len(text) + 1 for text in texts], skipped, offset, times, fields))
        self.text += joined

    def _append(self, segment: _Segment) -> None:
        self._starts.append(len(self.text))
        self._segments.append(segment)

    def place(self, position: int) -> Place:
        """The piece that holds the byte ``position``. Raises ``IndexError`` on an empty stream."""
        index = max(bisect_right(self._starts, position) - 1, 0)
        shift = self._starts[index]
        found = self._segments[index].place(position - shift)
        return found._replace(start=found.start + shift, end=found.end + shift)
