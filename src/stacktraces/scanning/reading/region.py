"""A region of wrapped text around hits: unwrapped once, however many traces are read in it."""

from __future__ import annotations

from typing import Literal, NamedTuple

from ...carriers import Carrier
from ...cursor import Cursor
from ...model import Snapshot, Trace
from ...unwrapping.bare_lines import BareLines
from ...unwrapping.own_lines import OwnLines
from ...unwrapping.prefixed_writer import PrefixedWriter
from ...unwrapping.prefixed_writers import PrefixedWriters, may_be_prefixed
from ...unwrapping.streams import Place, Stream, Writer
from ...unwrapping.unwrapper import Unwrapper
from ..literal_search import CODE_BITS, CODE_MASK
from ..setup import ScanSetup
from .interruptions import read_with_interruptions
from .text import Text
from .walker import LIMIT, LONGEST_LINE, TOO_LONG, WAIT, Refused

_FIRST_STEP = 16 << 10
"""Bytes that are unwrapped behind a hit at first, in search of its trace's end; also of a stream's text, that
are looked at first."""
_KEPT = 1 << 20
"""Bytes before a hit's look-around that may stay unwrapped until they are dropped."""
_REACH = LIMIT + LONGEST_LINE // 2
"""Bytes of the file in which a trace ends: lines of many other writers may stand between its own."""
_LOOK_AHEAD = 1 << 20
"""Bytes in which a prefix is to stand again: with many writers, the next line of one is far away."""
_AT_ONCE = 10**9
"""Nanoseconds: no two lines of a trace are written further apart. Clocks that print seconds need one."""
_BEFORE = 128
"""Bytes of a stream's text before the first line that a reader may step back to: they show that it is not
the start of the text."""


class Found(NamedTuple):
    """What was read in a stream. Positions are the stream's."""

    stream: Stream
    source: Stream | None
    """The text in which the other log records of its writer stand, if a logger's prefix is on each line."""
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
    writer: PrefixedWriter | None = None
    """Its writer, if all his lines start with the same prefix, and no others."""

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

    def __init__(
        self, setup: ScanSetup, stack: tuple[Carrier, ...], start: int, own: OwnLines | None = None
    ) -> None:
        """Starts at the line at ``start``; of its lines only ``own`` are looked at, if given."""
        self.unwrapper = own or (Unwrapper(setup.lines, stack) if stack else BareLines())
        self._own = own
        self.met: tuple[PrefixedWriter, ...] = ()
        """Writers that were met before, each with a prefix that is always the same."""
        self.start = self.end = start
        self._setup = setup
        self._kept_from = start
        self._prefixed: dict[Stream, PrefixedWriters] = {}
        """The writers that share a stream and put a prefix before each line."""
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

    def take_event(self, text: bytes, size: int) -> None:
        """Take ``text`` as one event, made of ``size`` bytes of the file, after which nothing comes."""
        self.unwrapper = Unwrapper(self._setup.lines)
        self.unwrapper.add_event(text, self.end)
        self.end += size
        self._whole = True

    def read(self, line: int, lookback: int, floors: dict[Writer, int]) -> list[Found] | None:
        """What stands in the line at ``line``; ``None`` where more text is needed to tell.

        Readers may step back to ``lookback``, and not before the end of the writer's trace before.
        """
        final = self._whole or self.end - line >= _REACH
        located = self.unwrapper.index.find(line)
        if located is None:
            held = self.unwrapper.held_from
            return None if not final and held is not None and held <= line else []
        stream, start = located
        if start < floors.get(stream.writer, 0) and start != line:
            return []
        self._drop(min(lookback, start))
        writer = self._prefixed_writer(stream, start, lookback)
        if writer is None and not final:
            return None
        if not writer and not isinstance(self.unwrapper, Unwrapper):
            return []
        source = None
        if writer:
            source = stream if writer.bearer.marks_record else None
            stream = writer.stream
        piece = stream.place(stream.position(start))
        position = max(stream.position(floors.get(stream.writer, 0)), stream.position(min(lookback, start)))
        event_before, event_behind = stream.between_events(piece.start)
        if not piece.complete:
            position = max(position, event_before)
        part = _Part(self._setup, stream, source, piece, position)
        part.writer = writer if writer and writer.constant is not None else None
        if piece.complete:
            return part.read(piece.end, whole=True)
        if writer and (over := writer.over_at(piece.end)) is not None:
            return part.read(over, whole=True)
        if not self._whole and self.end - line >= _REACH:
            return part.read(stream.position(line + _REACH), whole=True, cut=True)
        found = part.read(event_behind, whole=final or event_behind < stream.end)
        return found and self._within_moments(found, _Part(self._setup, stream, source, piece, position))

    def _within_moments(self, found: list[Found], part: _Part) -> list[Found]:
        """``found``, but without lines of its last message that are of another record."""
        last = found[-1]
        later = self._later_line(last)
        if later is None:
            return found
        again = part.read(later, whole=True)
        if not again or len(again) != len(found) or not _differ_in_message(again[-1].result, last.result):
            return found
        return again

    def _later_line(self, found: Found) -> int | None:
        """Where the first line stands that is of another record.

        It is dated noticeably later than the one before, of another level, or a record though the trace is
        none. ``None`` where there is none, and where the message has only one line.
        """
        if not isinstance(found.result, Trace):
            return None
        if "\n" not in (found.result.error.message or "") and not found.result.error.notes:
            return None
        position = found.start
        is_record = found.stream.place(position).single
        before: str | None = None
        record_before: tuple[str | None, str | None] = (None, None)
        before_moment: int | None = None
        while position < found.end:
            place = found.stream.place(position)
            record = place.fields.get("level"), place.fields.get("logger")
            if position > found.start and (record != record_before or (place.single and not is_record)):
                return position
            record_before = record
            if place.time is not None and place.time != before:
                moment = self._setup.clock.of_printed(place.time.encode())
                if moment is not None:
                    if before_moment is not None and moment[0] - before_moment > _AT_ONCE:
                        return position
                    before, before_moment = place.time, moment[0]
            position = place.end
        return None

    def _prefixed_writer(
        self, stream: Stream, start: int, lookback: int
    ) -> PrefixedWriter | Literal[False] | None:
        """The writer of the line at ``start``, if it bears a prefix; ``None`` where more text is needed."""
        position = stream.position(start)
        if stream.place(position).complete:
            return False
        writers = self._prefixed.get(stream)
        if writers is None:
            at, final = position - stream.dropped, self._whole
            prefixed = may_be_prefixed(stream.text, at, self._setup.lines, final=final)
            if self._own is not None and prefixed is not None:
                return False if prefixed else self._own.writer
            if not prefixed:
                return prefixed
            writers = PrefixedWriters(self._setup.lines, stream, stream.position(min(lookback, start)))
            writers.know(self.met)
            self._prefixed[stream] = writers
        writers.feed()
        owner = writers.owner(start)
        if owner is None or owner.confirmed:
            return owner or False
        return False if self._whole or stream.end - position > _LOOK_AHEAD else None

    def unread_text(
        self, line: int, lookback: int, floors: dict[Writer, int]
    ) -> tuple[Stream, int, Place] | None:
        """The stream of the line at ``line``, the position in it from ``lookback`` on, and the line's place.

        ``None`` where the line is of a trace that was read, or of none.
        """
        located = self.unwrapper.index.find(line)
        if located is None:
            return None
        stream, start = located
        owner = (writers := self._prefixed.get(stream)) and writers.owner(start)
        stream = owner.stream if owner and owner.confirmed else stream
        floor = floors.get(stream.writer, 0)
        if start < floor:
            return None
        piece = stream.place(stream.position(start))
        lowest = stream.position(max(floor, min(lookback, start)))
        return stream, lowest, piece

    def is_prefixed(self, line: int) -> bool:
        """Whether the line at ``line`` is known to bear the prefix of a writer."""
        owners = (each.owner(line) for each in self._prefixed.values())
        return any(each is not None and each.confirmed for each in owners)

    def _drop(self, offset: int) -> None:
        if offset - self._kept_from > max(_KEPT, self.end - offset):
            self.unwrapper.drop(offset)
            self._prefixed = {stream: writers for stream, writers in self._prefixed.items() if stream.text}
            for writers in self._prefixed.values():
                writers.drop(offset)
            self._kept_from = offset


