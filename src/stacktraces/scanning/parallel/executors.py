"""One scan shared out among the workers of an executor: processes, or those of a cluster.

The sources are cut into tasks that know nothing of one another: what starts between two bytes of a file, or
some whole files. What they give is added up in the order in which it comes; results are sums, so that this
order does not matter. A task that fails is tried again, by another worker where one was lost.
"""

from __future__ import annotations

import os
import secrets
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Executor, Future, wait

import msgspec

from ...errors import InputError, StacktracesError
from ...results.merging import Sum
from ...results.packed import PackedResult
from ...results.result import Result, Unreadable
from ...sources.inputs import Input, Readable, Source, expand, label_of, plain_size
from ...sources.interruption import NOT_ENDED, Interruption
from ...sources.members import Members, MembersDiffer
from ...sources.paths import in_order
from ...sources.seekable import seekable
from ..options import Options
from ..reading.spans import is_document, members_for
from .workers import Task, do_task, is_left_out, unpack

_LEAST, _MOST = 64 << 20, 512 << 20
"""Bytes of a task, about: what its worker does beside reading takes as long as reading some 100 MB."""
_FEWEST_TASKS = 8
_PACKED_WEIGHT = 8
"""A compressed byte takes about as long as so many of text."""
_WHOLE_FILES = 256
"""Files of a task, at most."""
_ATTEMPTS = 4
_PATIENCE = 0.2
"""Seconds between two looks whether the scan is to end."""
_AHEAD = 2000
"""Tasks that are handed out at the same time, at most: more than a cluster has cores."""


