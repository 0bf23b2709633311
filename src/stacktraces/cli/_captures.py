"""Debuggers' output from files, a live process or a core file, as described snapshots."""

from __future__ import annotations

import contextlib
import os
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, NamedTuple

from ..cursor import Buffer
from ..errors import InputError, StacktracesError, UnknownFormatError
from ..model import Snapshot, Trace

if TYPE_CHECKING:
    from ..rules import RuleSet

_LONGEST_PASTE = 4 << 20
"""Bytes of a text that is read a second time, where it may have been changed since the debugger wrote it."""


MOST_WEIGHT = 2_000_000
"""Of the snapshots of one capture; about half a gigabyte."""
_SNAPSHOT_WEIGHT, _THREAD_WEIGHT = 8, 4


class Capture(NamedTuple):
    """One debugger's output."""

    name: str
    text: Buffer


def from_files(paths: Iterable[str], max_bytes: int) -> Iterator[Capture]:
    """The content of each file, ``max_bytes`` at the most. Raises ``InputError`` where there is none."""
    from ..sources.whole import read_whole

    for path in paths:
        yield Capture(path, read_whole(path, max_bytes))


def from_target(
    pid: int | None, follow: bool, corefile: str | None, exe: str | None, missing: list[str]
) -> Iterator[Capture]:
    """The debugger's text of each process; a child that cannot be looked at is named in ``missing``."""
    from .. import collect

    children = collect.children_of(pid) if follow and pid is not None else []
    for each in (pid, *children):
        try:
            text = collect.collect(pid=each, corefile=corefile, exe=exe if each == pid else None)
            yield Capture("the debugger's output", text)
        except collect.CollectError as error:
            if each == pid:
                raise StacktracesError(str(error)) from None
            missing.append(str(error))


class CaptureReader:
    """Turns captures into described snapshots; what could not be understood collects in ``missing``."""

    def __init__(
        self,
        rules: RuleSet,
        *,
        every_look: bool,
        missing: list[str],
        label: Callable[[Snapshot], None] | None = None,
        values: bool = True,
        host_folders: bool = False,
    ) -> None:
        """Looks at one process within a capture are joined unless ``every_look``.

        With ``host_folders`` a file that does not tell its host is of the one that its folder is named after.
        Without ``values``, those of local variables may be left out, which is faster.
        ``label`` is told of each snapshot as it was read, before anything is taken off its stacks.
        """
        from ..snapshots.describing import Describer

        self._describer = Describer(rules)
        self._every_look = every_look
        self._missing = missing
        self._label = label
        self._values = values
        self._host_folders = host_folders

    def describe(self, capture: Capture) -> list[Snapshot]:
        """The snapshots in ``capture``. Raises ``UnknownFormatError`` where there is none."""
        from ..snapshots.joining import join
        from ..snapshots.locks import with_locks
        from ..snapshots.movement import joined

        read = read_snapshots(capture, values=self._values)
        if self._host_folders:
            for each in read:
                each.host = each.host or os.path.basename(os.path.dirname(os.path.abspath(capture.name)))
        if self._label is not None:
            for each in read:
                self._label(each)
        found = [self._describer.describe(with_locks(each)) for each in join(read)]
        for snapshot in found:
            self._missing += (each for each in snapshot.uncertain if each not in self._missing)
        return found if self._every_look else joined(found)

    def describe_captures(self, captures: Iterable[Capture]) -> Iterator[Snapshot]:
        """The snapshots in each of ``captures``. Raises ``UnknownFormatError`` where one holds none."""
        for capture in captures:
            yield from self.describe(capture)

    def describe_files(self, paths: Sequence[str], max_bytes: int) -> Iterator[Snapshot]:
        """The snapshots of each file, one file in memory at a time; a bad one of several is in ``missing``.

        Raises ``InputError`` or ``UnknownFormatError`` where none of the files holds any.
        """
        if len(paths) == 1:
            yield from self.describe_captures(from_files(paths, max_bytes))
            return
        understood = False
        bad: list[str] = []
        waiting: list[Snapshot] = []
        weight = 0
        for path in paths:
            try:
                snapshots = [
                    each for capture in from_files([path], max_bytes) for each in self.describe(capture)
                ]
            except (InputError, UnknownFormatError) as error:
                bad.append(str(error))
                continue
            understood = True
            waiting += snapshots
            weight += sum(map(_weight, snapshots))
            if weight > MOST_WEIGHT or self._every_look:
                yield from _one_story(waiting)
                waiting, weight = [], 0
        yield from _one_story(waiting)
        if not understood:
            raise UnknownFormatError(f"None of the {len(paths)} files could be described: {bad[0]}")
        self._missing += bad


