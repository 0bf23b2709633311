"""Several processes on the parts of one scan, with the result of a single one.

Where two parts meet, the second process does not know how the first one will end: whether a trace reaches
over the border. It starts from a guess, made by scanning the last megabyte before the border. When the
first one has ended otherwise (which takes a trace longer than that), the part is scanned again from there.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
from collections.abc import Iterator
from multiprocessing.connection import Connection
from typing import Any

import msgspec

from ..model import Origin, Snapshot, Trace
from ..sources.paths import STANDARD_INPUT
from ..sources.streams import is_plain_file
from .groups import Grouping, Position, Tally
from .options import Options, Totals, Unreadable
from .serial import Scan, scan_part, wanted_by
from .times import Clock, Moment
from .walker import State

_RUN_UP = 1 << 20
"""Bytes before a border that are scanned to guess the state there."""
_SMALLEST_PART = 8 << 20
_PACKED_WEIGHT = 8
"""A compressed byte takes about as long as so many plain ones."""


class Part(msgspec.Struct, frozen=True):
    """A file, or a range of one."""

    path: str
    number: int
    """Of the file, in the order of the scan."""
    start: State | None = None
    until: int | None = None


class Partial(msgspec.Struct):
    """What the scan of one part gave."""

    tallies: list[Tally]
    traces: int
    beyond: int
    snapshots: int
    bytes: int
    files: int
    unreadable: list[Unreadable]
    lines: int = 0
    """Line ends from the part's start to ``end``; lines of the sources count from its start."""
    end: State | None = None
    """Where it came to: at the border, or behind the trace that reaches over it."""


class _Nowhere:
    """A sink for a run-up."""

    detailed = False

    def again(self, *_: object) -> bool:
        return True

    def trace(self, trace: Trace, moment: Moment | None, position: Position) -> str:
        return "seen"

    def snapshot(self, snapshot: Snapshot, moment: Moment | None, position: Position, origin: Origin) -> None:
        pass


def scan_in_parallel(files: list[str], grouping: Grouping, options: Options) -> Totals | None:
    """Scan ``files`` into ``grouping`` with ``options.jobs`` processes.

    ``None``, and nothing done, where the parts cannot be told apart beforehand: standard input, little
    text, or more groups than are kept.
    """
    if STANDARD_INPUT in files:
        return None
    tasks = _tasks(files, options)
    if len(tasks) < 2:
        return None
    partials: list[tuple[Part, Partial]] = []
    for task, done in zip(tasks, _run(tasks, options), strict=True):
        if done is None or any(len(each.tallies) >= options.max_groups for each in done):
            return None
        partials += zip(task, done, strict=True)
    return _merge(partials, grouping, options)


def _tasks(files: list[str], options: Options) -> list[list[Part]]:
    """The files in order, cut into about as many pieces of equal work as there are jobs."""
    sizes = [is_plain_file(path) for path in files]
    weights = [_weight(path) if size is None else size for path, size in zip(files, sizes, strict=True)]
    share = max(sum(weights) // options.jobs + 1, _SMALLEST_PART)
    tasks: list[list[Part]] = [[]]
    room = share
    for number, (path, size, weight) in enumerate(zip(files, sizes, weights, strict=True)):
        start: State | None = None
        at = 0
        while size is not None and weight - at > room + _SMALLEST_PART // 2:
            border = _border(path, at + room, options)
            if border is None or border.offset <= at:
                break
            tasks[-1].append(Part(path, number, start, border.offset))
            tasks.append([])
            start, at, room = border, border.offset, share
        tasks[-1].append(Part(path, number, start))
        room -= weight - at
        if room <= 0:
            tasks.append([])
            room = share
    return [task for task in tasks if task]


def _weight(path: str) -> int:
    try:
        return os.stat(path).st_size * _PACKED_WEIGHT
    except (OSError, ValueError):
        return 0


def _border(path: str, target: int, options: Options) -> State | None:
    """The state in which a scan probably passes the line at ``target``."""
    run_up = max(target - _RUN_UP, 0)
    try:
        with open(path, "rb") as file:
            file.seek(run_up)
            around = file.read(target - run_up + _RUN_UP)
    except OSError:
        return None
    first = around.find(b"\n") + 1
    last = around.find(b"\n", target - run_up) + 1
    if not first or not last:
        return None
    start = State(run_up + first, ())
    scan = Scan(_Nowhere(), options)
    return scan_part(scan, path, 0, start, run_up + last).state()


def _run(tasks: list[list[Part]], options: Options) -> Iterator[list[Partial] | None]:
    """What each task gives, in order; ``None`` for one whose process died."""
    method = "fork" if "fork" in multiprocessing.get_all_start_methods() else "spawn"
    context: Any = multiprocessing.get_context(method)
    running: list[tuple[Any, Connection]] = []
    waiting = iter(tasks)

    def start_next() -> None:
        task = next(waiting, None)
        if task is not None:
            ours, theirs = context.Pipe(duplex=False)
            process = context.Process(target=_work, args=(task, options, theirs), daemon=True)
            process.start()
            theirs.close()
            running.append((process, ours))

    try:
        for _ in range(options.jobs):
            start_next()
        while running:
            process, connection = running[0]
            try:
                yield msgspec.msgpack.decode(connection.recv_bytes(), type=list[Partial])
            except EOFError:
                yield None
            process.join()
            del running[0]
            start_next()
    finally:
        for process, _ in running:
            process.terminate()


def _work(task: list[Part], options: Options, connection: Connection) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # The terminal tells all processes; ours ends its workers.
    connection.send_bytes(msgspec.msgpack.encode([_scan(part, options) for part in task]))
    connection.close()


def _scan(part: Part, options: Options) -> Partial:
    grouping = Grouping(options.max_groups, wanted_by(options), Clock(options.zone, options.now))
    scan = Scan(grouping, options)
    walker = scan_part(scan, part.path, part.number, part.start, part.until)
    end = walker.state() if walker.reader is not None else None
    return Partial(
        tallies=grouping.settled(),
        traces=grouping.traces,
        beyond=grouping.beyond,
        snapshots=grouping.snapshots,
        bytes=scan.totals.bytes,
        files=scan.totals.files if part.start is None else 0,
        unreadable=scan.totals.unreadable,
        lines=walker.text.line_at(end.offset) - 1 if end is not None else 0,
        end=end,
    )


def _merge(partials: list[tuple[Part, Partial]], grouping: Grouping, options: Options) -> Totals | None:
    totals = Totals(unreadable=[])
    end: State | None = None
    lines = 0
    for part, partial in partials:
        if part.start is None:
            lines = 0
        elif end != part.start:
            if end is None:
                return None
            partial = _scan(Part(part.path, part.number, end, part.until), options)
        for tally in partial.tallies:
            for _, origin in tally.sources:
                origin.line = (origin.line or 0) + lines
        lines += partial.lines
        end = partial.end
        grouping.merge(partial.tallies)
        grouping.traces += partial.traces
        grouping.snapshots += partial.snapshots
        totals.bytes += partial.bytes
        totals.files += partial.files
        totals.unreadable += partial.unreadable
    return totals
