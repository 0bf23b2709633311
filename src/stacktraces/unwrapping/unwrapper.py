"""Takes the wrapping off a file's lines and puts apart the writers that share it."""

from __future__ import annotations

import functools
from collections.abc import Iterator
from itertools import accumulate

from ..carriers import Carrier, Record
from ..carriers._bulk import Stripped, strip
from ..trace_lines import KnownTraceLines
from .detection import peel
from .layers import merge, unwrap
from .line_index import LineIndex
from .quoted_traces import trace_within
from .record_writers import unwrap_record
from .streams import Extent, Place, Stream, Writer, writer_of

__all__ = ["Place", "Stream", "Unwrapper", "Writer", "unwrap", "unwrapped", "writer_of"]

MOST_WRITERS = 1 << 14
BLOCK = 1 << 18
"""Bytes that are unwrapped at once: the lines of a block that has an odd one are taken singly."""
_NEAR = 4 << 10
"""Bytes between an event and lines that a program printed right behind it; less than a reader looks back."""
MOST_PENDING = 4 << 20
"""Bytes of a line in pieces that are kept until its last piece comes."""


class Unwrapper:
    """Unwraps a file's lines as they come, into a stream of text for each of its writers.

    ``known`` are the lines of all runtimes' traces. ``stack`` is what the file is wrapped in (see ``detect``), outermost first. A line without it is
    unwrapped by whatever carriers it bears; one without any goes on with the writer before it, or
    stands for itself after a whole event. Lines in pieces are joined.

    Memory: what the streams hold until the caller drops it, at most ``MOST_PENDING`` bytes for a line
    in pieces, and at most ``MOST_WRITERS`` streams: further writers share the last one.
    """

    def __init__(self, known: KnownTraceLines, stack: tuple[Carrier, ...] = ()) -> None:
        self.known = known
        self.stack = stack = tuple(carrier for carrier in stack if not carrier.bare_continuation)
        self._reader = stack[0].reader() if stack and stack[0].reader is not None else None
        self.streams: dict[Writer, Stream] = {}
        self._other = stack
        self._pending: dict[tuple[int, Writer], _Pending] = {}
        self._last: Writer = ()
        self._last_event: tuple[int, str | None] = (0, None)
        """Where the last whole event stood and when it was logged."""
        self._held: tuple[tuple[Carrier, ...], Record, int] | None = None
        """An event whose further lines may follow, padded by ``_pad`` spaces."""
        self._pad = 0
        self._fed = 0
        """The offset behind what was fed."""
        self.index = LineIndex()

    @property
    def held_from(self) -> int | None:
        """Where the first line stands that is held back until a last one comes; it is in no stream yet."""
        held = [each.offset for each in self._pending.values()]
        if self._held is not None:
            held.append(self._held[2])
        if self._reader is not None and self._reader.start is not None:
            held.append(self._reader.start)
        return min(held, default=None)

    def drop(self, offset: int) -> None:
        """Forget most of what stood before ``offset`` in the file, and the writers that wrote nothing since."""
        for stream in list(self.streams.values()):
            stream.drop(offset)
            if not stream.text:
                del self.streams[stream.writer]
        self.index.drop(offset)

    def feed(self, block: bytes, offset: int = 0) -> None:
        """Take whole lines; ``offset`` is where ``block`` starts in the file, in bytes."""
        start = 0
        self._fed = offset + len(block)
        while start < len(block):
            end = block.find(b"\n", min(start + BLOCK, len(block))) + 1 or len(block)
            part = block[start:end]
            if not self._in_bulk(part, offset + start):
                self._singly(part, offset + start)
            start = end

    def add_event(self, text: bytes, offset: int) -> None:
        """Take ``text``, which was made of the lines from ``offset`` on, as one whole event."""
        self._emit(Record(text, complete=True), offset, ())

    def _singly(self, block: bytes, offset: int) -> None:
        lines = block.split(b"\n")
        if not lines[-1]:
            lines.pop()
        for line in lines:
            if self._reader is None:
                self._line(line.removesuffix(b"\r"), offset)
            elif (entry := self._reader.take(line, offset)) is not None:
                self._extend(entry[1], offset, entry[0], alone=True)
                self._joined(0, self.stack, *entry)
            offset += len(line) + 1

    def _in_bulk(self, block: bytes, offset: int) -> bool:
        """Unwrap the whole block at once, where its lines are all alike; False where that cannot be."""
        if not self.stack or self._pending or block[-1:] != b"\n":
            return False
        stripped = strip(self.stack[0], block)
        if stripped is None or not stripped.texts:
            return False
        if len(self.stack) == 1 and self.known.may_be_quoted_in(b"\n".join(stripped.texts)):
            return False
        skipped = list(accumulate([len(line) + 1 for line in block.split(b"\n")], initial=0))
        if len(self.stack) == 1:
            self._add_bulk(stripped, skipped, offset)
        else:
            self._add_inner(stripped, skipped, offset)
        return True

    def _add_bulk(self, stripped: Stripped, skipped: list[int], offset: int) -> None:
        texts, times, skipped = stripped.texts, stripped.times, skipped[: len(stripped.texts)]
        keys = list(zip(*stripped.columns, strict=True)) if stripped.columns else [()] * len(texts)
        fields = {key: _fields(stripped.names, key) for key in dict.fromkeys(keys)}
        streams = {key: self._stream(_writer(stripped.names, key)) for key in fields}
        owners = [streams[key] for key in keys]
        self._last = owners[-1].writer
        if len(fields) == 1:
            owners[0].add_lines(texts, skipped, offset, times, fields[keys[0]])
            self.index.add_block(offset, skipped, owners[:1])
            return
        self.index.add_block(offset, skipped, owners)
        for line, stream in enumerate(owners):
            time = times[line] if times else None
            printed = time.decode("utf-8", "backslashreplace") if isinstance(time, bytes) else time
            stream.add(texts[line], offset + skipped[line], printed, fields[keys[line]], False)

    def _add_inner(self, stripped: Stripped, skipped: list[int], offset: int) -> None:
        keys = zip(*stripped.columns, strict=True) if stripped.columns else iter([()] * len(stripped.texts))
        times = stripped.times or [None] * len(stripped.texts)
        for text, key, time, distance in zip(stripped.texts, keys, times, skipped, strict=False):
            fields = _fields(stripped.names, key)
            printed = time.decode("utf-8", "backslashreplace") if isinstance(time, bytes) else time
            self._inner(1, self.stack, Record(text, printed, fields), offset + distance)

    def finish(self) -> None:
        """The file ends here: pieces of a line whose last one never came count as a line."""
        if self._held is not None:
            self._let_go()
        for (level, _), pending in list(self._pending.items()):
            self._inner(
                level + 1,
                self.stack,
                Record(bytes(pending.text), pending.time, pending.fields),
                pending.offset,
            )
        self._pending.clear()
        if self._reader is not None and (entry := self._reader.take(b"", self._fed)) is not None:
            self._extend(entry[1], self._fed, entry[0], alone=True)
            self._joined(0, self.stack, *entry)

    def _line(self, line: bytes, offset: int) -> None:
        if self._held is not None:
            if self._goes_on(line, offset):
                return
            self._let_go()
        for stack in (self.stack, self._other) if self._other is not self.stack else (self.stack,):
            if stack and (record := unwrap_record(stack[0], line, self.known)) is not None:
                if stack[0].padded and not record.partial:
                    self._held, self._pad = (stack, record, offset), len(line) - len(record.text)
                else:
                    self._joined(0, stack, record, offset)
                return
        other = () if line[:1].isspace() else peel(line, self.known)
        if other and (record := unwrap_record(other[0], line, self.known)) is not None:
            self._other = other
            self._joined(0, other, record, offset)
            return
        self._emit(Record(line), offset, self._last)

    def _goes_on(self, line: bytes, offset: int) -> bool:
        """Whether the line belongs to the event that is held."""
        assert self._held is not None
        _, record, start = self._held
        if not line[: self._pad].strip(b" ") and len(line) >= self._pad and len(record.text) < MOST_PENDING:
            record.text += b"\n" + line[self._pad :]
            record.complete = True
            self._extend(start, offset, record, alone=True)
            return True
        return False

    def _extend(self, start: int, last_line: int, record: Record, *, alone: bool) -> None:
        self.index.extend(start, Extent(last_line, writer_of(record.fields), alone))

    def _let_go(self) -> None:
        """The event that is held is over."""
        assert self._held is not None
        stack, record, offset = self._held
        self._held = None
        self._joined(0, stack, record, offset)

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
            self._extend(pending.offset, offset, record, alone=False)
        if not record.partial or len(pending.text) > MOST_PENDING:
            del self._pending[key]
            record.text, record.time = bytes(pending.text), pending.time
            record.partial = False
            self._inner(level + 1, stack, record, pending.offset)

    def _inner(self, level: int, stack: tuple[Carrier, ...], record: Record, offset: int) -> None:
        if (
            level < len(stack)
            and (inner := unwrap_record(stack[level], record.text, self.known, stack[:level])) is not None
        ):
            self._joined(level, stack, merge(record, inner), offset)
            return
        self._emit(record, offset, writer_of(record.fields))

    def _emit(self, record: Record, offset: int, writer: Writer) -> None:
        if (text := trace_within(record.text, self.known)) is not None:
            record.text = text
            record.complete = True
        is_event = record.complete or record.single
        self._last = () if is_event else writer
        stream = self._stream(writer)
        if is_event:
            stream.last_event = self._last_event = offset, record.time
        elif record.time is None:
            # What a program prints itself among its events was printed right behind the one before.
            event, time = stream.last_event if writer else self._last_event
            record.time = time if offset - event < _NEAR else None
        stream.add(record.text, offset, record.time, record.fields, record.complete, record.single)
        self.index.add(offset, stream)

    def _stream(self, writer: Writer) -> Stream:
        stream = self.streams.get(writer)
        if stream is None:
            if len(self.streams) >= MOST_WRITERS:
                return next(reversed(self.streams.values()))
            stream = self.streams[writer] = Stream(writer)
        return stream


@functools.lru_cache(maxsize=MOST_WRITERS)
def _fields(names: tuple[str, ...], values: tuple[bytes | str | None, ...]) -> dict[str, str]:
    found = {}
    for name, value in zip(names, values, strict=True):
        if value:
            text = value.decode("utf-8", "backslashreplace") if isinstance(value, bytes) else value
            found[name] = text.strip()
    return found


@functools.lru_cache(maxsize=MOST_WRITERS)
def _writer(names: tuple[str, ...], values: tuple[bytes | str | None, ...]) -> Writer:
    return writer_of(_fields(names, values))


class _Pending:
    """The first pieces of a line."""

    __slots__ = ("fields", "offset", "text", "time")

    def __init__(self, record: Record, offset: int) -> None:
        self.text = bytearray(record.text)
        self.time = record.time
        self.fields = record.fields
        self.offset = offset


def unwrapped(data: bytes, stack: tuple[Carrier, ...], known: KnownTraceLines) -> Iterator[Stream]:
    """The streams of a whole file held in memory."""
    unwrapper = Unwrapper(known, stack)
    unwrapper.feed(data)
    unwrapper.finish()
    yield from unwrapper.streams.values()
