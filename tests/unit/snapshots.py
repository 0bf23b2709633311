"""Snapshots made by hand, for tests of what is worked out from them and how they are shown."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from stacktraces.model import Frame, Lock, Process, Snapshot, Thread, ThreadGroup


def thread(number: int, calls: str, **facts: Any) -> Thread:
    """Thread ``number`` in ``calls``, innermost first, with a secret in arguments and locals."""
    frames = [
        Frame(
            function=None if call == "??" else call,
            module="/lib/libserved.so.1",
            address=0x1000 * position + len(call),
            args="token=hunter2",
            locals={"password": "hunter2"},
        )
        for position, call in enumerate(calls.split())
    ]
    return Thread(id=str(number), os_id=str(5000 + number), frames=frames, **facts)


def grouped(threads: Sequence[Thread]) -> list[ThreadGroup]:
    """The threads in groups, as describing makes them."""
    groups: dict[object, ThreadGroup] = {}
    for each in (each for each in threads if not each.ended):
        key = (
            tuple(frame.function for frame in each.frames),
            each.name,
            each.state,
            each.motion,
            each.crashed,
        )
        group = groups.get(key)
        if group is None:
            group = groups[key] = ThreadGroup(
                thread_ids=[],
                frames=each.frames,
                name=each.name,
                state=each.state,
                idle=each.idle,
                motion=each.motion,
                crashed=each.crashed,
            )
        group.thread_ids.append(each.id or "")
    return list(groups.values())


def process(
    pid: int | None, *threads: Thread, executable: str | None = "/usr/sbin/served", **facts: Any
) -> Process:
    return Process(pid=pid, executable=executable, threads=list(threads), groups=grouped(threads), **facts)


def snapshot(*processes: Process, **facts: Any) -> Snapshot:
    return Snapshot(format="gdb", tool="gdb", processes=list(processes), **facts)


def mutex(address: str, owner: int | None = None) -> Lock:
    return Lock(address=address, kind="mutex", owner=None if owner is None else str(5000 + owner))


def deadlock() -> Process:
    """Two threads that wait for each other, three behind a fourth one, one that waits for work."""
    wait = {"state": "waiting for a mutex", "name": "worker"}
    return process(
        4711,
        thread(
            1, "lock_wait transfer", locks_awaited=[mutex("0xb", 2)], locks_held=[mutex("0xa", 1)], **wait
        ),
        thread(2, "lock_wait audit", locks_awaited=[mutex("0xa", 1)], locks_held=[mutex("0xb", 2)], **wait),
        *(thread(number, "lock_wait log", locks_awaited=[mutex("0xc", 6)], **wait) for number in (3, 4, 5)),
        thread(6, "fsync log", state="writing to disk", name="worker"),
        thread(7, "cond_wait pop", state="waiting for work", name="worker", idle=True),
    )
