"""Reading traces out of lines that a carrier wraps, each writer's on its own."""

from __future__ import annotations

from typing import NamedTuple

from ...carriers import Carrier
from ...cursor import Cursor, decode
from ...log_records.records import STARTS_RECORD
from ...model import Snapshot, Trace
from ...unwrapping.detection import peel
from ...unwrapping.line_before import parse_before
from ...unwrapping.prefixed_traces import preamble_start
from ...unwrapping.streams import Stream, Writer
from ...unwrapping.unwrapper import Unwrapper
from ..fast_path.compiled_counter import CompiledCounter
from ..fast_path.wrapped_traces import ReadTrace, WrappedTraces
from ..literal_search import CODE_BITS, CODE_MASK
from ..setup import ScanSetup
from .record_time import of_record
from .split_lines import PIECE, PieceHits, may_be_pieces
from .text import Text
from .walker import LIMIT, LONGEST_LINE, TOO_LONG, WAIT, AllHits, GoesOn, Hits, Refused, Sink, read_at

_FIRST_STEP = 16 << 10
"""Bytes that are unwrapped at first in search of a trace's end."""


def fill_context(trace: Trace, fields: dict[str, str]) -> None:
    """Set what ``trace`` does not know of its writer from a carrier's fields."""
    for name, value in fields.items():
        if getattr(trace.context, name, value) is None:
            setattr(trace.context, name, value)


def read_lone_line(setup: ScanSetup, sink: Sink, text: Text, line: int) -> int:
    """Traces in a line that is wrapped though its neighbours are not; 0 where there is none."""
    end = text.end_of_line(line)
    raw = text.data[line:end].rstrip(b"\r\n")
    stack = peel(raw, setup.lines) if b"\\n" in raw or raw[:1] in b"{<[" else ()
    if not stack:
        return 0
    reading = _Window(setup, sink, text, line, end, stack, final=True)
    reading.read(line, {})
    return end if reading.count else 0


class WrappedReader:
    """Reads text that ``stack`` wraps."""

    def __init__(
        self,
        setup: ScanSetup,
        sink: Sink,
        stack: tuple[Carrier, ...],
        counter: CompiledCounter | None = None,
        sample: bytes = b"",
    ) -> None:
        self.setup = setup
        self.sink = sink
        self.stack = stack
        self.floors: dict[tuple[str, ...], int] = {}
        self.held: GoesOn | None = None
        self.hits: Hits = counter or AllHits(setup.search)
        if counter is not None:
            counter.begin(self.floors)
        self._pieces = PieceHits(self.hits, setup, stack, sample) if may_be_pieces(stack) else None
        self.hits = self._pieces or self.hits
        teacher = counter.teacher if counter is not None else None
        self._fast = WrappedTraces(setup, sink, stack, self.floors, teacher)
        self._taken: set[int] = set()
        """Offsets in the stream of the lines further on that are of a trace already read."""

    def take(self, text: Text, start: int, number: int) -> int:
        """See :class:`stacktraces.scan.reading.walker.StreamReader`."""
        line = text.start_of_line(start)
        end = text.end_of_line(start)
        if text.base + line in self._taken:
            return end
        if end - line > LONGEST_LINE:
            text.passed_over.add(text.base + line)
            return 0
        if number == PIECE and self._pieces is not None:
            found = self._pieces.holds_anchor(text, line)
            return found if found in (0, WAIT) else self._read(text, line, end)
        if not self.sink.detailed and (taken := self._fast.take(text, line, start, number)):
            return taken
        return self._read(text, line, end)

    def _read(self, text: Text, line: int, end: int) -> int:
        available = len(text.data) if text.final else text.data.rfind(b"\n") + 1
        size = _FIRST_STEP
        while True:
            whole = line + size >= available
            stop = available if whole else text.end_of_line(line + size)
            final = text.final if whole else size >= LIMIT
            window = _Window(self.setup, self.sink, text, line, stop, self.stack, final=final)
            if window.read(line, self.floors):
                break
            if whole:
                return WAIT
            size = min(size * 4, LIMIT)
        self._remember(window, text.base + line)
        if window.count:
            self._fast.learn(text.data[line : end - 1])
            for each in window.read_traces:
                self._fast.teach(text, each)
        return text.end_of_line(window.last_line - text.base) if window.last_line else end

    def _remember(self, window: _Window, line: int) -> None:
        self._taken = {each for each in self._taken if each > line}
        self._taken.update(window.taken)
        if len(self.floors) > 4096:
            for writer in [writer for writer, at in self.floors.items() if at <= line]:
                del self.floors[writer]


class _Found(NamedTuple):
    stream: Stream
    data: bytes
    """The text of the stream."""
    result: Trace | Snapshot
    cursor: Cursor
    """Behind it."""
    anchor: int
    hit: int
    """Where in the text the anchor stands."""


