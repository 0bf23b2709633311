"""Reading traces out of lines that a carrier wraps, each writer's on its own."""

from __future__ import annotations

from typing import NamedTuple

from ...carriers import Carrier
from ...cursor import decode
from ...log_records.clock import Moment
from ...log_records.logged_at import logged_at, record_above
from ...log_records.records import STARTS_RECORD
from ...model import Snapshot, Trace
from ...unwrapping.line_before import tell_line_before, tell_time, tell_writer
from ...unwrapping.prefixed_writers import may_be_prefixed
from ...unwrapping.streams import Place, Writer
from ..fast_path.compiled_counter import CompiledCounter
from ..fast_path.wrapped_traces import ReadTrace, WrappedTraces
from ..setup import ScanSetup
from .own_writers import OwnWriters
from .region import Found, Region
from .split_lines import SPLIT_LINE, SplitLineHits, may_be_split
from .text import Text
from .unread import UnreadPlaces, first_mark, mark_at, may_have_mark_near
from .walker import LONGEST_LINE, WAIT, AllHits, Hits, Sink, StreamReader, UnfinishedTrace

_MOST_FLOORS = 4096
_MOST_TAKEN = 4096
_LEARNING_COST = 8
"""Learning the shape of a writer's lines takes as long as reading so many traces."""
_LEARNT_FREELY = 64


