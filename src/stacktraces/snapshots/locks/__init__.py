"""Who waits for which lock, who owns it, and whether anybody can ever go on."""

from __future__ import annotations

import msgspec

from ...model import Lock, Process, Snapshot, Thread
from . import rust
from .circles import find_convoys, find_deadlocks
from .native import END_OF_THREAD, TASK, awaited_lock, joins_in_python, key_of, waits_for_gil


def with_locks(snapshot: Snapshot) -> Snapshot:
    """``snapshot`` with :func:`find_locks` of each of its processes."""
    return msgspec.structs.replace(snapshot, processes=[find_locks(each) for each in snapshot.processes])


def find_locks(process: Process) -> Process:
    """``process`` with what its threads hold and wait for, its ``deadlocks`` and its ``convoys``.

    Knows what a format's reader told of a thread (Java's monitors, the GIL), what the collector read in
    the kernel's waits, and what stands in frames' arguments and locals. The argument is left as it was.
    """
    native = awaited_lock(process)
    threads = [
        msgspec.structs.replace(
            thread,
            locks_held=[msgspec.structs.replace(lock) for lock in thread.locks_held],
            locks_awaited=_awaited(thread, rust.awaited_lock(thread) or native(thread)),
        )
        for thread in process.threads
    ]
    found = msgspec.structs.replace(process, threads=threads)
    _tell_guards(threads)
    _tell_owners(threads)
    found.deadlocks = find_deadlocks(found)
    found.convoys = find_convoys(found)
    return found


def _awaited(thread: Thread, native: Lock | None) -> list[Lock]:
    locks = [msgspec.structs.replace(lock) for lock in thread.locks_awaited]
    if native is not None and not locks:
        locks.append(native)
    if not locks and waits_for_gil(thread):
        locks.append(Lock("GIL", kind="GIL"))
    if locks and joins_in_python(thread):
        locks[0].kind = END_OF_THREAD
    return locks


def _tell_guards(threads: list[Thread]) -> None:
    """Tell who keeps the guard of a lock that another thread waits for, where Rust's locks are waited for.

    A guard that was moved or dropped may still stand in a variable: who waits for a lock does not hold it.
    """
    kinds = (rust.MUTEX, rust.RWLOCK)
    awaited = {lock.address for thread in threads for lock in thread.locks_awaited if lock.kind in kinds}
    for thread in threads if awaited else []:
        own = {lock.address for lock in thread.locks_awaited}
        for lock in rust.held_locks(thread):
            if lock.address in awaited and lock.address not in own:
                thread.locks_held.append(lock)


def _tell_owners(threads: list[Thread]) -> None:
    """Name owners by their thread's key, and tell each lock to its owner and to all who wait for it."""
    keys: dict[str, str] = {}
    for names in ((each.id, each.handle, each.os_id) for each in threads):
        keys.update((name, names[2] or names[0] or "") for name in names if name)
    owners: dict[str, str] = {}
    for thread in threads:
        for lock in thread.locks_held:
            lock.owner = owners[lock.address] = key_of(thread)
    for lock in (lock for thread in threads for lock in thread.locks_awaited):
        if lock.owner is not None:
            owners.setdefault(lock.address, keys.get(lock.owner, lock.owner))
    by_key = {key_of(thread): thread for thread in threads}
    told = {(key_of(thread), lock.address) for thread in threads for lock in thread.locks_held}
    for lock in (lock for thread in threads for lock in thread.locks_awaited):
        lock.owner = owners.get(lock.address)
        owner = by_key.get(lock.owner or "")
        if owner is None or lock.kind in (END_OF_THREAD, TASK) or (lock.owner, lock.address) in told:
            continue
        told.add((lock.owner or "", lock.address))
        owner.locks_held.append(msgspec.structs.replace(lock))


__all__ = ["find_locks", "with_locks"]
