"""Reading traces that stand in a log as they were printed."""

from __future__ import annotations

from typing import NamedTuple

from ...cursor import decode
from ...log_records.clock import Moment
from ...log_records.logged_at import logged_at, may_have_time_above, record_above, time_above
from ...log_records.records import STARTS_RECORD
from ...model import Snapshot, Trace
from ...runtimes._grammar import Beginning
from ...unwrapping.line_before import tell_line_before, tell_time
from ..fast_path.compiled_counter import CompiledCounter
from ..fast_path.known_traces import KnownTrace, KnownTraces, Token
from ..fast_path.lessons import Lesson
from ..fast_path.repeats import Repeat, Repeats
from ..fast_path.skeletons import Occurrence
from ..setup import ScanSetup, TraceStart, TraceStarts
from .interruptions import read_with_interruptions
from .lone_lines import read_doubled_quotes, read_lone_line
from .long_trace import HeldTrace, unfinished
from .text import LOOK_BACK, Text
from .unread import UnreadPlaces, mark_at, may_have_mark
from .walker import LIMIT, LONGEST_LINE, WAIT, AllHits, Hits, Sink, UnfinishedTrace
from .wrapped import WrappedReader

_ONE_WRITER: tuple[str, ...] = ()
_MOSTLY = 8 << 10
"""Bytes that most traces are shorter than."""
_MOST_LINES_OF_RECORD = 4
"""Lines of a log record from its start to a trace, which are compared with it."""


class _Reading(NamedTuple):
    """What came of reading at a hit, in offsets of ``text.data``."""

    end: int
    """As :meth:`BareReader.take` gives it."""
    start: int = 0
    trace: Trace | None = None
    token: Token | None = None
    moment: Moment | None = None


class _Found(NamedTuple):
    """An occurrence of a skeleton behind a log line."""

    occurrence: Occurrence
    beginning: Beginning
    record: tuple[int, int]
    """Where the log line starts and ends."""