def tasks_of(sources: Sequence[str | Readable], part: int | None = None) -> Iterator[Task]:
    """The tasks for ``sources``: large files that can be cut are, small ones are put together.

    ``part`` are the bytes of a task, about; chosen by how many there are in all where it is not given.
    """
    if part is None:
        part = min(max(sum(map(_stored, sources)) // _FEWEST_TASKS, _LEAST), _MOST)
    task = _maker(sources)
    together: list[str] = []
    size = 0
    for source in sources:
        name, length = label_of(source), getattr(source, "stored", None)
        text = source
        if length is None or length > part:
            length = plain_size(source)
        if length is None and _stored(source) * _PACKED_WEIGHT > part + part // 2:
            text = seekable(source) or source
            length = plain_size(text)
        if length is not None and length > part + part // 2 and not is_document(text):
            members = getattr(text, "members", None)
            for start, end in _spans(length, part):
                needed = None if members is None else members_for(members, start, end or length)
                yield task([name], start, end, needed)
            continue
        together.append(name)
        size += part // _PACKED_WEIGHT if length is None else length
        if size >= part or len(together) >= _WHOLE_FILES:
            yield task(together)
            together, size = [], 0
    if together:
        yield task(together)


def _spans(length: int, part: int) -> Iterator[tuple[int, int | None]]:
    """Offsets that cut so many bytes into parts of about the same length; the last one has no end."""
    count = round(length / part)
    borders = [length * number // count for number in range(count)]
    return zip(borders, [*borders[1:], None], strict=True)


def _stored(source: str | Readable) -> int:
    """The bytes of ``source`` as they are stored; 0 where that cannot be told without opening it."""
    if isinstance(source, str):
        try:
            return os.stat(source).st_size
        except (OSError, ValueError):
            return 0
    return getattr(source, "stored", None) or 0


def _maker(sources: Sequence[str | Readable]) -> Callable[..., Task]:
    """Makes tasks of one scan from names, and two offsets."""
    scan = secrets.token_hex(8)
    ranks = {name: rank for rank, name in enumerate(in_order({label_of(each) for each in sources}))}

    def task(
        names: Sequence[str], start: int | None = None, end: int | None = None, members: Members | None = None
    ) -> Task:
        return Task(tuple(names), tuple(ranks[name] for name in names), scan, start, end, members)

    return task


def scan_with(
    executor: Executor,
    sources: Iterable[Input],
    options: Options,
    progress: Callable[[int], None] | None = None,
    interruption: Interruption | None = None,
    *,
    start: int | None = None,
    end: int | None = None,
) -> Result:
    """Scan ``sources`` with the workers of ``executor``; other arguments as those of ``group``.

    Sources that only this process can read, open files and iterables, are read by it.
    """
    from .. import group

    begun = time.monotonic()
    files = expand(sources)
    own = [each for each in files if isinstance(each, Source) or each == "-"]
    shared = [each for each in files if each not in own]
    if start is None and end is None:
        tasks = tasks_of(shared)
    else:
        task = _maker(shared)
        tasks = (task([label_of(each)], start, end) for each in shared)
    run = _Run(executor, options, progress, interruption or Interruption())
    total = run.all(tasks)
    if own:
        total.add(group(own, options, progress, interruption, start=start, end=end))
    result = total.result()
    _complete(result, options)
    result.stats.seconds = round(time.monotonic() - begun, 3)
    return result


def _complete(result: Result, options: Options) -> None:
    """Read the errors again that no result bears, since the one that did was lost with its worker."""
    from .. import group

    for each in result.groups:
        if is_left_out(each) and (first := each.sources[0]).path is not None:
            again = group([first.path], msgspec.structs.replace(options, jobs=1))
            same = (other for other in again.groups if other.fingerprint == each.fingerprint)
            if (found := next(same, None)) is not None:
                each.error, each.culprit = found.error, found.culprit


class _Run:
    """Hands out tasks, and adds up what they give."""

    def __init__(
        self,
        executor: Executor,
        options: Options,
        progress: Callable[[int], None] | None,
        interruption: Interruption,
    ) -> None:
        self._executor = executor
        self._options = options
        self._progress = progress
        self._interruption = interruption
        self._total = Sum()
        self._divided: dict[str, _Divided] = {}
        self._running: dict[Future[bytes], tuple[Task, int]] = {}

    def all(self, tasks: Iterator[Task]) -> Sum:
        """Do ``tasks``, some at the same time."""
        waiting = True
        while (waiting or self._running) and not self._interruption.told:
            while waiting and len(self._running) < _AHEAD:
                task = next(tasks, None)
                if task is None:
                    waiting = False
                    break
                self._submit(task, 1)
            self._take()
        for future, (task, _) in self._running.items():
            future.cancel()
            self._give_up(task, NOT_ENDED)
        for each in self._divided.values():
            self._total.add(each.sum.result())
        return self._total

    def _submit(self, task: Task, attempt: int) -> None:
        if task.members is not None and attempt == 1:
            self._divided.setdefault(task.sources[0], _Divided()).begun(task)
        try:
            future = self._executor.submit(do_task, task, self._options)
        except (RuntimeError, OSError):
            # A pool of processes that lost one takes nothing any more: this process does the rest.
            future = Future()
            try:
                future.set_result(do_task(task, self._options))
            except (StacktracesError, MembersDiffer) as error:
                future.set_exception(error)
        self._running[future] = task, attempt

    def _take(self) -> None:
        done, _ = wait(self._running, timeout=_PATIENCE, return_when=FIRST_COMPLETED)
        for future in done:
            task, attempt = self._running.pop(future)
            try:
                result = unpack(future.result())
            except StacktracesError as error:
                if not isinstance(error, InputError):
                    raise
                self._give_up(task, f"was not read to its end: {_reason(error)}.")
            except MembersDiffer:
                self._done(task, None)
            except Exception as error:  # noqa: BLE001 Whatever the executor raises for a worker that was lost.
                if attempt < _ATTEMPTS:
                    self._submit(task, attempt + 1)
                else:
                    self._give_up(task, f"was not read to its end: {_reason(error)}.")
            else:
                self._done(task, result)
                if self._progress is not None:
                    self._progress(result.rest.stats.bytes)

    def _give_up(self, task: Task, why: str) -> None:
        unreadable = [Unreadable(name, f"{name} {why}") for name in task.sources]
        self._done(task, PackedResult(Result(unreadable=unreadable)))

    def _done(self, task: Task, result: PackedResult | None) -> None:
        """Add what ``task`` gave; ``None`` where the file is to be read as a whole."""
        divided = self._divided.get(task.sources[0]) if task.members is not None else None
        if divided is None:
            self._total.add_packed(result or PackedResult())
            return
        divided.ended(result)
        if divided.complete:
            del self._divided[task.sources[0]]
            if divided.differs:
                self._submit(Task(task.sources, task.numbers, task.scan), 1)
            else:
                self._total.add(divided.sum.result())


class _Divided:
    """What the parts of a compressed file gave: it counts when all members were where they seemed to be."""

    def __init__(self) -> None:
        self.sum = Sum()
        self.differs = False
        self._running = 0
        self._last = False

    def begun(self, task: Task) -> None:
        self._running += 1
        self._last = self._last or task.end is None

    def ended(self, result: PackedResult | None) -> None:
        self._running -= 1
        self.differs = self.differs or result is None
        if result is not None:
            self.sum.add_packed(result)

    @property
    def complete(self) -> bool:
        return self._last and not self._running


def _reason(error: BaseException) -> str:
    text = " ".join(str(error).split()).rstrip(".")
    return text[:300] or f"its worker was lost ({type(error).__name__})"
