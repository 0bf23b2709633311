"""Several processes on the parts of one scan, with the result of a single one.

The first process begins alone, so that the stacks that come again and again are read once; then the others
are forked, know them, and take a part each. Where two parts meet, the second process does not know how the
first one will end: whether a trace reaches over the border. It starts from a guess, made by scanning the last
megabyte before the border. When the first one has ended otherwise (which takes a trace longer than that), the
part is scanned again from there.
"""

from __future__ import annotations

import gc
import multiprocessing
import signal
from collections.abc import Callable, Iterator, Mapping
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from typing import Any

import msgspec
from msgspec.structs import replace

from ...log_records.clock import Moment
from ...model import Error, Origin, Snapshot, Trace
from ...results.result import Unread
from ...results.unread import placed
from ...sources.inputs import Readable
from ...sources.interruption import Interruption
from ...sources.members import MembersDiffer
from ...sources.paths import STANDARD_INPUT
from ..grouping.tallies import Grouping
from ..grouping.tally import Key, Position, Tally
from ..options import Options, Totals
from ..reading.scanner import Scan, make_grouping
from ..reading.walker import State, Walker
from .partition import Part, plan, start_of_line

_RUN_UP = 1 << 20
"""Bytes before a border that are scanned to guess the state there."""
_PATIENCE = 0.2
"""Seconds between two looks whether the scan is to end."""


class Partial(msgspec.Struct, kw_only=True):
    """What the scan of some parts, one after another, gave."""

    full: bool
    """As many groups were met as are kept, the process died, or members differ: what follows is not all."""
    tallies: list[Tally] = []
    traces: int = 0
    beyond: int = 0
    snapshots: int = 0
    totals: Totals = msgspec.field(default_factory=Totals)
    start: State | None = None
    """The guess that the first part started from, if not from the start of a file."""
    end: State | None = None
    """Where the last part came to: to its border, or behind the trace that reaches over it."""
    lines: int = 0
    """Line ends in the last part; lines of the sources count from their part's start."""


class _Nowhere:
    """A sink for a run-up."""

    span: tuple[int, int] | None = None
    by_message: str | None = None
    detailed = False

    def count_again(self, *_: object) -> bool:
        return True

    def trace(self, trace: Trace, moment: Moment | None, position: Position) -> str:
        return "seen"

    def snapshot(self, snapshot: Snapshot, moment: Moment | None, position: Position, origin: Origin) -> None:
        pass


def scan_in_parallel(
    files: list[tuple[int, str | Readable]],
    grouping: Grouping,
    options: Options,
    advance: Callable[[int], None] | None,
    interruption: Interruption,
) -> Totals | None:
    """Scan ``files`` into ``grouping``, which is empty, with ``options.jobs`` processes.

    ``None`` where one process must do it: standard input, little text, no way to fork, more groups than are
    kept, or members of a compressed file that are not where they seemed to be. Then ``grouping`` is of no use
    any more.
    """
    local = [(number, each) for number, each in files if isinstance(each, str) and each != STANDARD_INPUT]
    if len(local) < len(files) or "fork" not in multiprocessing.get_all_start_methods():
        return None
    warm_up, tasks = plan(local, options.jobs)
    if len(tasks) < 2:
        return None
    grouping.paths = {part.number: part.path for task in tasks for part in task}
    scan = Scan(grouping, options, interruption=interruption)
    work = _Work(scan, grouping, tasks[0])
    told = 0
    children = None
    try:
        for _ in work:
            if scan.totals.bytes >= warm_up:
                break
        children = _Children(scan, grouping, tasks[1:])
        for _ in work:
            if advance is not None:
                advance((scan.totals.bytes - told) * options.jobs)
                told = scan.totals.bytes
        partials = [work.partial({}), *children.partials()]
        if any(each.full for each in partials) and not interruption.told:
            return None
        return _merge(partials, tasks, scan, grouping)
    except MembersDiffer:
        return None
    finally:
        if children is not None:
            children.end()


def _guess(scan: Scan, part: Part) -> State:
    """The state in which a scan probably passes the start of ``part``."""
    assert part.start is not None
    run_up = max(part.start - _RUN_UP, 0)
    state = State(start_of_line(part.source, run_up) or run_up, ())
    for walker in Scan(_Nowhere(), scan.options, scan.setup).part(part.source, 0, state, part.start):
        state = walker.state() if walker is not None and walker.reader is not None else state
    return state


