"""Logs of any size to the traces in them: found at the speed of the disk, in bounded memory."""

from __future__ import annotations

import contextlib
import gc
import time
from collections.abc import Callable, Iterable, Iterator

from ..log_records.clock import Clock, Moment
from ..model import Origin, Snapshot, Trace
from ..signatures.culprit import culprit
from ..signatures.fatal import fatal_traces
from ..sources.interruption import NOT_BEGUN, Interruption
from ..sources.paths import expand
from .grouping.tallies import Grouping, Position, group_of
from .grouping.timeline import Timeline
from .grouping.wanted import Wanted
from .options import Options, Result, Stats, Totals, Unread, Unreadable
from .reading.scanner import Scan, wanted_by
from .reading.unread import merged

_ALLOCATIONS = 1_000_000
"""Objects between two looks for garbage."""

__all__ = ["Occurrences", "Options", "Result", "Stats", "Timeline", "Unread", "Unreadable", "group"]


def group(
    paths: Iterable[str],
    options: Options | None = None,
    advance: Callable[[int], None] | None = None,
    interruption: Interruption | None = None,
) -> Result:
    """Scan files, folders, globs and ``-`` (standard input), and group what is found.

    ``advance`` is told of bytes as they are read. Once ``interruption`` is told, the result so far is given.
    Files that cannot be read are told in the result. Raises ``UsageError`` for options that are wrong.
    """
    options, interruption = options or Options(), interruption or Interruption()
    begun = time.monotonic()
    clock = Clock(options.zone, options.now)
    files = expand(paths)
    with _few_collections():
        found = None
        if options.jobs > 1:
            found = _in_parallel(files, clock, options, advance, interruption)
        grouping, done = found or _in_turn(files, clock, options, advance, interruption)
        return _result(grouping, done, clock, begun)


def _result(grouping: Grouping, done: Totals, clock: Clock, begun: float) -> Result:
    tallies = grouping.settled()
    unreadable = _without_repetition(done.unreadable)
    stats = Stats(
        bytes=done.bytes,
        traces=grouping.traces,
        groups=len(tallies),
        beyond=grouping.beyond,
        snapshots=grouping.snapshots,
        files=done.files,
        unreadable=len(unreadable),
        unread=merged(done.unread),
        seconds=round(time.monotonic() - begun, 3),
    )
    return Result(
        groups=[group_of(each, clock, culprit, grouping.paths) for each in tallies],
        timelines={each.fingerprint: each.timeline for each in tallies},
        stats=stats,
        unreadable=unreadable,
    )


def _without_repetition(unreadable: list[Unreadable]) -> list[Unreadable]:
    """Of many files that an interrupted scan did not come to, one is named, with how many there are."""
    unreadable = list(dict.fromkeys(unreadable))
    left = [each for each in unreadable if each.reason.endswith(NOT_BEGUN)]
    if len(left) < 2:
        return unreadable
    more = f"{len(left) - 1:,} more {'file' if len(left) == 2 else 'files'}"
    told = Unreadable(left[0].path, f"{left[0].path} and {more} were not read: interrupted.")
    return [*(each for each in unreadable if not each.reason.endswith(NOT_BEGUN)), told]


@contextlib.contextmanager
def _few_collections() -> Iterator[None]:
    """Look for garbage more seldom: a scan makes no cycles, and what it keeps is looked at each time."""
    usual = gc.get_threshold()
    gc.set_threshold(_ALLOCATIONS, *usual[1:])
    try:
        yield
    finally:
        gc.set_threshold(*usual)


def _in_parallel(
    files: list[str],
    clock: Clock,
    options: Options,
    advance: Callable[[int], None] | None,
    interruption: Interruption,
) -> tuple[Grouping, Totals] | None:
    from .parallel.processes import scan_in_parallel

    grouping = Grouping(options.max_groups, wanted_by(options), clock)
    totals = scan_in_parallel(files, grouping, options, advance, interruption)
    return (grouping, totals) if totals is not None else None


def _in_turn(
    files: list[str],
    clock: Clock,
    options: Options,
    advance: Callable[[int], None] | None,
    interruption: Interruption,
) -> tuple[Grouping, Totals]:
    grouping = Grouping(options.max_groups, wanted_by(options), clock)
    scan, told = Scan(grouping, options, interruption=interruption), 0
    for path in files:
        for _ in scan.steps(path):
            if advance is not None:
                advance(scan.totals.bytes - told)
                told = scan.totals.bytes
    return grouping, scan.totals


class _Collecting:
    """A sink that keeps occurrences until they are taken."""

    detailed = True

    def __init__(self, wanted: Wanted) -> None:
        self.wanted = wanted
        self.found: list[Trace] = []

    def count_again(self, *_: object) -> bool:
        return False

    def trace(self, trace: Trace, moment: Moment | None, position: Position) -> None:
        if self.wanted.of(trace) and self.wanted.at(moment):
            self.found.append(trace)

    def snapshot(self, snapshot: Snapshot, moment: Moment | None, position: Position, origin: Origin) -> None:
        for trace in fatal_traces(snapshot, origin):
            self.trace(trace, moment, position)


class Occurrences:
    """Every trace in some files, in order, one at a time; the totals are complete at the end."""

    def __init__(
        self,
        paths: Iterable[str],
        options: Options | None = None,
        interruption: Interruption | None = None,
    ) -> None:
        """Once ``interruption`` is told, what was read so far is all."""
        self._files = expand(paths)
        self._options = options or Options()
        self._interruption = interruption
        self.stats = Stats()
        self.unreadable: list[Unreadable] = []

    def __iter__(self) -> Iterator[Trace]:
        begun = time.monotonic()
        sink = _Collecting(wanted_by(self._options))
        scan = Scan(sink, self._options, interruption=self._interruption)
        for path in self._files:
            for _ in scan.steps(path):
                for each in sink.found:
                    self.stats.traces += 1
                    yield each
                sink.found.clear()
        self.unreadable = _without_repetition(scan.totals.unreadable)
        self.stats.bytes, self.stats.files = scan.totals.bytes, scan.totals.files
        self.stats.unreadable = len(self.unreadable)
        self.stats.unread = merged(scan.totals.unread)
        self.stats.seconds = round(time.monotonic() - begun, 3)