class BareReader:
    """Reads text without wrapping; a single line that is wrapped after all is unwrapped."""

    def __init__(self, setup: ScanSetup, sink: Sink, counter: CompiledCounter | None = None) -> None:
        self.setup = setup
        self.sink = sink
        self.floors: dict[tuple[str, ...], int] = {_ONE_WRITER: 0}
        self.hits: Hits = counter or AllHits(setup.search)
        if counter is not None:
            counter.begin(self.floors)
        self._starts = TraceStarts(setup.anchors, fast=False) if sink.detailed else setup.starts
        self._teacher = counter.teacher if counter is not None else None
        self._known = counter.teacher.traces if counter is not None else KnownTraces()
        self._repeats = Repeats()
        self.held: UnfinishedTrace | None = None
        self.unread = UnreadPlaces(bare=True)
        self._prefixed = WrappedReader(setup, sink, (), counter, around=self)
        """Reads traces that bear a prefix on each line, a logger's or one that tells writers apart."""

    def take(self, text: Text, start: int, number: int) -> int:
        """See :class:`stacktraces.scanning.reading.walker.StreamReader`.

        Most hits of a log that is full of traces pass here where there is no compiled part: a known trace
        behind a log line is only counted.
        """
        floor = max(self.floors.get(_ONE_WRITER, 0) - text.base, 0)
        if start < floor:
            return floor
        for path in self._starts[number]:
            found = self._find(text, start, floor, path)
            if isinstance(found, _Found):
                return self._count(text, start, number, floor, path, found)
            if found == WAIT:
                return WAIT
        return self._read_and_learn(text, start, number, floor)

    def look(self, text: Text, start: int) -> int:
        """See :class:`stacktraces.scanning.reading.walker.StreamReader`."""
        floor = max(self.floors.get(_ONE_WRITER, 0) - text.base, 0)
        line = text.start_of_line(start)
        if (
            start >= floor
            and not self._prefixed.has_taken(text.base + line)
            and may_have_mark(text.data, line)
        ):
            self._look(text, line, text.look_back(line, floor))
        return 0

    def _look(self, text: Text, line: int, lowest: int) -> None:
        before = text.start_of_line(line - 1) if line > lowest else line
        if self._prefixed.has_taken(text.base + before):
            lowest = line
        if self.unread.look(text.base + line):
            self.unread.add(text, mark_at(text.data, line, lowest), text.base)

    def _find(self, text: Text, start: int, floor: int, path: TraceStart) -> _Found | int:
        """The occurrence of a skeleton whose anchor stands at ``start``; 0 for none, or ``WAIT``."""
        data = text.data
        lowest = max(floor - 1, start - LOOK_BACK, 0)
        behind_record = False
        for beginning in path.beginnings:
            at = start - beginning.column
            if beginning.in_record and not beginning.lines_before:
                at = data.rfind(b"\n", lowest, start) + 1
            if at <= 0 or data[at - 1] != 10:
                continue
            for _ in range(beginning.lines_before):
                at = data.rfind(b"\n", lowest, max(at - 1, lowest)) + 1
            record = at, text.end_of_line(at)
            if not beginning.in_record:
                record = data.rfind(b"\n", lowest, max(at - 1, lowest)) + 1, at
            if record[0] == 0 or not STARTS_RECORD.match(data, *record):
                continue
            if not beginning.in_record and path.matcher.is_doubtful_before(data, *record):
                continue
            behind_record = True
            occurrence = path.matcher.match(data, at, at + LIMIT, in_record=beginning.in_record)
            if occurrence is not None:
                return _Found(occurrence, beginning, record)
        # Most likely a trace that the end of the chunk cuts: reading it would show only that.
        cut = behind_record and len(data) - start < _MOSTLY and not text.final
        return WAIT if cut else 0

    def _count(self, text: Text, start: int, number: int, floor: int, path: TraceStart, found: _Found) -> int:
        """Count a known trace, or read and learn it; gives its end."""
        data, occurrence = text.data, found.occurrence
        known = self._known.get(occurrence.skeleton)
        if known is None:
            reading = self._read(text, start, number, floor)
            if reading.end in (0, WAIT):
                return reading.end
            as_found = reading[:2] == (occurrence.end, occurrence.start)
            trace, token = (reading.trace, reading.token) if as_found else (None, None)
            # The compiled part is taught what comes again: in some logs no stack does.
            self._known.learn(path.matcher, occurrence, data, trace, token)
            return reading.end
        if known.token is None or not known.counts(occurrence, data):
            return self._read_and_learn(text, start, number, floor)
        clock, position = self.setup.clock, text.base + occurrence.start
        moment = clock.stamp(data, *found.record) or clock.of_line(data, *found.record)
        if moment is None:
            moment = time_above(clock, data, found.record[0], max(floor - 1, 0))
        # Of a record that prints no time, the lines before it may say it, or the trace's own first line.
        first = occurrence.start, text.end_of_line(occurrence.start)
        unknown = moment is None and (found.beginning.in_record or clock.of_line(data, *first) is not None)
        if unknown or not self.sink.count_again(known.token, moment, text, position):
            return self._read(text, start, number, floor).end
        self.floors[_ONE_WRITER] = text.base + occurrence.end
        self.unread.cover(text, text.base + occurrence.start, text.base + occurrence.end)
        self._teach(number, path, found, known, data)
        return occurrence.end

    def _read_and_learn(self, text: Text, start: int, number: int, floor: int) -> int:
        """Read where no grammar tells what varies; what comes again with other numbers is counted then."""
        reading = self._read(text, start, number, floor)
        trace, data = reading.trace, text.data
        token = reading.token or self.sink.by_message
        if self._teacher is None or trace is None or token is None or trace.uncertain or reading.end <= start:
            return reading.end
        record = self._record_of(data, reading.start, floor)
        if record is None or may_have_time_above(data, record[0]):
            return reading.end
        if self.setup.clock.of_line(data, *record) == reading.moment:
            repeat = Repeat(
                number, start, record, reading.start, reading.end, trace, token, reading.token is None
            )
            lesson = self._repeats.lesson(data, repeat)
            if lesson is not None:
                self._teacher.teach(lesson, data, record)
        return reading.end

    def _record_of(self, data: bytes, start: int, floor: int) -> tuple[int, int] | None:
        """Where the log record's line starts and ends that the trace at ``start`` is, or stands behind."""
        lowest = max(floor - 1, start - LOOK_BACK, 0)
        for _ in range(_MOST_LINES_OF_RECORD):
            if start <= lowest:
                break
            if STARTS_RECORD.match(data, start):
                return start, data.find(b"\n", start) + 1 or len(data)
            start = data.rfind(b"\n", lowest, start - 1) + 1
        return None

    def _teach(
        self, number: int, path: TraceStart, found: _Found, known: KnownTrace | None, data: bytes
    ) -> None:
        if self._teacher is None or known is None or known.token is None:
            return
        # The compiled part looks for a time in the record's own line only.
        if time_above(self.setup.clock, data, found.record[0], 0) is None:
            doubts = path.matcher.doubts_before
            lesson = Lesson(number, found.beginning, found.occurrence, known, doubts)
            self._teacher.teach(lesson, data, found.record)

    def _read(self, text: Text, start: int, number: int, floor: int) -> _Reading:
        data = text.data
        line = text.start_of_line(start)
        if data.find(b"\n", start, line + LONGEST_LINE) < 0 and len(data) > line + LONGEST_LINE:
            text.passed_over.add(text.base + line)
            return _Reading(0)
        if (end := self._prefixed.take_prefixed(text, line)) is not None:
            return _Reading(end)
        if data[start - 1 : start] in (b'"', b"'") and (
            end := read_doubled_quotes(self.setup, self.sink, text, line, start)
        ):
            if end != WAIT:
                self.floors[_ONE_WRITER] = text.base + end
                self.unread.cover(text, text.base + line, text.base + end)
            return _Reading(end)
        limit = min(len(data), line + LIMIT)
        lowest = text.look_back(line, floor)
        final = text.final or limit == line + LIMIT
        formats = self.setup.anchors.owners[number]
        found = read_with_interruptions(formats, data, start, lowest, limit, final)
        if isinstance(found, int):
            if found == 0 and (end := read_lone_line(self.setup, self.sink, text, line, lowest)):
                if end != WAIT:
                    self.unread.cover(text, text.base + line, text.base + end)
                return _Reading(end)
            if found == 0:
                self._look(text, line, lowest)
            return _Reading(found)
        result, cursor = found
        end = cursor.offset
        goes_on = None
        if cursor.ended and limit == line + LIMIT and start == line:
            goes_on = unfinished(self.setup.anchors.owners[number], result, data, start, limit)
            end = data.rfind(b"\n", start, limit) + 1 if goes_on is not None else end
        self.floors[_ONE_WRITER] = text.base + end
        if isinstance(result, Snapshot):
            origin = text.origin(text.base + line)
            self.unread.cover(text, text.base + lowest, text.base + end)
            moment = logged_at(self.setup.clock, data, line, lowest)
            self.sink.snapshot(result, moment, text.position(line), origin)
            return _Reading(end)
        at = result.origin.offset if result.origin.offset is not None else line
        self.unread.cover(text, text.base + at, text.base + end)
        if result.told_again:
            return _Reading(end)
        moment = logged_at(self.setup.clock, data, at, lowest, header=max(line, at))
        if self.sink.detailed:
            self._describe(result, text, at, lowest, moment)
        result.origin = text.origin(text.base + at)
        if goes_on is not None:
            self.held = HeldTrace(goes_on, self.sink, moment, text.position(at), self.floors)
            return _Reading(end, at)
        return _Reading(end, at, result, self.sink.trace(result, moment, text.position(at)), moment)

    def _line_before(self, text: Text, at: int, lowest: int) -> int | None:
        """Where the line before the one at ``at`` starts, if it is not of another trace."""
        if at <= lowest:
            return None
        return max(text.data.rfind(b"\n", lowest, at - 1) + 1, lowest)

    def _describe(self, trace: Trace, text: Text, at: int, lowest: int, moment: Moment | None) -> None:
        tell_time(trace, self.setup.clock, moment)
        before = self._line_before(text, at, lowest)
        line = decode(text.data[before : at - 1].removesuffix(b"\r")) if before is not None else None
        first = decode(text.data[at : text.end_of_line(at)].rstrip(b"\r\n"))
        tell_line_before(trace, line, first, decode(record_above(text.data, at, lowest)))