class _Window:
    """Some lines around a hit, unwrapped."""

    def __init__(
        self,
        setup: ScanSetup,
        sink: Sink,
        text: Text,
        line: int,
        stop: int,
        stack: tuple[Carrier, ...],
        *,
        final: bool,
    ) -> None:
        self.setup = setup
        self.sink = sink
        self.text = text
        self.final = final
        self.stop = text.base + stop
        self._cut = final and stop < len(text.data)
        """More text follows, which is not looked at."""
        lowest = text.look_back(line, 0)
        if not stack:
            lowest = preamble_start(text.data, line, lowest, setup.lines)
        self.unwrapper = Unwrapper(setup.lines, stack)
        self.unwrapper.feed(text.data[lowest:stop], text.base + lowest)
        if final:
            self.unwrapper.finish()
        self.taken: set[int] = set()
        """Offsets of the lines of the traces that were read."""
        self.last_line = 0
        """Where the last line starts of the event that was read, if it has several and all are its own."""
        self.count = 0
        self.read_traces: list[ReadTrace] = []
        """What can be learnt from the traces that were read."""

    def read(self, line: int, floors: dict[Writer, int]) -> bool:
        """Read what stands in the line at ``line``; False when more text is needed to tell."""
        offset = self.text.base + line
        found: list[_Found] = []
        for stream in self.unwrapper.streams.values():
            start, stop = _position(stream, offset), _position(stream, offset + 1)
            if start == stop:
                # A later line of an event of several, if it is of this writer at all.
                if start == 0:
                    continue
                start, stop, at, *_ = stream.place(start - 1)
                extent = self.unwrapper.extents.get(at)
                if extent is None or extent.last_line < offset or at < floors.get(stream.writer, 0):
                    continue
            if not self._read_stream(stream, start, stop, floors, found):
                return False
        if not found and not self.final:
            held = self.unwrapper.held_from
            if held is not None and held <= offset:
                return False
        for each in found:
            self._emit(each, floors)
        return True

    def _read_stream(
        self,
        stream: Stream,
        start: int,
        stop: int,
        floors: dict[Writer, int],
        found: list[_Found],
    ) -> bool:
        """Collect what stands between two positions of a writer's text."""
        data = bytes(stream.text)
        position = _position(stream, floors.get(stream.writer, 0))
        refused = Refused()
        for hit in self.setup.search(data, start, stop):
            at = hit >> CODE_BITS
            if at < position or refused.again(at, hit & CODE_MASK):
                continue
            piece = stream.place(at)
            complete = piece.complete
            limit = piece.end if complete else len(data)
            formats = self.setup.anchors.owners[hit & CODE_MASK]
            reading = read_at(formats, data, at, position, limit, complete or self.final, whole=complete)
            if reading == WAIT:
                return False
            if not isinstance(reading, int):
                result, cursor = reading
                if self._cut and cursor.ended and not complete and TOO_LONG not in result.uncertain:
                    result.uncertain.append(TOO_LONG)
                found.append(_Found(stream, data, result, cursor, hit & CODE_MASK, at))
                position = cursor.offset
                extent = self.unwrapper.extents.get(piece.offset)
                if extent is not None and extent.alone:
                    self.last_line = max(self.last_line, extent.last_line)
            else:
                refused.add(data, at, hit & CODE_MASK)
        return True

    def _emit(self, found: _Found, floors: dict[Writer, int]) -> None:
        stream, data, result, cursor = found[:4]
        at = cursor.floor
        if isinstance(result, Trace) and result.origin.offset is not None:
            at = result.origin.offset
        place = stream.place(at)
        before = self._line_before(data, at, cursor.floor, place.offset, max(floors.values(), default=0))
        behind, last_line, lines = place.start, 0, []
        while behind < cursor.offset:
            piece = stream.place(behind)
            lines.append(piece.offset)
            behind, last_line = piece.end, piece.offset
            if (extent := self.unwrapper.extents.get(piece.offset)) is not None:
                last_line = extent.last_line
                floors[extent.writer] = max(floors.get(extent.writer, 0), last_line + 1)
        self.taken.update(lines)
        if behind < len(data):
            floors[stream.writer] = stream.place(behind).offset
            if at > cursor.floor:
                lines = [stream.place(at - 1).offset, *lines, stream.place(behind).offset]
        else:
            held = self.unwrapper.held_from
            floors[stream.writer] = max(last_line + 1, self.stop if held is None else held)
        clock = self.setup.clock
        moment = clock.of_printed(place.time.encode()) if place.time else None
        if moment is None and STARTS_RECORD.match(data, at):
            moment = clock.of_line(data, at, cursor.offset)
        moment = moment or clock.of_line(before, 0, len(before))
        if moment is None and self.unwrapper.stack:
            moment = of_record(clock, data, at, cursor.floor)
        origin = self.text.origin(place.offset)
        position = self.text.number, place.offset
        self.count += 1
        if isinstance(result, Snapshot):
            self.sink.snapshot(result, moment, position, origin)
            return
        result.origin = origin
        if self.sink.detailed:
            if moment is not None:
                result.time, result.timestamp = clock.iso(moment), moment[1].decode("ascii", "replace")
            fill_context(result, place.fields)
            if before:
                result.before = decode(before)
                fill_context(result, parse_before(result.before).fields)
        token = self.sink.trace(result, moment, position)
        if token is not None and behind < len(data) and at > cursor.floor:
            text = data[at : cursor.offset]
            self.read_traces.append(
                ReadTrace(found.anchor, stream.place(found.hit).offset, result, token, lines, text)
            )

    def _line_before(self, data: bytes, at: int, floor: int, offset: int, ended: int) -> bytes:
        """The log line before ``at`` of a writer's text, which stood at ``offset`` in the file.

        All before ``ended`` is read already. Where nothing but a program's own prefix is taken off, the
        lines of one trace make a text of their own.
        """
        if self.unwrapper.stack or offset < ended:
            end = max(at - 1, 0)
            return data[max(data.rfind(b"\n", floor, end) + 1, floor) : end]
        text = self.text
        end = max(offset - text.base - 1, 0)
        start = text.start_of_line(end)
        return text.data[start:end].removesuffix(b"\r") if text.base + start >= ended else b""


def _position(stream: Stream, offset: int) -> int:
    """Where in the text of ``stream`` the first piece starts that stood at ``offset`` or behind it."""
    low, high = 0, len(stream.text)
    while low < high:
        piece = stream.place((low + high) // 2)
        if piece.offset < offset:
            low = piece.end
        else:
            high = piece.start
    return low
