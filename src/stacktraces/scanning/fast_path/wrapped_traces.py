"""Known traces in wrapped lines that are all alike, taken without unwrapping line by line."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from ...carriers import Carrier
from ...log_records.clock import Moment
from ...log_records.logged_at import may_have_time_above
from ...log_records.records import STARTS_RECORD
from ...model import Trace
from ...runtimes._grammar import Beginning
from ...unwrapping.streams import Writer
from ...unwrapping.unwrapper import unwrap
from ..reading.text import LOOK_BACK, Text
from ..reading.walker import WAIT, Sink, read_at
from ..setup import ScanSetup, TraceStart
from .known_traces import KnownTraces, Token
from .lessons import Lesson, Teacher
from .line_shapes import Shape, learn, lines, prefixed
from .skeletons import Occurrence

_MOSTLY = 16 << 10
"""Bytes that most traces are shorter than, wrapped."""
_SHAPES = 64
"""Shapes of lines that are remembered."""


class _Run(NamedTuple):
    """An occurrence of a skeleton in lines of one shape."""

    occurrence: Occurrence
    """In ``inner``."""
    beginning: Beginning
    line: int
    """Where its first line starts."""
    inner: bytes
    """The trace and what follows it, unwrapped."""
    raw: bytes
    """The same as it stands in its lines."""
    printed: bytes
    """The time of the first line."""
    end: int
    """Where the wrapped lines of the trace end."""
    before: bytes = b""
    """The log line before it, unwrapped, with its line end."""
    logged: bytes = b""
    """The same as it stands in its line."""


class ReadTrace(NamedTuple):
    """A trace that was read in lines of a writer, with lines of others between them, perhaps."""

    anchor: int
    anchor_line: int
    """The offset in the stream of the line that holds the anchor."""
    trace: Trace
    token: Token
    lines: list[int]
    """The offsets in the stream of the log line before it, of its own, and of the one behind it."""
    text: bytes
    """The trace, unwrapped."""


class WrappedTraces:
    """Takes known traces that lines of a known shape wrap; sets ``floors`` as it goes."""

    def __init__(
        self,
        setup: ScanSetup,
        sink: Sink,
        stack: tuple[Carrier, ...],
        floors: dict[Writer, int],
        teacher: Teacher | None,
    ) -> None:
        self.setup = setup
        self.sink = sink
        self.stack = stack
        self.floors = floors
        self._teacher = teacher
        self._known = teacher.traces if teacher is not None else KnownTraces()
        self.started = 0
        """Where the last trace starts that was taken."""
        self._shapes: list[Shape] = []

    def learn(self, line: bytes) -> None:
        """Remember how ``line``, without its end, is wrapped."""
        if any(shape.line.fullmatch(line + b"\n") for shape in self._shapes):
            return
        record = unwrap(line, self.stack, self.setup.lines)
        shape = learn(line, record) if record is not None else None
        if shape is not None:
            self._shapes = [shape, *self._shapes[: _SHAPES - 1]]

    def learn_prefix(self, prefix: bytes, writer: Writer) -> None:
        """Remember that lines with ``prefix`` are of ``writer``, if no line can bear a known one as well."""
        known = (shape.head for shape in self._shapes)
        if not any(each.startswith(prefix) or prefix.startswith(each) for each in known):
            self._shapes = [prefixed(prefix, writer), *self._shapes[: _SHAPES - 1]]

    def teach(self, text: Text, read: ReadTrace) -> None:
        """Let the compiled part know a trace, if it is one of a grammar in lines of a known shape."""
        paths = self.setup.starts[read.anchor]
        if self._teacher is None or not paths or read.anchor_line not in read.lines[1:]:
            return
        before = read.lines.index(read.anchor_line) - 1
        lines = [offset - text.base for offset in read.lines]
        shape = next((each for each in self._shapes if each.line.match(text.data, lines[1])), None)
        if lines[0] < 0 or shape is None or not shape.constant:
            return
        found = [shape.line.match(text.data, line) for line in lines]
        texts = [each["text"] + b"\n" for each in found if each is not None]
        raw = b"".join(texts[1:])
        inner = shape.unwrap(raw)
        if len(texts) < len(lines) or inner is None:
            return
        for path, beginning in _beginnings(paths, before):
            logged = texts[1] if beginning.in_record else texts[0]
            record = shape.unwrap(logged)
            if not _is_record(path, beginning, record) or not self._is_dated(shape, found[1], record):
                continue
            if not shape.time and _lacks_time(record):
                continue
            occurrence = path.matcher.match(inner, 0, len(inner), in_record=beginning.in_record)
            if occurrence is None or inner[: occurrence.end] != read.text:
                continue
            known = self._known.get(occurrence.skeleton)
            known = known or self._known.learn(path.matcher, occurrence, inner, read.trace, read.token)
            if known is not None:
                lesson = Lesson(read.anchor, beginning, occurrence, known, path.matcher.doubts_before)
                printed = found[1]["time"] if shape.time and found[1] is not None else b""
                self._teacher.teach_wrapped(lesson, shape, logged, raw, inner, printed)

    def _is_dated(self, shape: Shape, line: re.Match[bytes] | None, record: bytes | None) -> bool:
        """Whether the time that the carrier printed on ``line`` counts: no year in ``record`` says more."""
        printed = line["time"] if shape.time and line is not None else b""
        clock = self.setup.clock
        return not printed or clock.of_carrier(printed, record or b"") == clock.of_printed(printed)

    def take(self, text: Text, line: int, start: int, number: int) -> int:
        """Takes the trace whose first anchor, in the line at ``line``, is at ``start``.

        Gives the end of its lines; 0 where there is none, or no log line of the same shape before it;
        ``WAIT`` where the lines at hand end in the trace.
        """
        paths = self.setup.starts[number]
        for shape in self._shapes if paths else ():
            first = shape.line.match(text.data, line)
            if first is None:
                continue
            for path in paths:
                run = self._run(text, line, start - first.start("text"), shape, path)
                if isinstance(run, _Run):
                    return self._take(text, shape, run, path, number)
                if run:
                    return run
            return 0
        return 0

    def _run(self, text: Text, anchor: int, column: int, shape: Shape, path: TraceStart) -> _Run | int:
        """The occurrence of a skeleton with an anchor in the line at ``anchor``; 0 for none, or ``WAIT``."""
        reached = 0
        for beginning in path.beginnings:
            in_same_line = beginning.in_record and not beginning.lines_before
            if beginning.column != column and not in_same_line:
                continue
            line: int | None = anchor
            for _ in range(beginning.lines_before):
                line = self._line_before(text, line, shape) if line is not None else None
            if line is None:
                continue
            logged = line if beginning.in_record else self._line_before(text, line, shape)
            if logged is None:
                continue
            raw = shape.raw(text.data, logged, text.end_of_line(logged))
            before = shape.unwrap(raw)
            if before is None or not _is_record(path, beginning, before):
                continue
            run = self._run_from(text, line, shape, path, beginning)
            if isinstance(run, _Run):
                return run._replace(logged=raw, before=before)
            reached = max(reached, run)
        cut = reached and not text.final and len(text.data) - anchor < _MOSTLY
        return WAIT if cut and text.data.find(b"\n", reached) < 0 else 0

    def _run_from(
        self, text: Text, line: int, shape: Shape, path: TraceStart, beginning: Beginning
    ) -> _Run | int:
        """The occurrence whose first line is at ``line``; else where the lines end that were looked at."""
        data, reached = text.data, line
        first = shape.line.match(data, line)
        printed = first["time"] if shape.time and first is not None else b""
        for pattern in shape.runs:
            run = pattern.match(data, line)
            if run is None:
                continue
            reached = run.end()
            raw = shape.raw(data, line, reached)
            inner = shape.unwrap(raw)
            if inner is None:
                return 0
            if found := path.matcher.match(inner, 0, len(inner), in_record=beginning.in_record):
                end = _behind(data, line, reached, inner, found.end)
                return _Run(found, beginning, line, inner, raw, printed, end)
        return reached

    def _line_before(self, text: Text, line: int, shape: Shape) -> int | None:
        """Where the line before starts, if it is of this shape and not of another trace."""
        at = text.data.rfind(b"\n", max(line - LOOK_BACK, 0), max(line - 1, 0)) + 1
        if (at == 0 and text.base) or text.base + at < self.floors.get(shape.writer, 0):
            return None
        found = shape.line.match(text.data, at)
        return at if found is not None and found.end() == line else None

    def _moment(self, run: _Run) -> Moment | None:
        clock = self.setup.clock
        found = clock.of_carrier(run.printed, run.before) if run.printed else None
        return found or clock.of_line(run.before, 0, len(run.before) - 1)

    def _take(self, text: Text, shape: Shape, run: _Run, path: TraceStart, number: int) -> int:
        position = text.number, text.base + run.line
        moment = self._moment(run)
        if moment is None and (run.beginning.in_record or _lacks_time(run.before)):
            return 0
        known = self._known.get(run.occurrence.skeleton)
        comes_again = known is not None
        if known is None:
            trace = self._read(run, number)
            if trace is None:
                return 0
            trace.origin = text.origin(position[1])
            token = self.sink.trace(trace, moment, (text.number, text.source_offset(position[1])))
            known = self._known.learn(path.matcher, run.occurrence, run.inner, trace, token)
        elif (
            known.token is None
            or not known.counts(run.occurrence, run.inner)
            or not self.sink.count_again(known.token, moment, text, position[1])
        ):
            return 0
        self.floors[shape.writer] = text.base + run.end
        self.started = run.line
        as_printed = not run.printed or moment == self.setup.clock.of_printed(run.printed)
        if (
            comes_again
            and as_printed
            and shape.constant
            and self._teacher is not None
            and known is not None
            and known.token is not None
        ):
            doubts = path.matcher.doubts_before
            lesson = Lesson(number, run.beginning, run.occurrence, known, doubts)
            self._teacher.teach_wrapped(lesson, shape, run.logged, run.raw, run.inner, run.printed)
        return run.end

    def _read(self, run: _Run, number: int) -> Trace | None:
        """The trace that stands there, if the format's reader takes the same lines for one."""
        before = b"" if run.beginning.in_record else run.before
        anchor = start = len(before)
        for _ in range(run.beginning.lines_before):
            anchor = run.inner.find(b"\n", anchor - start) + 1 + start
        data = before + run.inner
        found = read_at(self.setup.anchors.owners[number], data, anchor, 0, len(data), False)
        if isinstance(found, int):
            return None
        trace, cursor = found
        if not isinstance(trace, Trace) or cursor.offset != start + run.occurrence.end:
            return None
        return trace if trace.origin.offset == start else None


def _beginnings(paths: tuple[TraceStart, ...], before: int) -> Iterator[tuple[TraceStart, Beginning]]:
    """The beginnings so many lines before the anchor."""
    for path in paths:
        for beginning in path.beginnings:
            if beginning.lines_before == before:
                yield path, beginning


def _lacks_time(record: bytes | None) -> bool:
    """Whether the line above ``record`` may say when it was logged."""
    return record is not None and may_have_time_above(record)


def _is_record(path: TraceStart, beginning: Beginning, line: bytes | None) -> bool:
    """Whether ``line`` starts a log record which says nothing that the trace's reader may heed."""
    if line is None or line[:1] == b"{" or not STARTS_RECORD.match(line):
        return False
    return beginning.in_record or not path.matcher.is_doubtful_before(line, 0, len(line))


def _behind(data: bytes, start: int, stop: int, inner: bytes, size: int) -> int:
    """Where the lines end that hold the first ``size`` bytes of ``inner``, all of which is in some lines."""
    behind = inner.count(b"\n", size)
    if behind == 1:
        return data.rfind(b"\n", start, stop - 1) + 1
    found = lines(inner.count(b"\n", 0, size)).match(data, start, stop)
    return found.end() if found is not None else stop