def _differ_in_message(one: Trace | Snapshot, other: Trace | Snapshot) -> bool:
    """Whether two readings of a trace differ in nothing but where the message ends."""
    if not isinstance(one, Trace) or not isinstance(other, Trace):
        return False
    shorter, longer = one.error, other.error
    return (shorter.type, shorter.frames, shorter.cause, shorter.children) == (
        longer.type,
        longer.frames,
        longer.cause,
        longer.children,
    )


class _Part:
    """A part of a stream's text, as long as the traces that start in one of its pieces."""

    def __init__(
        self, setup: ScanSetup, stream: Stream, source: Stream | None, piece: Place, position: int
    ) -> None:
        """Readers may step back to ``position``."""
        self._setup = setup
        self._stream = stream
        self._source = source
        self._piece = piece
        self._position = position
        self._shift = max(position - _BEFORE, stream.dropped)
        self._size = piece.end - self._shift + _FIRST_STEP
        self.writer: PrefixedWriter | None = None
        """See :class:`Found`."""
        self._data = b""

    def read(self, limit: int, *, whole: bool, cut: bool = False) -> list[Found] | None:
        """What starts in the piece; ``None`` where more text is needed to tell.

        The text ends at the position ``limit``: for good if ``whole``, though it goes on if ``cut``.
        """
        self._data = self._stream.between(self._shift, min(self._shift + self._size, limit))
        found: list[Found] = []
        refused = Refused()
        start = max(self._piece.start, self._position) - self._shift
        stop = min(self._piece.end - self._shift, len(self._data))
        if start >= stop:
            return found
        for hit in self._setup.search(self._data, start, stop):
            at, number = hit >> CODE_BITS, hit & CODE_MASK
            if at < self._position - self._shift or refused.has(at, number):
                continue
            if self._setup.anchors.is_only_mark(self._data, at, number):
                continue
            reading = self._read_at(at, number, limit, whole=whole)
            if reading == WAIT:
                return None
            if isinstance(reading, int):
                refused.add(self._data, at, number)
                continue
            result, cursor = reading
            if cut and cursor.ended and TOO_LONG not in result.uncertain:
                result.uncertain.append(TOO_LONG)
            shift, place = self._shift, self._shift + at
            stream, source, writer = self._stream, self._source, self.writer
            found.append(Found(stream, source, result, self._data, shift, cursor, number, place, writer))
            self._position = self._shift + cursor.offset
        return found

    def _read_at(
        self, at: int, number: int, limit: int, *, whole: bool
    ) -> tuple[Trace | Snapshot, Cursor] | int:
        formats, complete = self._setup.anchors.owners[number], self._piece.complete
        while True:
            all_of_it = self._shift + len(self._data) >= limit
            floor, final = self._position - self._shift, all_of_it and whole
            reading = read_with_interruptions(
                formats, self._data, at, floor, len(self._data), final, whole=complete
            )
            if reading != WAIT or all_of_it:
                return reading
            self._size *= 4
            self._data = self._stream.between(self._shift, min(self._shift + self._size, limit))
