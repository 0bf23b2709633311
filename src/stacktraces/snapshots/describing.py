"""From a snapshot to what its threads are and do, alike ones together."""

from __future__ import annotations

from collections.abc import Hashable

import msgspec

from .._regex import regex
from ..model import Frame, Process, Snapshot, Thread, ThreadGroup
from ..naming import innermost_own
from ..rules import Facts, RuleSet, Selection
from ..runtimes import runtime_name
from .folding import fold, is_python
from .locks.holders import tell_holders
from .system_states import with_system_state

_NUMBER = regex(r"\*|\d++")


def describe(snapshot: Snapshot, rules: RuleSet | None = None) -> Snapshot:
    """``snapshot`` with each thread's frames trimmed, its name and state told, and threads grouped.

    Threads of one process with the same trimmed stack stand in one of its ``groups``, in the order of
    their first thread. Threads that have ended are in no group. The argument is left as it was; ``rules``
    are the built-in packs unless given.
    """
    return Describer(rules or RuleSet()).describe(snapshot)


class _Outcome(msgspec.Struct, frozen=True):
    """What the rules say of a stack, wherever it is met again."""

    kept: list[int]
    """Indexes of the frames that stay."""
    name: str | None
    state: str | None
    idle: bool
    wait: str | None
    general: bool
    """The name says less than the one that the program's own language gives the thread."""


def _symbol(frame: Frame) -> Frame:
    """Symbol versions (``pthread_cond_wait@@GLIBC_2.3.2``) say nothing to a person."""
    if frame.function is None or "@@" not in frame.function:
        return frame
    return msgspec.structs.replace(frame, function=frame.function.split("@@", 1)[0])


class Describer:
    """Describes many snapshots by the same rules, which are asked once of each distinct stack."""

    def __init__(self, rules: RuleSet) -> None:
        self._rules = rules
        self._outcomes: dict[Hashable, _Outcome] = {}

    def describe(self, snapshot: Snapshot) -> Snapshot:
        """Like :func:`describe`."""
        runtime = runtime_name(snapshot.format)
        processes = [self._process(each, runtime) for each in snapshot.processes]
        return msgspec.structs.replace(snapshot, processes=processes)

    def _process(self, process: Process, runtime: str | None) -> Process:
        stacks = [[_symbol(frame) for frame in thread.frames] for thread in process.threads]
        every = (frame for stack in stacks for frame in stack)
        facts = Facts.of(every, process.executable, process.command, process.libraries)
        selection = self._rules.select(facts)
        outcomes = [
            self._outcome(selection, frames, thread.name)
            for thread, frames in zip(process.threads, stacks, strict=True)
        ]
        threads = [
            _described(process, thread, frames, outcome, runtime)
            for thread, frames, outcome in zip(process.threads, stacks, outcomes, strict=True)
        ]
        threads = tell_holders([with_system_state(thread) for thread in threads], process.deadlocks)
        groups: dict[Hashable, ThreadGroup] = {}
        for thread, outcome in zip(threads, outcomes, strict=True):
            if not thread.ended:
                _join(groups, thread, outcome.name, fold(thread.frames, process.executable))
        return msgspec.structs.replace(process, threads=threads, groups=list(groups.values()))

    def _outcome(self, selection: Selection, frames: list[Frame], thread: str | None) -> _Outcome:
        """Looked up where the same rules have seen the same stack."""
        known_by = thread if selection.asks_thread else None
        key = (selection, known_by, *((frame.function, frame.module, frame.file) for frame in frames))
        outcome = self._outcomes.get(key)
        if outcome is None:
            told = selection.tell(frames, thread)
            index = {id(frame): number for number, frame in enumerate(frames)}
            kept = [index[id(frame)] for frame in told.frames]
            outcome = self._outcomes[key] = _Outcome(
                kept, told.name, told.state, told.idle, told.wait, told.general
            )
        return outcome


def _described(
    process: Process, thread: Thread, frames: list[Frame], outcome: _Outcome, runtime: str | None
) -> Thread:
    own = _own_name(process, thread)
    is_told = own is not None and own != "MainThread" and any(map(is_python, frames))
    return msgspec.structs.replace(
        thread,
        frames=[frames[index] for index in outcome.kept],
        name=own if outcome.general and is_told else outcome.name or own,
        state=outcome.state or thread.state,
        idle=outcome.idle if outcome.state or outcome.wait else thread.idle,
        wait="; ".join(each for each in (outcome.wait, thread.wait) if each) or None,
        culprit=_place_of_crash(thread, runtime) if thread.crashed or thread.error is not None else None,
    )


def _place_of_crash(thread: Thread, runtime: str | None) -> Frame | None:
    """The innermost frame of the program's own code, else the innermost, though it may have no symbol."""
    frames = thread.frames or (thread.error.frames if thread.error is not None else [])
    return innermost_own(frames, runtime) or next(iter(frames), None)


def _python_place(frames: list[Frame]) -> Frame | None:
    """The innermost frame of the program's own Python code."""
    return innermost_own([frame for frame in frames if is_python(frame)], "python")


def _own_name(process: Process, thread: Thread) -> str | None:
    """The name that the system gave the thread, unless it only repeats the program's (15 bytes on Linux)."""
    program = (process.executable or "").rpartition("/")[2]
    if thread.name is None or (program and program.startswith(thread.name)):
        return None
    return thread.name


def _common_name(one: str | None, other: str | None) -> str | None:
    """``worker-*`` of ``worker-1`` and ``worker-2``, or ``None`` where names differ in more than numbers."""
    if one is None or other is None:
        return None
    first, second = (_NUMBER.sub("*", name) for name in (one, other))
    return first if first == second and first != "*" else None


def _join(groups: dict[Hashable, ThreadGroup], thread: Thread, told: str | None, frames: list[Frame]) -> None:
    """Adds the thread to those that are like it, by what of its ``frames`` is shown.

    ``told`` is the name that rules gave it.
    """
    key = (
        tuple((frame.function, frame.module if frame.function is None else None) for frame in frames),
        told,
        thread.state,
        thread.wait,
        thread.crashed,
    )
    place = _python_place(frames)
    group = groups.get(key)
    if group is None:
        groups[key] = ThreadGroup(
            thread_ids=[thread.id or thread.os_id or ""],
            frames=frames,
            place=place,
            name=thread.name,
            state=thread.state,
            idle=thread.idle,
            wait=thread.wait,
            crashed=thread.crashed,
        )
        return
    group.thread_ids.append(thread.id or thread.os_id or "")
    if place is None or group.place is None or place.line != group.place.line:
        group.place = None
    if group.name != thread.name:
        group.name = _common_name(group.name, thread.name) or told