class WrappedReader:
    """Reads text that ``stack`` wraps."""

    def __init__(
        self,
        setup: ScanSetup,
        sink: Sink,
        stack: tuple[Carrier, ...],
        counter: CompiledCounter | None = None,
        sample: bytes = b"",
        around: StreamReader | None = None,
    ) -> None:
        """``around`` reads the rest of the same text, of which this one reads what bears a prefix."""
        self.setup = setup
        self.sink = sink
        self.stack = stack
        self.floors: dict[Writer, int] = around.floors if around is not None else {}
        self.held: UnfinishedTrace | None = None
        self.unread = around.unread if around is not None else UnreadPlaces()
        self.hits: Hits = counter or AllHits(setup.search)
        if counter is not None and around is None:
            counter.begin(self.floors)
        self._pieces = SplitLineHits(self.hits, setup, stack, sample) if may_be_split(stack) else None
        self.hits = self._pieces or self.hits
        teacher = counter.teacher if counter is not None else None
        self._fast = WrappedTraces(setup, sink, stack, self.floors, teacher)
        self._emitter = Emitter(setup, sink, self.floors)
        self._region: Region | None = None
        self._own = OwnWriters(setup)
        self._taken: set[int] = set()
        """Offsets in the stream of the lines further on that are of a trace already read."""
        self._without_prefix = -1
        """The offset of the last line that bore no writer's prefix: it may hold several anchors."""
        self._traces = self._learnt = 0
        """Traces read, and shapes of lines learnt from them."""
        self._most_taken = _MOST_TAKEN
        self._most_floors = _MOST_FLOORS

    def take(self, text: Text, start: int, number: int) -> int:
        """See :class:`stacktraces.scanning.reading.walker.StreamReader`."""
        line = text.start_of_line(start)
        end = text.end_of_line(start)
        if text.base + line in self._taken:
            return end
        if end - line > LONGEST_LINE:
            text.passed_over.add(text.base + line)
            return 0
        if number == SPLIT_LINE and self._pieces is not None:
            found = self._pieces.holds_anchor(text, line)
            return found if found in (0, WAIT) else self._read(text, line, end)
        if not self.sink.detailed and (taken := self._fast.take(text, line, start, number)):
            if taken != WAIT:
                self.unread.cover(text, text.base + self._fast.started, text.base + taken)
            return taken
        return self._read(text, line, end)

    def take_prefixed(self, text: Text, line: int) -> int | None:
        """Read at the line at ``line`` of ``text.data``, in a stream without carriers.

        Gives what :meth:`take` does; ``None`` where the line bears no writer's prefix.
        """
        end, offset = text.end_of_line(line), text.base + line
        if offset in self._taken:
            return end
        if offset == self._without_prefix:
            return None
        if not self.sink.detailed:
            lookback = text.base + text.look_back(line, 0)
            own = self._own.read(text, line, lookback, self.floors)
            if own == WAIT:
                return WAIT
            if isinstance(own, tuple):
                return self._emit(text, line, end, *own)
        if not (self._region is not None and self._region.is_prefixed(offset)):
            prefixed = may_be_prefixed(text.data, line, self.setup.lines, final=text.final)
            if prefixed is None:
                return WAIT
            if not prefixed:
                self._without_prefix = offset
                return None
        behind = self._read(text, line, end)
        if behind == WAIT or (self._region is not None and self._region.is_prefixed(offset)):
            return behind
        return None

    def has_taken(self, offset: int) -> bool:
        """Whether the line at ``offset`` of the file is of a trace that was read at a line before it."""
        return offset in self._taken

    def _read(self, text: Text, line: int, end: int) -> int:
        offset, lookback = text.base + line, text.base + text.look_back(line, 0)
        region = self._region_at(text, lookback)
        found = None
        while region.end <= offset or (found := region.read(offset, lookback, self.floors)) is None:
            if not region.grow(text, offset):
                return WAIT
        if not found and self.unread.look(offset):
            self._look(text, region, offset, lookback)
        return self._emit(text, line, end, region, found)

    def _emit(self, text: Text, line: int, end: int, region: Region, found: list[Found]) -> int:
        """Tell of what was read in the line between ``line`` and ``end``; gives what :meth:`take` does."""
        behind = end
        for each in found:
            again = each.stream.writer in self.floors
            emitted = self._emitter.emit(text, region, each)
            self._taken.update(emitted.lines)
            self.unread.cover_lines(emitted.lines)
            behind = max(behind, text.end_of_line(emitted.last_line - text.base) if emitted.last_line else 0)
            self._traces += 1
            if each.writer is not None:
                self._own.learn(each.writer)
                self._fast.learn_prefix(each.writer.prefix.before, each.stream.writer)
            elif again and self._learnt * _LEARNING_COST <= self._traces + _LEARNT_FREELY:
                self._learnt += 1
                self._fast.learn(text.data[line : end - 1])
            if emitted.trace is not None:
                self._fast.teach(text, emitted.trace)
        self._forget(text.base + line)
        return behind

    def _region_at(self, text: Text, lookback: int) -> Region:
        """The region at hand, if it goes on at ``lookback``, or a new one that starts there."""
        if self._region is None or not self._region.reaches(text, lookback):
            self._region = Region(self.setup, self.stack, lookback)
            self._region.met = self._own.met if not self.stack else ()
        return self._region

    def look(self, text: Text, start: int) -> int:
        """See :class:`stacktraces.scanning.reading.walker.StreamReader`."""
        line = text.start_of_line(start)
        offset, lookback = text.base + line, text.base + text.look_back(line, 0)
        if offset in self._taken or not may_have_mark_near(text.data, line, start):
            return 0
        region = self._region_at(text, lookback)
        while region.end <= offset:
            if not region.grow(text, offset):
                return WAIT
        if self.unread.look(offset):
            self._look(text, region, offset, lookback)
        return 0

    def _look(self, text: Text, region: Region, offset: int, lookback: int) -> None:
        """Note the line at ``offset``, at which nothing was read, if it looks like one of a trace."""
        around = region.unread_text(offset, lookback, self.floors)
        if around is None:
            return
        stream, lowest, piece = around
        shift = piece.start if piece.complete else lowest
        data = stream.between(shift, piece.end)
        mark = first_mark(data) if piece.complete else mark_at(data, piece.start - lowest, 0)
        if mark is not None:
            mark = mark._replace(start=stream.place(shift + mark.start).offset)
            self.unread.add(text, mark, 0)

    def _forget(self, line: int) -> None:
        """Drop what no line behind ``line`` needs, once there is as much of it as of the rest."""
        if len(self._taken) > self._most_taken:
            self._taken = {each for each in self._taken if each > line}
            self._most_taken = max(2 * len(self._taken), _MOST_TAKEN)
        if len(self.floors) > self._most_floors:
            for writer in [writer for writer, at in self.floors.items() if at <= line]:
                del self.floors[writer]
            self._most_floors = max(2 * len(self.floors), _MOST_FLOORS)


class Emitted(NamedTuple):
    """What became of something that was read; offsets are the file's."""

    lines: list[int]
    """Of its lines."""
    last_line: int
    """Where the last line starts of the event that it stood in, if all the event's lines are its own."""
    trace: ReadTrace | None
    """What others like it can be told by, if it is a trace with a line before it and one behind it."""


