"""What moves between looks at the same processes: threads that stand still, moved, came and went."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Sequence
from datetime import datetime
from typing import Literal, TypeAlias

import msgspec

from ..model import Frame, Motion, Process, Snapshot, Thread, ThreadGroup

Verdict: TypeAlias = Literal["stuck", "partly stuck", "moving", "idle"]
VERDICTS: tuple[Verdict, ...] = ("stuck", "partly stuck", "moving", "idle")
"""The worst first."""


_NO_TIME = 0.025
"""Seconds of processor time that being looked at may cost a thread: two of the kernel's ticks."""


class _Look(msgspec.Struct, frozen=True):
    snapshot: Snapshot
    process: Process


def joined(snapshots: Iterable[Snapshot]) -> list[Snapshot]:
    """Described ``snapshots``, in the order in which they were taken, with the looks at one process joined.

    A process that was seen several times stands where it was seen first, as it was seen last, and each of
    its threads says how it moved; those that went are behind the others. It is the same process where the
    same tool saw the same pid, host and executable; one without a pid is always another one.
    """
    histories: dict[Hashable, list[_Look]] = {}
    rows: list[tuple[Snapshot, list[Hashable]]] = []
    for snapshot in snapshots:
        first: list[Hashable] = []
        for process in snapshot.processes:
            key = _process_key(snapshot, process)
            if key not in histories:
                first.append(key)
            histories.setdefault(key, []).append(_Look(snapshot, process))
        rows.append((snapshot, first))
    return [
        msgspec.structs.replace(snapshot, processes=[_over_time(histories[key]) for key in keys])
        for snapshot, keys in rows
        if keys or not snapshot.processes
    ]


def _process_key(snapshot: Snapshot, process: Process) -> Hashable:
    if process.pid is None:
        return id(process)
    return snapshot.format, snapshot.tool, snapshot.host, process.pid, process.executable


def _over_time(looks: Sequence[_Look]) -> Process:
    last = looks[-1].process
    if len(looks) == 1:
        return last
    histories: dict[str, list[tuple[int, Thread]]] = {}
    for number, look in enumerate(looks):
        for thread in look.process.threads:
            histories.setdefault(_thread_key(thread), []).append((number, thread))
    present = [_thread_key(thread) for thread in last.threads]
    gone = [key for key in histories if key not in set(present)]
    # Threads that the tool cannot tell apart have one history.
    seen = [histories[key] for key in dict.fromkeys((*present, *gone))]
    motions = [_motion(history, len(looks)) for history in seen]
    threads = [
        msgspec.structs.replace(history[-1][1], motion=motion)
        for history, motion in zip(seen, motions, strict=True)
    ]
    places = [(history[-1][0], thread) for history, thread in zip(seen, threads, strict=True)]
    return msgspec.structs.replace(
        last,
        threads=threads,
        groups=_split([look.process for look in looks], places),
        looks=len(looks),
        seconds=_seconds(looks[0].snapshot.time, looks[-1].snapshot.time),
    )


def _thread_key(thread: Thread) -> str:
    return thread.os_id or thread.handle or f"#{thread.id}"


def _motion(seen: list[tuple[int, Thread]], looks: int) -> Motion:
    """A thread stood still where every look shows the same calls at the same code, and it used no time.

    One that runs in a short loop is met at the same place again, but uses the processor meanwhile.
    """
    if seen[-1][0] < looks - 1:
        return "went"
    if seen[0][0] > 0:
        return "came"
    places = {tuple(map(_place, thread.frames)) for _, thread in seen}
    before, after = seen[0][1].cpu, seen[-1][1].cpu
    ran = before is not None and after is not None and after - before > _NO_TIME
    return "moved" if ran or len(places) > 1 else "stood still"


def _split(looks: list[Process], threads: list[tuple[int, Thread]]) -> list[ThreadGroup]:
    """The groups that the threads were in when they were last seen, those apart that moved otherwise."""
    homes = [{name: group for group in look.groups for name in group.thread_ids} for look in looks]
    groups: dict[tuple[int, Motion | None], ThreadGroup] = {}
    for number, thread in threads:
        name = thread.id or thread.os_id or ""
        home = homes[number].get(name)
        if home is None:
            continue
        group = groups.get((id(home), thread.motion))
        if group is None:
            group = groups[id(home), thread.motion] = msgspec.structs.replace(
                home, thread_ids=[], frames=thread.frames, motion=thread.motion
            )
        group.thread_ids.append(name)
    return list(groups.values())


def _place(frame: Frame) -> tuple[object, ...]:
    return frame.function, frame.address, frame.file, frame.line


def _seconds(first: str | None, last: str | None) -> float | None:
    """The time between two ISO 8601 times; ``None`` where one is unknown or they run backwards."""
    try:
        passed = datetime.fromisoformat(last or "") - datetime.fromisoformat(first or "")
    except (ValueError, TypeError, OverflowError):
        return None
    return passed.total_seconds() if passed.total_seconds() >= 0 else None


def stuck_groups(process: Process) -> list[ThreadGroup]:
    """The groups that stood still in the midst of work, most threads first."""
    groups = [
        each for each in process.groups if each.motion == "stood still" and not each.idle and each.frames
    ]
    return sorted(groups, key=lambda group: -len(group.thread_ids))


def count_motions(process: Process) -> dict[Motion, int]:
    """How many threads stood still, moved, came and went."""
    counts: dict[Motion, int] = {"stood still": 0, "moved": 0, "came": 0, "went": 0}
    for group in process.groups:
        if group.motion is not None:
            counts[group.motion] += len(group.thread_ids)
    return counts


def verdict(process: Process) -> Verdict | None:
    """Whether a process that was looked at several times does something; ``None`` after one look.

    Stuck is one of which nothing moved while a thread was in the midst of work, partly stuck one of which
    something else moved. Idle is one that moved nothing and had nothing to do.
    """
    if process.looks < 2:
        return None
    counts = count_motions(process)
    moves = counts["moved"] + counts["came"] + counts["went"] > 0
    if stuck_groups(process):
        return "partly stuck" if moves else "stuck"
    return "moving" if moves else "idle"
