"""Takes the wrapping off a file's lines and puts apart the writers that share it."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator
from typing import NamedTuple, TypeAlias

from . import Carrier, Record
from ._detect import peel
from ._prefixed import TracePrefixes

Writer: TypeAlias = tuple[str, ...]
"""What tells the writers of one file apart: the values of ``WRITER_FIELDS``."""

WRITER_FIELDS = ("host", "pod", "container", "process", "pid", "thread", "stream")
MOST_WRITERS = 1024
MOST_PENDING = 4 << 20
"""Bytes of a line in pieces that are kept until its last piece comes."""


def unwrap(line: bytes, stack: tuple[Carrier, ...]) -> Record | None:
    """``line`` without the wrapping of every carrier in ``stack``, outermost first.

    ``None`` where the outermost is not on it. An inner carrier that is missing ends the unwrapping
    there. Fields of an inner carrier win over those of an outer one.
    """
    record: Record | None = None
    for carrier in stack:
        inner = carrier.unwrap(line if record is None else record.text)
        if inner is None:
            break
        record = inner if record is None else _merge(record, inner)
        if record.partial:
            break
    return record


def _merge(outer: Record, inner: Record) -> Record:
    inner.time = inner.time or outer.time
    if outer.fields:
        inner.fields = {**outer.fields, **inner.fields}
    return inner


def writer_of(fields: dict[str, str]) -> Writer:
    """The key that lines of the same writer share."""
    return tuple([fields.get(name, "") for name in WRITER_FIELDS])


class Place(NamedTuple):
    """Where a piece of unwrapped text came from."""

    start: int
    """Where the piece starts in the stream's text."""
    offset: int
    """Where its (first) physical line starts in the file, in bytes."""
    time: str | None
    """The time as the carriers printed it."""
    fields: dict[str, str]
    complete: bool
    """The piece is one whole event."""


class Stream:
    """The unwrapped text of one writer, line by line as it wrote it, and where each piece stood."""

    __slots__ = ("_places", "_starts", "text", "writer")

    def __init__(self, writer: Writer) -> None:
        self.writer = writer
        self.text = bytearray()
        self._starts: list[int] = []
        self._places: list[tuple[int, str | None, dict[str, str], bool]] = []

    def add(self, text: bytes, offset: int, time: str | None, fields: dict[str, str], complete: bool) -> None:
        """Append a piece; it ends a line."""
        self._starts.append(len(self.text))
        self._places.append((offset, time, fields, complete))
        self.text += text
        self.text += b"\n"

    @property
    def starts(self) -> list[int]:
        """Where each piece starts in the text."""
        return self._starts

    @property
    def offsets(self) -> list[int]:
        """Where the (first) physical line of each piece starts in the file."""
        return [each[0] for each in self._places]

    def place(self, position: int) -> Place:
        """The piece that holds the byte ``position``. Raises ``IndexError`` on an empty stream."""
        index = max(bisect_right(self._starts, position) - 1, 0)
        return Place(self._starts[index], *self._places[index])

    def end(self, position: int) -> int:
        """Where the piece that holds the byte ``position`` ends in the text, after its line end."""
        index = bisect_right(self._starts, position)
        return self._starts[index] if index < len(self._starts) else len(self.text)

    def drop(self, position: int) -> None:
        """Forget the text before ``position``: positions count from there from now on."""
        if position <= 0:
            return
        keep = max(bisect_right(self._starts, position) - 1, 0)
        self._starts = [max(start - position, 0) for start in self._starts[keep:]]
        self._places = self._places[keep:]
        if position >= len(self.text):
            self._starts.clear()
            self._places.clear()
        del self.text[:position]


