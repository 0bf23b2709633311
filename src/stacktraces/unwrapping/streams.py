"""The unwrapped text of one writer, and the way back from it to the file."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from itertools import accumulate
from typing import NamedTuple, Protocol, TypeAlias

Writer: TypeAlias = tuple[str, ...]
"""What tells the writers of one file apart: the values of ``WRITER_FIELDS``."""

_MOST_PIECES = 256
"""Pieces of a segment: what is dropped at the start of a text is whole segments."""

# No fields of ``model.Context``: ``instance`` is a process manager's number of a process, ``source`` what else the
# keys of a record say of its writer.
WRITER_FIELDS = ("host", "pod", "container", "process", "pid", "thread", "stream", "instance", "source")


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
    single: bool = False
    """It is an event of one line, which may be one of a trace's."""


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

    @property
    def length(self) -> int:
        """Bytes of text."""

    def place(self, position: int, shift: int) -> Place:
        """The piece that holds the byte at ``position``, for a stream in which the segment is at ``shift``."""

    def position(self, offset: int) -> int:
        """Where the first piece starts that stood at ``offset`` in the file or behind it."""


class _Pieces:
    """Pieces that were added one by one."""

    __slots__ = ("_offsets", "_places", "_starts", "length")

    def __init__(self) -> None:
        self.length = 0
        self._starts: list[int] = []
        self._offsets: list[int] = []
        self._places: list[tuple[str | None, dict[str, str], bool, bool]] = []

    @property
    def full(self) -> bool:
        return len(self._starts) >= _MOST_PIECES

    def add(
        self, size: int, offset: int, time: str | None, fields: dict[str, str], complete: bool, single: bool
    ) -> None:
        self._starts.append(self.length)
        self._offsets.append(offset)
        self._places.append((time, fields, complete, single))
        self.length += size

    def place(self, position: int, shift: int) -> Place:
        starts = self._starts
        index = max(bisect_right(starts, position), 1)
        end = starts[index] if index < len(starts) else self.length
        offset, about = self._offsets[index - 1], self._places[index - 1]
        return Place(starts[index - 1] + shift, end + shift, offset, *about)

    def position(self, offset: int) -> int:
        index = bisect_left(self._offsets, offset)
        return self._starts[index] if index < len(self._starts) else self.length


class _Lines:
    """Lines that were unwrapped in bulk: the way back is worked out when it is asked for."""

    __slots__ = ("_fields", "_offset", "_sizes", "_skipped", "_starts", "_times", "length")

    def __init__(
        self,
        sizes: list[int],
        skipped: list[int],
        offset: int,
        times: list[bytes] | list[str],
        fields: dict[str, str],
    ) -> None:
        self.length = sum(sizes)
        self._sizes = sizes
        self._skipped = skipped
        self._offset = offset
        self._times = times
        self._fields = fields
        self._starts: list[int] | None = None

    def _all_starts(self) -> list[int]:
        """Where each line starts, and where the last one ends."""
        if self._starts is None:
            self._starts = list(accumulate(self._sizes, initial=0))
        return self._starts

    def place(self, position: int, shift: int) -> Place:
        starts = self._all_starts()
        index = min(max(bisect_right(starts, position) - 1, 0), len(self._sizes) - 1)
        time = self._times[index] if self._times else None
        if isinstance(time, bytes):
            time = time.decode("utf-8", "backslashreplace")
        offset = self._offset + self._skipped[index]
        return Place(starts[index] + shift, starts[index + 1] + shift, offset, time, self._fields, False)

    def position(self, offset: int) -> int:
        index = bisect_left(self._skipped, offset - self._offset, 0, len(self._sizes))
        return self._all_starts()[index]


class Stream:
    """What one writer wrote, line by line, and where each piece of it stood in the file.

    The text grows at its end, and what is not needed any more is dropped at its start. Positions in it count
    from the first byte that was ever added.
    """

    __slots__ = ("_offsets", "_segments", "_starts", "dropped", "events", "last_event", "text", "writer")

    def __init__(self, writer: Writer) -> None:
        self.writer = writer
        self.text = bytearray()
        """From the position ``dropped`` on."""
        self.dropped = 0
        self.events: list[tuple[int, int]] = []
        """The positions between which whole events of several lines stand."""
        self.last_event: tuple[int, str | None] = (0, None)
        """Where the last whole event in it stood in the file, and when it was logged."""
        self._starts: list[int] = []
        """The position of each segment."""
        self._offsets: list[int] = []
        """Where the first piece of each stood in the file."""
        self._segments: list[_Segment] = []

    @property
    def end(self) -> int:
        """The position behind the last byte."""
        return self.dropped + len(self.text)

    def between(self, start: int, stop: int) -> bytes:
        """The text between two positions."""
        return bytes(self.text[max(start - self.dropped, 0) : max(stop - self.dropped, 0)])

    def add(
        self,
        text: bytes,
        offset: int,
        time: str | None,
        fields: dict[str, str],
        complete: bool,
        single: bool = False,
    ) -> None:
        """Append one piece and a line end."""
        last = self._segments[-1] if self._segments else None
        if not isinstance(last, _Pieces) or last.full:
            last = _Pieces()
            self._append(last, offset)
        last.add(len(text) + 1, offset, time, fields, complete, single)
        if complete:
            self.events.append((self.end, self.end + len(text) + 1))
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
        lines = _Lines([len(text) + 1 for text in texts], skipped, offset, times, fields)
        self._append(lines, offset + skipped[0])
        self.text += joined

    def _append(self, segment: _Segment, offset: int) -> None:
        self._starts.append(self.end)
        self._offsets.append(offset)
        self._segments.append(segment)

    def between_events(self, position: int) -> tuple[int, int]:
        """Where the event before ``position`` ends, and where the one behind it starts.

        The ends of the text where there is none.
        """
        index = bisect_right(self.events, (position, position))
        before = self.events[index - 1][1] if index else self.dropped
        return before, self.events[index][0] if index < len(self.events) else self.end

    def place(self, position: int) -> Place:
        """The piece that holds the byte ``position``. Raises ``IndexError`` on an empty stream."""
        index = max(bisect_right(self._starts, position) - 1, 0)
        shift = self._starts[index]
        return self._segments[index].place(position - shift, shift)

    def position(self, offset: int) -> int:
        """Where the first piece starts that stood at ``offset`` in the file or behind it."""
        index = bisect_right(self._offsets, offset) - 1
        if index < 0:
            return self.dropped
        return self._starts[index] + self._segments[index].position(offset)

    def drop(self, offset: int) -> None:
        """Forget most of what stood before ``offset`` in the file."""
        index = bisect_right(self._offsets, offset) - 1
        if index >= 0 and self._segments[index].position(offset) == self._segments[index].length:
            index += 1
        if index <= 0:
            return
        start = self._starts[index] if index < len(self._starts) else self.end
        del self.events[: bisect_right(self.events, (start, 0))]
        del self.text[: start - self.dropped]
        del self._starts[:index], self._offsets[:index], self._segments[:index]
        self.dropped = start
