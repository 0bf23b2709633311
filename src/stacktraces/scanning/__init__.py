"""Logs of any size to the traces in them: found at the speed of the disk, in bounded memory."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, TypeAlias

import msgspec

from .._garbage import few_collections
from ..log_records.clock import Clock, Moment
from ..model import Origin, Snapshot, Trace
from ..results.result import Result, Stats, Unreadable
from ..results.unread import added_up
from ..signatures.fatal import fatal_traces
from ..sources.inputs import Input, Readable, expand, label_of
from ..sources.interruption import Interruption
from ..sources.paths import in_order
from .grouping.results import result_of, without_repetition
from .grouping.tallies import Grouping
from .grouping.tally import Position
from .grouping.wanted import Wanted
from .options import Options, Totals
from .reading.scanner import Scan, make_grouping, wanted_by

if TYPE_CHECKING:
    from ..sources.cursors import CursorFile

FOREVER = 2**62
"""An offset behind every stream."""

Span: TypeAlias = tuple[int, int]
"""The offsets of a stream between which traces start that count."""

__all__ = ["Occurrences", "Options", "Result", "Stats", "Unreadable", "group"]


def group(
    sources: Iterable[Input],
    options: Options | None = None,
    advance: Callable[[int], None] | None = None,
    interruption: Interruption | None = None,
    *,
    start: int | None = None,
    end: int | None = None,
    cursor: CursorFile | None = None,
) -> Result:
    """Scan files, folders, globs, URLs, ``-`` (standard input) and sources, and group what is found.

    With ``start`` or ``end`` only traces count that start at a byte in [start, end) of each source. With
    ``cursor`` only those count that stand behind where it says the source was read to; it is told how far
    that is now, but not saved. ``advance`` is told of bytes as they are read. Once ``interruption`` is told,
    the result so far is given. What cannot be read is told in the result. Raises ``UsageError`` for options
    that are wrong.
    """
    options, interruption = options or Options(), interruption or Interruption()
    begun = time.monotonic()
    clock = Clock(options.zone, options.now)
    files = numbered(expand(sources))
    span = None if start is None and end is None else (max(start or 0, 0), FOREVER if end is None else end)
    with few_collections():
        found = None
        if options.jobs > 1 and span is None and cursor is None:
            found = _in_parallel(files, clock, options, advance, interruption)
        alone = msgspec.structs.replace(options, jobs=1)
        grouping, done = found or _in_turn(files, clock, alone, advance, interruption, span, cursor)
        result = result_of(grouping, done, clock)
    result.stats.seconds = round(time.monotonic() - begun, 3)
    return result if span is None else result.merge()


def numbered(sources: Sequence[str | Readable]) -> list[tuple[int, str | Readable]]:
    """``sources`` in their order, each with its rank by name, the order of places in a result."""
    ranks = {name: rank for rank, name in enumerate(in_order({label_of(each) for each in sources}))}
    return [(ranks[label_of(each)], each) for each in sources]


def _in_parallel(
    files: list[tuple[int, str | Readable]],
    clock: Clock,
    options: Options,
    advance: Callable[[int], None] | None,
    interruption: Interruption,
) -> tuple[Grouping, Totals] | None:
    from .parallel.processes import scan_in_parallel

    grouping = make_grouping(options, clock)
    totals = scan_in_parallel(files, grouping, options, advance, interruption)
    return (grouping, totals) if totals is not None else None


def _in_turn(
    files: list[tuple[int, str | Readable]],
    clock: Clock,
    options: Options,
    advance: Callable[[int], None] | None,
    interruption: Interruption,
    span: Span | None,
    cursor: CursorFile | None,
) -> tuple[Grouping, Totals]:
    grouping = make_grouping(options, clock, span)
    scan, told = Scan(grouping, options, interruption=interruption), 0
    for number, source in files:
        if cursor is None:
            work = steps(scan, source, number, span)
        else:
            from .reading.spans import steps_behind

            work = steps_behind(scan, grouping, source, number, cursor)
        for _ in work:
            if advance is not None:
                advance(scan.totals.bytes - told)
                told = scan.totals.bytes
    return grouping, scan.totals


def steps(scan: Scan, source: str | Readable, number: int, span: Span | None) -> Iterator[object]:
    """Scan ``source``, or what starts in ``span`` of it; a step is a chunk."""
    if span is None:
        return scan.part(source, number)
    from .reading.spans import span_steps

    return span_steps(scan, source, number, span)


class _Collecting:
    """A sink that keeps occurrences until they are taken."""

    by_message: str | None = None
    detailed = True

    def __init__(self, wanted: Wanted, span: Span | None) -> None:
        self.wanted = wanted
        self.span = span
        self.found: list[Trace] = []

    def count_again(self, *_: object) -> bool:
        return False

    def trace(self, trace: Trace, moment: Moment | None, position: Position) -> None:
        if self.span is not None and not self.span[0] <= position[1] < self.span[1]:
            return
        if self.wanted.of(trace) and self.wanted.at(moment):
            trace.origin.time_ns = moment[0] if moment is not None else None
            self.found.append(trace)

    def snapshot(self, snapshot: Snapshot, moment: Moment | None, position: Position, origin: Origin) -> None:
        for trace in fatal_traces(snapshot, origin):
            self.trace(trace, moment, position)


class Occurrences:
    """Every trace in some sources, in order, one at a time; the totals are complete at the end."""

    def __init__(
        self,
        sources: Iterable[Input],
        options: Options | None = None,
        interruption: Interruption | None = None,
        *,
        start: int | None = None,
        end: int | None = None,
    ) -> None:
        """Arguments as for :func:`group`."""
        self._files = numbered(expand(sources))
        self._options = options or Options()
        self._interruption = interruption
        if start is None and end is None:
            self._span = None
        else:
            self._span = max(start or 0, 0), FOREVER if end is None else end
        self.stats = Stats()
        self.unreadable: list[Unreadable] = []

    def __iter__(self) -> Iterator[Trace]:
        begun = time.monotonic()
        sink = _Collecting(wanted_by(self._options), self._span)
        scan = Scan(sink, self._options, interruption=self._interruption)
        for number, source in self._files:
            for _ in steps(scan, source, number, self._span):
                for each in sink.found:
                    self.stats.traces += 1
                    yield each
                sink.found.clear()
        self.unreadable = without_repetition(scan.totals.unreadable)
        self.stats.bytes, self.stats.files = scan.totals.bytes, scan.totals.files
        self.stats.unreadable = len(self.unreadable)
        self.stats.unread = added_up(scan.totals.unread)
        self.stats.seconds = round(time.monotonic() - begun, 3)
