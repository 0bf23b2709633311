"""The locks of a thread dump: which thread holds one, which waits for it."""

from __future__ import annotations

from collections.abc import Mapping

from ..._regex import regex
from ...model import Lock, Thread

_OWNABLE = regex(r"java\.util\.concurrent\.locks\.(?:Reentrant|Stamped)")
_CONDITION = "ConditionObject"


def thread_key(thread: Thread) -> str | None:
    """What a lock's owner is called."""
    return thread.os_id or thread.id


class ThreadLocks:
    """Takes what a dump says of the locks of ``thread``, innermost frame first."""

    def __init__(self, thread: Thread) -> None:
        self._thread = thread
        self._given_up: set[str] = set()

    def holds_monitor(self, address: str, kind: str) -> None:
        """It is in a block synchronised on an object of the class ``kind``.

        A monitor that it waits on (``Object.wait``) has been given up, though it is listed as locked.
        """
        held = self._thread.locks_held
        if address not in self._given_up and address not in (lock.address for lock in held):
            held.append(Lock(address, f"monitor of {kind}", thread_key(self._thread)))

    def holds(self, address: str, kind: str) -> None:
        """It holds a lock of ``java.util.concurrent``."""
        self._thread.locks_held.append(Lock(address, kind, thread_key(self._thread)))

    def waits_to_enter(self, address: str, kind: str) -> None:
        """It waits to enter a synchronised block."""
        self._given_up.add(address)
        self._thread.locks_awaited = [Lock(address, f"monitor of {kind}")]

    def waits_on(self, address: str) -> None:
        """It waits to be notified."""
        self._given_up.add(address)

    def parks_for(self, address: str, kind: str) -> None:
        """It waits for a lock, or for a condition, of ``java.util.concurrent``."""
        if _CONDITION not in kind:
            self._thread.locks_awaited = [Lock(address, kind)]


def tell_owners(threads: list[Thread], told: Mapping[tuple[str, str], str]) -> None:
    """Name the owner of each awaited lock, and leave out what is waited for but is no lock.

    ``told`` are the owners that the dump names: by waiter's name and lock, the owner's name.
    """
    held = {lock.address: lock.owner for thread in threads for lock in thread.locks_held}
    by_name = {thread.name: thread_key(thread) for thread in threads}
    for thread in threads:
        for lock in thread.locks_awaited:
            owner = told.get((thread.name or "", lock.address))
            named = by_name.get(owner) if owner else None
            lock.owner = held.get(lock.address) or lock.owner or named
        thread.locks_awaited = [
            lock
            for lock in thread.locks_awaited
            if lock.owner or (lock.kind or "").startswith("monitor ") or _OWNABLE.match(lock.kind or "")
        ]