class Emitter:
    """Tells a sink what was read, and ``floors`` where it ended for its writer."""

    def __init__(self, setup: ScanSetup, sink: Sink, floors: dict[Writer, int]) -> None:
        self.setup = setup
        self.sink = sink
        self.floors = floors
        self._ended = 0
        """All lines before it are of what was read."""

    def emit(self, text: Text, region: Region, found: Found) -> Emitted:
        """Tell of ``found``, which was read in ``region`` of ``text``."""
        stream, result, at = found.stream, found.result, found.start
        place = stream.place(at)
        before = self._line_before(found, place.offset)
        lines, last_line, behind = self._raise_floors(region, found, place.start)
        if isinstance(result, Trace) and result.told_again:
            return Emitted(lines, last_line, None)
        moment = self._moment(found, place, before)
        origin = text.origin(place.offset)
        position = text.number, text.source_offset(place.offset)
        if isinstance(result, Snapshot):
            self.sink.snapshot(result, moment, position, origin)
            return Emitted(lines, last_line, None)
        result.origin = origin
        if self.sink.detailed:
            tell_time(result, self.setup.clock, moment)
            tell_writer(result, place.fields)
            first = found.data[at - found.shift : place.end - found.shift].rstrip(b"\r\n")
            record = record_above(found.data, at - found.shift, found.floor - found.shift)
            tell_line_before(result, decode(before) if before else None, decode(first), decode(record))
        token = self.sink.trace(result, moment, position)
        read_trace = None
        if token is not None and behind is not None and at > found.floor:
            around = [stream.place(at - 1).offset, *lines, behind]
            unwrapped = found.data[at - found.shift : found.cursor.offset]
            hit = stream.place(found.hit).offset
            read_trace = ReadTrace(found.anchor, hit, result, token, around, unwrapped)
        return Emitted(lines, last_line, read_trace)

    def _raise_floors(self, region: Region, found: Found, start: int) -> tuple[list[int], int, int | None]:
        """Note where each of its writers goes on.

        Gives the lines from the position ``start`` on, the last line of the event that holds its anchor if
        that has several, and where the line behind it stands, if there is one yet.
        """
        stream, extents = found.stream, region.unwrapper.index.extents
        lines: list[int] = []
        hit, last, event_end = stream.place(found.hit).offset, 0, 0
        position = start
        while position < found.end:
            piece = stream.place(position)
            lines.append(piece.offset)
            position, last = piece.end, piece.offset
            if (extent := extents.get(piece.offset)) is not None:
                last = extent.last_line
                self._raise(extent.writer, last + 1)
                if extent.alone and piece.offset == hit:
                    event_end = last
        behind = stream.place(position).offset if position < stream.end else None
        self._ended = max(self._ended, last + 1)
        if found.writer is not None:
            # A line between may bear a longer prefix, and so be of another writer.
            self._raise(stream.writer, last + 1)
        elif behind is not None:
            self._raise(stream.writer, behind)
        elif found.source is not None:
            self._raise(stream.writer, last + 1)
        else:
            held = region.unwrapper.held_from
            self._raise(stream.writer, max(last + 1, region.end if held is None else held))
        return lines, event_end, behind

    def _raise(self, writer: Writer, offset: int) -> None:
        self.floors[writer] = max(self.floors.get(writer, 0), offset)

    def _moment(self, found: Found, place: Place, before: bytes) -> Moment | None:
        clock = self.setup.clock
        start, lowest = found.start - found.shift, found.floor - found.shift
        moment = None
        if place.time:
            own = found.data[start : place.end - found.shift]
            moment = clock.of_carrier(place.time.encode(), before if STARTS_RECORD.match(before) else own)
        if moment is None:
            of_record = found.source is None
            moment = logged_at(clock, found.data, start, lowest, before=before, of_record=of_record)
        return moment

    def _line_before(self, found: Found, offset: int) -> bytes:
        """The log line before what was read, which stood at ``offset`` in the file."""
        source = found.source
        if source is None:
            floor, end = found.floor - found.shift, max(found.start - found.shift - 1, 0)
            return found.data[max(found.data.rfind(b"\n", floor, end) + 1, floor) : end]
        start = source.position(offset)
        if start <= source.dropped:
            return b""
        before = source.place(start - 1)
        if before.offset < self._ended:
            return b""
        return source.between(before.start, before.end - 1).removesuffix(b"\r")