def _one_story(snapshots: list[Snapshot]) -> list[Snapshot]:
    """``snapshots`` of several files, with the looks at one process joined in the order of their times.

    That it is one process is told by its host, without which a pid says nothing.
    """
    from ..snapshots.movement import joined

    keys = [
        (each.host, process.pid, process.executable)
        for each in snapshots
        if each.host is not None and each.time is not None
        for process in each.processes
        if process.pid is not None
    ]
    again = {key for key, times in Counter(keys).items() if times > 1}
    if not again:
        return snapshots

    def is_again(snapshot: Snapshot) -> bool:
        return snapshot.time is not None and any(
            (snapshot.host, process.pid, process.executable) in again for process in snapshot.processes
        )

    repeated = sorted(filter(is_again, snapshots), key=lambda each: each.time or "")
    return [*joined(repeated), *(each for each in snapshots if not is_again(each))]


def read_snapshots(capture: Capture, *, values: bool = True) -> list[Snapshot]:
    """The snapshots in ``capture`` as read, as many as memory is sure to hold.

    They are also looked for in the text without the marks of a mail, an issue or a web page, and taken
    from there where more is understood. Where there is none, a report of what ended a process is one.
    Without ``values``, those of local variables may be left out.
    Raises ``UnknownFormatError`` where nothing is found.
    """
    from ..snapshots.from_traces import from_traces

    found = _bounded(capture, values)
    if not _snapshots(found) or len(capture.text) <= _LONGEST_PASTE:
        for pasted in _other_readings(capture.text, bool(_snapshots(found)), values):
            # Of two that tell as much, the text without marks has the names as they are.
            found = max(pasted, found, key=lambda each: (_understood(_snapshots(each)), _told(each)))
    snapshots = _snapshots(found) or from_traces(each for each in found if isinstance(each, Trace))
    if not snapshots:
        raise UnknownFormatError(_nothing_found(capture))
    return snapshots


def _other_readings(text: Buffer, understood: bool, values: bool) -> Iterator[list[Trace | Snapshot]]:
    """What stands in ``text`` without what was put around it since the debugger wrote it.

    ``understood`` says that there are snapshots in ``text`` as it is.
    """
    from ..parsing import iterate
    from ..runtimes import dump_formats, known_trace_lines
    from ..unwrapping.carried import uncarried, unprefixed
    from ..unwrapping.pasted import unpasted
    from ..unwrapping.wrapped_lines import unbroken

    plain = unpasted(text) or bytes(text)
    readings = [plain]
    bare = uncarried(plain, known_trace_lines())
    if bare is None and not understood:
        bare = unprefixed(plain)
    if bare is not None:
        readings.append(unpasted(bare) or bare)
    for each in readings:
        if each != text:
            yield list(iterate(each, dump_formats(), values=values))
        if (whole := unbroken(each)) is not None:
            yield list(iterate(whole, dump_formats(), values=values))


def _bounded(capture: Capture, values: bool) -> list[Trace | Snapshot]:
    """What stands in the capture, up to the weight of snapshots that is kept."""
    from ..parsing import parse_each
    from ..runtimes import dump_formats

    found: list[Trace | Snapshot] = []
    weight = 0
    with contextlib.suppress(UnknownFormatError):
        for each in parse_each(capture.text, formats=dump_formats(), values=values):
            found.append(each)
            weight += _weight(each) if isinstance(each, Snapshot) else 1
            if weight > MOST_WEIGHT:
                each.uncertain.append(
                    f"{capture.name} holds more snapshots than memory is sure to hold; "
                    f"those after the first {len(found):,} were left out."
                )
                break
    return found


def _snapshots(found: Iterable[Trace | Snapshot]) -> list[Snapshot]:
    return [each for each in found if isinstance(each, Snapshot)]


def _understood(snapshots: list[Snapshot]) -> tuple[int, int, int, int, int]:
    """How much is known: threads with frames, named frames, crashed and numbered threads, frames' places."""
    threads = [thread for each in snapshots for process in each.processes for thread in process.threads]
    frames = [frame for thread in threads for frame in thread.frames]
    return (
        sum(bool(thread.frames) for thread in threads),
        sum(frame.function is not None for frame in frames),
        sum(thread.crashed for thread in threads),
        sum(thread.os_id is not None for thread in threads),
        sum((frame.file or frame.module) is not None for frame in frames),
    )


def _told(found: list[Trace | Snapshot]) -> tuple[int, int]:
    """How much is known by traces: how many there are, and their frames."""
    traces = [each for each in found if isinstance(each, Trace)]
    return len(traces), sum(len(each.error.frames) for each in traces)


def _weight(snapshot: Snapshot) -> int:
    """About how much memory it takes, in frames."""
    threads = [thread for process in snapshot.processes for thread in process.threads]
    return _SNAPSHOT_WEIGHT + sum(_THREAD_WEIGHT + len(thread.frames) for thread in threads)


def _nothing_found(capture: Capture) -> str:
    from ..runtimes import dump_formats

    if b"\0" in capture.text[:8192]:
        return f"{capture.name} is a binary file, not a debugger's output; for a core file use -c."
    titles = ", ".join(each.title for each in dump_formats())
    return f"{capture.name} holds no snapshot of threads that is recognised; the formats known are: {titles}."
