"""Deadlocks and convoys in words."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import msgspec

from ..model import Deadlock, Frame, Lock, Process, Thread, Wait
from ._safe import one_line

END_OF_THREAD = "end of thread"
UNKNOWN = "unknown"
TASK = "asyncio task"
_MOST = 12
"""Threads that are named, of a circle or a queue."""
_CALLS = 3
"""Calls that tell what the owner of a lock does."""
_MANAGED = (".py", ".java", ".kt", ".scala", ".groovy", ".clj")


def lock_lines(process: Process, host: str | None = None) -> Iterator[str]:
    """A line for each deadlock, then one for each convoy; none where there is neither.

    With ``host`` they say where the process runs.
    """
    threads = _by_key(process)
    where = f" in process {process.pid}" if process.pid is not None else ""
    where += f" on {host}" if host else ""
    for deadlock in process.deadlocks:
        yield one_line(f"Deadlock{where}: {_deadlock(deadlock, threads)}.")
    for convoy in process.convoys:
        who = _shortened([_number(wait.thread, threads) for wait in convoy.waits])
        waiting = f"{len(convoy.waits)} threads ({who}) wait for {_lock(convoy.lock)}"
        places = {_place(wait.frame) for wait in convoy.waits}
        place = places.pop() if len(places) == 1 else ""
        yield one_line(f"Convoy{where}: {waiting}{place}, {_owner(convoy.lock, threads)}.")


def lock_objects(process: Process) -> dict[str, Any]:
    """The same as JSON: lists under ``deadlocks`` and ``convoys``, of which an empty one is left out."""
    threads = _by_key(process)
    deadlocks = [
        {"owners_known": each.owners_known, "waits": [_wait_object(wait, threads) for wait in each.waits]}
        for each in process.deadlocks
    ]
    convoys = [
        {
            "lock": _lock_object(each.lock, threads),
            "thread_ids": [_number(wait.thread, threads) for wait in each.waits],
        }
        for each in process.convoys
    ]
    return {key: value for key, value in (("deadlocks", deadlocks), ("convoys", convoys)) if value}


def _wait_object(wait: Wait, threads: dict[str, Thread]) -> dict[str, Any]:
    found: dict[str, Any] = {
        "tid": _number(wait.thread, threads),
        "lock": _lock_object(wait.lock, threads),
    }
    if wait.frame is not None:
        found["frame"] = {
            key: value
            for key, value in (
                ("fn", wait.frame.function),
                ("file", wait.frame.file),
                ("line", wait.frame.line),
            )
            if value is not None
        }
    return found


def _lock_object(lock: Lock, threads: dict[str, Thread]) -> dict[str, Any]:
    owner = None if lock.owner is None else _number(lock.owner, threads)
    values = (("address", lock.address), ("kind", lock.kind), ("name", lock.name), ("owner_tid", owner))
    return {key: value for key, value in values if value is not None}


def _by_key(process: Process) -> dict[str, Thread]:
    """Each thread by the keys that a wait or a lock can name it by, called what it calls itself."""
    threads = {key: each for each in process.threads for key in (each.id, each.os_id) if key}
    waits = [wait for deadlock in process.deadlocks for wait in deadlock.waits]
    waits += (wait for convoy in process.convoys for wait in convoy.waits)
    for wait in waits:
        if wait.name is not None and wait.thread in threads:
            threads[wait.thread] = msgspec.structs.replace(threads[wait.thread], name=wait.name)
    return threads


def _deadlock(deadlock: Deadlock, threads: dict[str, Thread]) -> str:
    waits = deadlock.waits
    if not deadlock.owners_known:
        told = "; ".join(
            f"{_name(wait.thread, threads)} {_waits_for(wait, threads)}" for wait in waits[:_MOST]
        )
        more = f"; and {len(waits) - _MOST} more" if len(waits) > _MOST else ""
        return f"all {len(waits)} threads wait, so that none is left to let another go on: {told}{more}"
    parts = [f"{_name(waits[0].thread, threads)} {_waits_for(waits[0], threads)}"]
    parts += [_waits_for(wait, threads) for wait in waits[1:_MOST]]
    if len(waits) > _MOST:
        parts.append(f"waits in turn, and so on over {len(waits) - _MOST} more threads, back to the first")
    return ", which ".join(parts)


def _waits_for(wait: Wait, threads: dict[str, Thread]) -> str:
    lock = wait.lock
    if lock.kind == END_OF_THREAD:
        return (
            f"waits{_place(wait.frame)} for {_name(lock.owner, threads) if lock.owner else 'a thread'} to end"
        )
    if lock.kind == TASK:
        return f"waits{_place(wait.frame)} for {_name(lock.owner or lock.address, threads)}"
    if lock.owner == wait.thread:
        return f"waits{_place(wait.frame)} for {_lock(lock)}, which it holds itself"
    return f"waits{_place(wait.frame)} for {_lock(lock)}, {_holder(lock, threads)}"


def _holder(lock: Lock, threads: dict[str, Thread]) -> str:
    return f"held by {_name(lock.owner, threads)}" if lock.owner else "whose owner is not known"


def _owner(lock: Lock, threads: dict[str, Thread]) -> str:
    """Who holds the lock, and what that thread does meanwhile."""
    told = _holder(lock, threads)
    thread = threads.get(lock.owner or "")
    if thread is None:
        return told
    if thread.locks_awaited:
        awaited = thread.locks_awaited[0]
        return f"{told}, which itself waits for {_lock(awaited)}, {_holder(awaited, threads)}"
    doing = ", ".join(one for one in (thread.state, _innermost(thread)) if one)
    return f"{told} ({doing})" if doing else told


def _innermost(thread: Thread) -> str:
    managed = [frame for frame in thread.frames if (frame.file or "").endswith(_MANAGED)]
    calls = [frame.function for frame in managed or thread.frames if frame.function][:_CALLS]
    return f"in {', called by '.join(calls)}" if calls else ""


def _lock(lock: Lock) -> str:
    if lock.address == UNKNOWN:
        return f"a {lock.kind or 'lock'}, perhaps the same one,"
    if lock.kind == lock.address:
        return f"the {lock.kind}"
    return f"{lock.kind or 'lock'} {lock.address}" + (f" ({lock.name})" if lock.name else "")


def _place(frame: Frame | None) -> str:
    if frame is None or frame.function is None:
        return ""
    at = f" at {frame.file}" + (f":{frame.line}" if frame.line is not None else "") if frame.file else ""
    return f" in {frame.function}{at}"


def _number(key: str, threads: dict[str, Thread]) -> str:
    thread = threads.get(key)
    return (thread.id or key) if thread else key


def _name(key: str, threads: dict[str, Thread]) -> str:
    thread = threads.get(key)
    name = thread.name if thread else None
    if name and name.startswith(f"{TASK} "):
        return name
    return f"thread {_number(key, threads)}" + (f" ({name})" if name else "")


def _shortened(words: list[str]) -> str:
    return ", ".join(words[:_MOST]) + (f" and {len(words) - _MOST} more" if len(words) > _MOST else "")
