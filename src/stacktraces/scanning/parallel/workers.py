"""What a worker of an executor does, and what it keeps from one task of a scan to the next.

A stack that was read in one task is only counted in the next ones. The result of a task leaves out the error
of a group where a result that this worker gave before bears it, of an earlier occurrence: the sum shows that.
"""

from __future__ import annotations

import threading
from collections.abc import Sequence

import msgspec

from ..._garbage import few_collections
from ...log_records.clock import Clock
from ...model import Error, Group
from ...results.packed import PackedResult, packed
from ...results.result import Result
from ...sources.inputs import Readable, expand
from ...sources.members import Members, MembersDiffer
from ...sources.seekable import SeekableSource
from .. import FOREVER
from ..grouping.results import result_of
from ..grouping.tally import Key
from ..options import Options, Totals
from ..reading.scanner import Scan, make_grouping
from ..reading.spans import span_steps

_MOST_IDLE = 16
"""Workers of one process that are kept: as many tasks may be done in it at the same time."""


class Task(msgspec.Struct, frozen=True):
    """Files, or a part of one."""

    sources: tuple[str, ...]
    """Paths and URLs, as a worker can open them."""
    numbers: tuple[int, ...]
    """The rank of each by name, among all sources of the scan."""
    scan: str
    """Names the scan."""
    start: int | None = None
    end: int | None = None
    members: Members | None = None
    """Of a compressed file that is cut; offsets are those of its text."""


class Worker:
    """Does tasks one after another; of those of one scan, the later ones gain from the earlier ones."""

    def __init__(self, options: Options) -> None:
        self._options = msgspec.structs.replace(options, jobs=1)
        self._told: dict[str, Key] = {}
        """The occurrences that were given with their errors."""
        self._scan_name = ""
        self._begin()

    def _begin(self) -> None:
        self._clock = Clock(self._options.zone, self._options.now)
        self._grouping = make_grouping(self._options, self._clock)
        self._scan = Scan(self._grouping, self._options)
        self._told.clear()

    def do(self, task: Task) -> Result:
        """The result of ``task``; of some groups without the error, see :func:`is_left_out`.

        Raises ``MembersDiffer`` where the members of a compressed file are not where they seemed to be.
        """
        if task.scan != self._scan_name or len(self._grouping.tallies) > self._options.max_groups // 2:
            self._scan_name = task.scan
            self._begin()
        knew = len(self._grouping.tallies)
        try:
            result = self._scanned(task)
        except MembersDiffer:
            self._begin()
            raise
        if result.stats.beyond and knew:
            # Alone, the task might have had room for all of its groups.
            self._begin()
            result = self._scanned(task)
        for each in result.groups:
            first = self._grouping.tallies[each.fingerprint].first
            if self._told.get(each.fingerprint) == first:
                each.error, each.culprit = Error(), None
            self._told[each.fingerprint] = first
        return result

    def _scanned(self, task: Task) -> Result:
        grouping, scan = self._grouping, self._scan
        grouping.start_anew()
        scan.totals = Totals(unreadable=[], unread=[], ranges=[])
        whole = task.start is None and task.end is None
        span = None if whole else (task.start or 0, FOREVER if task.end is None else task.end)
        grouping.span = span
        with few_collections():
            for number, source in _opened(task):
                steps = scan.part(source, number) if span is None else span_steps(scan, source, number, span)
                for _ in steps:
                    pass
            return result_of(grouping, scan.totals, self._clock)


def _opened(task: Task) -> Sequence[tuple[int, str | Readable]]:
    named = zip(task.numbers, task.sources, strict=True)
    members = task.members
    return [
        (number, source if members is None else SeekableSource(source, members))
        for number, name in named
        for source in expand([name])
    ]


def is_left_out(group: Group) -> bool:
    """Whether another result bears the error of ``group``."""
    return group.error == Error()


class _Idle:
    """Workers that wait for the next task of the scan that this process met last."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._scan = ""
        self._workers: list[Worker] = []

    def take(self, scan: str) -> Worker | None:
        with self._lock:
            if scan != self._scan:
                self._scan, self._workers = scan, []
            return self._workers.pop() if self._workers else None

    def give_back(self, scan: str, worker: Worker) -> None:
        with self._lock:
            if scan == self._scan and len(self._workers) < _MOST_IDLE:
                self._workers.append(worker)


_IDLE = _Idle()


def do_task(task: Task, options: Options) -> bytes:
    """What a worker does: the result of ``task``, packed. Needs nothing but this library and the sources."""
    worker = _IDLE.take(task.scan) or Worker(options)
    result = worker.do(task)
    _IDLE.give_back(task.scan, worker)
    return pack(result)


def pack(result: Result) -> bytes:
    """``result`` for the way between two processes."""
    return msgspec.msgpack.encode(packed(result))


def unpack(data: bytes) -> PackedResult:
    """The result that :func:`pack` packed."""
    return msgspec.msgpack.decode(data, type=PackedResult)