class Unwrapper:
    """Unwraps a file's lines as they come, into a stream of text for each of its writers.

    ``stack`` is what the file is wrapped in (see ``detect``), outermost first. A line without it is
    unwrapped by whatever carriers it bears; one without any goes on with the writer before it, or
    stands for itself after a whole event. Lines in pieces are joined. A trace that a program logged
    line by line loses the program's own prefix.

    Memory: what the streams hold until the caller drops it, at most ``MOST_PENDING`` bytes for a line
    in pieces, and at most ``MOST_WRITERS`` streams: further writers share the last one.
    """

    def __init__(self, stack: tuple[Carrier, ...] = ()) -> None:
        self.stack = stack
        self.streams: dict[Writer, Stream] = {}
        self._other = stack
        self._pending: dict[tuple[int, Writer], _Pending] = {}
        self._last: Writer = ()
        self._pad = 0
        self._prefixes = TracePrefixes()

    def feed(self, block: bytes, offset: int = 0) -> None:
        """Take whole lines; ``offset`` is where ``block`` starts in the file, in bytes."""
        lines = block.split(b"\n")
        if not lines[-1]:
            lines.pop()
        for line in lines:
            self._line(line.removesuffix(b"\r"), offset)
            offset += len(line) + 1

    def finish(self) -> None:
        """The file ends here: pieces of a line whose last one never came count as a line."""
        for (level, _), pending in list(self._pending.items()):
            self._inner(
                level + 1,
                self.stack,
                Record(bytes(pending.text), pending.time, pending.fields),
                pending.offset,
            )
        self._pending.clear()

    @property
    def pending(self) -> bool:
        """There are lines of which only the first pieces have come."""
        return bool(self._pending)

    def _line(self, line: bytes, offset: int) -> None:
        for stack in (self.stack, self._other) if self._other is not self.stack else (self.stack,):
            if stack and (record := stack[0].unwrap(line)) is not None:
                self._pad = len(line) - len(record.text) if stack[0].padded else 0
                self._joined(0, stack, record, offset)
                return
        if self._pad and not line[: self._pad].strip(b" ") and len(line) > self._pad:
            self._emit(Record(line[self._pad :]), offset, self._last)
            return
        other = () if line[:1].isspace() else peel(line)
        if other and (record := other[0].unwrap(line)) is not None:
            self._other = other
            self._joined(0, other, record, offset)
            return
        self._emit(Record(line), offset, self._last)

    def _joined(self, level: int, stack: tuple[Carrier, ...], record: Record, offset: int) -> None:
        """Hold a piece of a line back until the last one has come."""
        if not record.partial and not self._pending:
            self._inner(level + 1, stack, record, offset)
            return
        key = level, writer_of(record.fields)
        pending = self._pending.get(key)
        if pending is None:
            if not record.partial:
                self._inner(level + 1, stack, record, offset)
                return
            if len(self._pending) >= MOST_WRITERS:
                self.finish()
            pending = self._pending[key] = _Pending(record, offset)
        else:
            pending.text += record.text
        if not record.partial or len(pending.text) > MOST_PENDING:
            del self._pending[key]
            record.text, record.time = bytes(pending.text), pending.time
            record.partial = False
            self._inner(level + 1, stack, record, pending.offset)

    def _inner(self, level: int, stack: tuple[Carrier, ...], record: Record, offset: int) -> None:
        if level < len(stack) and (inner := stack[level].unwrap(record.text)) is not None:
            self._joined(level, stack, _merge(record, inner), offset)
            return
        self._emit(record, offset, writer_of(record.fields))

    def _emit(self, record: Record, offset: int, writer: Writer) -> None:
        self._last = () if record.complete else writer
        if not record.complete:
            for part, text, fields in self._prefixes.split(writer, record):
                self._stream(part).add(text, offset, record.time, fields, False)
            return
        self._stream(writer).add(record.text, offset, record.time, record.fields, True)

    def _stream(self, writer: Writer) -> Stream:
        stream = self.streams.get(writer)
        if stream is None:
            if len(self.streams) >= MOST_WRITERS:
                return next(reversed(self.streams.values()))
            stream = self.streams[writer] = Stream(writer)
        return stream

    def discard_idle(self) -> None:
        """Forget the streams that hold no text."""
        self.streams = {writer: stream for writer, stream in self.streams.items() if stream.text}


class _Pending:
    """The first pieces of a line."""

    __slots__ = ("fields", "offset", "text", "time")

    def __init__(self, record: Record, offset: int) -> None:
        self.text = bytearray(record.text)
        self.time = record.time
        self.fields = record.fields
        self.offset = offset


def unwrapped(data: bytes, stack: tuple[Carrier, ...]) -> Iterator[Stream]:
    """The streams of a whole file held in memory."""
    unwrapper = Unwrapper(stack)
    unwrapper.feed(data)
    unwrapper.finish()
    yield from unwrapper.streams.values()