class _Work:
    """Scans some parts one after another; iterating goes on by a chunk a step."""

    def __init__(self, scan: Scan, grouping: Grouping, task: list[Part], start: State | None = None) -> None:
        self._scan = scan
        self._grouping = grouping
        self._task = task
        self._walker: Walker | None = None
        self._start = start
        self._steps = self._all_steps()

    def __iter__(self) -> Iterator[None]:
        return self._steps

    def _all_steps(self) -> Iterator[None]:
        start = self._start
        for part in self._task:
            for walker in self._scan.part(part.source, part.number, start, part.until):
                self._walker = walker
                yield
            start = None

    def partial(self, known: Mapping[str, Key]) -> Partial:
        """What was found; of the groups that are ``known``, unless their example is another, without it."""
        grouping, walker = self._grouping, self._walker
        end = walker.state() if walker is not None and walker.reader is not None else None
        tallies = [each for each in grouping.settled() if each.count]
        for each in tallies:
            if known.get(each.fingerprint) == each.first:
                each.error = Error()
        return Partial(
            tallies=tallies,
            traces=grouping.traces,
            beyond=grouping.beyond,
            snapshots=grouping.snapshots,
            totals=self._scan.totals,
            start=self._start,
            end=end,
            lines=walker.text.line_at(end.offset) - 1 if walker is not None and end is not None else 0,
            full=len(grouping.tallies) >= grouping.most,
        )


class _Children:
    """Processes that each do a task, knowing all that ``scan`` knows now."""

    def __init__(self, scan: Scan, grouping: Grouping, tasks: list[list[Part]]) -> None:
        context: Any = multiprocessing.get_context("fork")
        self._running: list[tuple[BaseProcess, Connection]] = []
        self._interruption = scan.interruption
        gc.freeze()  # What is shared stays shared: looking for garbage would write to it.
        for task in tasks:
            ours, theirs = context.Pipe(duplex=False)
            process = context.Process(target=_work, args=(scan, grouping, task, theirs), daemon=True)
            process.start()
            theirs.close()
            self._running.append((process, ours))
        gc.unfreeze()

    def partials(self) -> Iterator[Partial]:
        """What each task gives, in order; what it has when the scan is interrupted."""
        told = False
        for _, connection in self._running:
            while not connection.poll(_PATIENCE):
                if self._interruption.told and not told:
                    told = True
                    for each, _ in self._running:
                        each.terminate()
            try:
                yield msgspec.msgpack.decode(connection.recv_bytes(), type=Partial)
            except EOFError:
                yield Partial(full=True)

    def end(self) -> None:
        """End what still runs."""
        for process, _ in self._running:
            process.kill()
            process.join()


def _work(scan: Scan, grouping: Grouping, task: list[Part], connection: Connection) -> None:
    # The terminal tells all processes; the first one tells its workers.
    for each in (signal.SIGINT, signal.SIGHUP):
        signal.signal(each, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, lambda *_: scan.interruption.tell())
    known = {name: each.first for name, each in grouping.tallies.items()}
    grouping.start_anew()
    scan.totals = Totals(unreadable=[], unread=[])
    scan.setup.failures.take()
    try:
        start = _guess(scan, task[0]) if task[0].start is not None else None
        partial = _do(_Work(scan, grouping, task, start), known)
    except MembersDiffer:
        partial = Partial(full=True)
    connection.send_bytes(msgspec.msgpack.encode(partial))
    connection.close()


def _do(work: _Work, known: Mapping[str, Key]) -> Partial:
    for _ in work:
        pass
    return work.partial(known)


def _merge(partials: list[Partial], tasks: list[list[Part]], scan: Scan, grouping: Grouping) -> Totals | None:
    """Add to ``grouping``, which has what the first task gave, what the others did."""
    totals = scan.totals
    end = partials[0].end
    lines: int | None = partials[0].lines
    for task, given in zip(tasks[1:], partials[1:], strict=True):
        partial, first = given, task[0]
        if first.start is not None:
            if partial.start != end and scan.interruption.told:
                lines = None
            elif end is None:
                return None
            elif partial.start != end:
                anew = make_grouping(scan.options, scan.setup.clock)
                partial = _do(_Work(Scan(anew, scan.options, scan.setup), anew, task, end), {})
            _shift(partial.tallies, first.number, lines)
            partial.totals.unread = _shifted(partial.totals.unread, first.path, lines)
        before = lines if len(task) == 1 and first.start is not None else 0
        lines = None if before is None else partial.lines + before
        end = partial.end
        grouping.merge(partial.tallies)
        grouping.traces += partial.traces
        grouping.beyond += partial.beyond
        grouping.snapshots += partial.snapshots
        totals.bytes += partial.totals.bytes
        totals.files += partial.totals.files
        totals.unread += partial.totals.unread
        totals.unreadable += partial.totals.unreadable
    return totals


def _shift(tallies: list[Tally], file: int, lines: int | None) -> None:
    """Let the sources in a file count lines from its start: so many more, ``None`` where nobody knows."""
    for tally in tallies:
        tally.sources = [
            (at, number, offset, line if number != file else 0 if lines is None else line + lines)
            for at, number, offset, line in tally.sources
        ]


def _shifted(unread: list[Unread], path: str, lines: int | None) -> list[Unread]:
    """The same for places at which nothing was read."""

    def shifted(origin: Origin) -> Origin:
        if origin.path != path:
            return origin
        line = None if lines is None or origin.line is None else origin.line + lines
        return replace(origin, line=line)

    return placed(unread, shifted)
