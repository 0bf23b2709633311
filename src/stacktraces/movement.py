"""What moves between looks at the same processes: threads that stand still, moved, came and went."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Sequence
from datetime import datetime
from typing import Literal, TypeAlias

import msgspec

from .grouping import group_threads
from .model import Frame, Motion, Process, Snapshot, Thread, ThreadGroup

Verdict: TypeAlias = Literal["stuck", "partly stuck", "moving", "idle"]
VERDICTS: tuple[Verdict, ...] = ("stuck", "partly stuck", "moving", "idle")
"""The worst first."""


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
    threads = [_moved(histories[key], len(looks)) for key in (*present, *gone)]
    return msgspec.structs.replace(
        last,
        threads=threads,
        groups=group_threads(threads),
        looks=len(looks),
        seconds=_seconds(looks[0].snapshot.time, looks[-1].snapshot.time),
    )


def _thread_key(thread: Thread) -> str:
    return thread.os_id or thread.handle or f"#{thread.id}"


def _moved(seen: list[tuple[int, Thread]], looks: int) -> Thread:
    """A thread as last seen; it stood still where every look shows the same calls at the same code."""
    thread = seen[-1][1]
    motion: Motion
    if seen[-1][0] < looks - 1:
        motion = "went"
    elif seen[0][0] > 0:
        motion = "came"
    else:
        places = {tuple(map(_place, thread.frames)) for _, thread in seen}
        motion = "moved" if len(places) > 1 else "stood still"
    return msgspec.structs.replace(thread, motion=motion)


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
