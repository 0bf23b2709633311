"""From a snapshot to what its threads are and do, alike ones together."""

from __future__ import annotations

from collections.abc import Hashable

import msgspec

from .model import Frame, Process, Snapshot, Thread, ThreadGroup
from .rules import RuleSet


def describe(snapshot: Snapshot, rules: RuleSet | None = None) -> Snapshot:
    """``snapshot`` with each thread's frames trimmed, its name and state told, and threads grouped.

    Threads of one process with the same trimmed stack stand in one of its ``groups``, in the order of
    their first thread. Threads that have ended are in no group. The argument is left as it was; ``rules``
    are the built-in packs unless given.
    """
    describer = _Describer(rules or RuleSet())
    processes = [describer.process(each) for each in snapshot.processes]
    return msgspec.structs.replace(snapshot, processes=processes)


class _Told(msgspec.Struct, frozen=True):
    kept: list[int]
    """Indexes of the frames that stay."""
    name: str | None
    state: str | None


def _symbol(frame: Frame) -> Frame:
    """Symbol versions (``pthread_cond_wait@@GLIBC_2.3.2``) say nothing to a person."""
    if frame.function is None or "@@" not in frame.function:
        return frame
    return msgspec.structs.replace(frame, function=frame.function.split("@@", 1)[0])


class _Describer:
    def __init__(self, rules: RuleSet) -> None:
        self._rules = rules
        self._told: dict[Hashable, _Told] = {}

    def process(self, process: Process) -> Process:
        threads: list[Thread] = []
        groups: dict[Hashable, ThreadGroup] = {}
        for thread in process.threads:
            described = self._thread(process, thread)
            threads.append(described)
            if not described.ended:
                _join(groups, described)
        return msgspec.structs.replace(process, threads=threads, groups=list(groups.values()))

    def _thread(self, process: Process, thread: Thread) -> Thread:
        frames = [_symbol(frame) for frame in thread.frames]
        key = tuple((frame.function, frame.module, frame.file) for frame in frames)
        told = self._told.get(key)
        if told is None:
            told = self._told[key] = self._tell(frames)
        return msgspec.structs.replace(
            thread,
            frames=[frames[index] for index in told.kept],
            name=told.name or _own_name(process, thread),
            state=told.state or thread.state,
        )

    def _tell(self, frames: list[Frame]) -> _Told:
        kept = self._rules.trim(frames)
        index = {id(frame): number for number, frame in enumerate(frames)}
        return _Told(
            kept=[index[id(frame)] for frame in kept],
            name=self._rules.name(kept),
            state=self._rules.state(kept),
        )


def _own_name(process: Process, thread: Thread) -> str | None:
    """The name that the system gave the thread, unless it only repeats the program's (15 bytes on Linux)."""
    program = (process.executable or "").rpartition("/")[2]
    if thread.name is None or (program and program.startswith(thread.name)):
        return None
    return thread.name


def _join(groups: dict[Hashable, ThreadGroup], thread: Thread) -> None:
    key = (
        tuple((frame.function, frame.module if frame.function is None else None) for frame in thread.frames),
        thread.state,
        thread.crashed,
    )
    group = groups.get(key)
    if group is None:
        groups[key] = ThreadGroup(
            thread_ids=[thread.id or thread.os_id or ""],
            frames=thread.frames,
            name=thread.name,
            state=thread.state,
            crashed=thread.crashed,
        )
        return
    group.thread_ids.append(thread.id or thread.os_id or "")
    if group.name != thread.name:
        group.name = None
