"""Locks of Rust's standard library, as a debugger shows them: ``self`` of who waits, the guards of who holds.

The standard library's mutex does not know its owner; the guard that the owner keeps in a local variable does.
"""

from __future__ import annotations

from ..._regex import regex
from ...model import Lock, Thread

MUTEX, RWLOCK = "Rust mutex", "Rust read-write lock"
_DEEPEST = 16
_LOCK = regex(
    r"<?(?:std::(?:sys|sync)|parking_lot|lock_api)[\w:]{0,80}::"
    r"(?P<kind>Mutex|RawMutex|RwLock|RawRwLock)(?:<.{0,400}>)?"
    r"::(?:lock\w*|read\w*|write\w*)(?:<.{0,400}>)?\Z"
)
_SELF = regex(r"\bself=(?:\w+=)?0x(?P<address>[0-9a-f]{1,16})")
_WAITS = regex(r"(?:std::sys::.{0,80}::)?futex_wait|syscall\Z|parking_lot_core::|std::thread::park")
_GUARD = regex(
    r"\b(?:std::sync|lock_api|std::sync::poison)[\w:]{0,80}::(?P<kind>Mutex|RwLock)"
    r"(?:Read|Write)?Guard<.{0,400}?>"
    r" ?\{lock: (?:\(.{0,200}?\) )?0x(?P<address>[0-9a-f]{1,16})"
)
_LOCAL_LIMIT = 1000
"""Characters of a local variable in which a guard is looked for."""


def awaited_lock(thread: Thread) -> Lock | None:
    """The lock that ``thread`` waits for; ``None`` where it waits for none, or for one without an address."""
    frames = thread.frames[:_DEEPEST]
    if not any(_WAITS.match(frame.function or "") for frame in frames[:4]):
        return None
    for frame in frames:
        found = _LOCK.match((frame.function or "")[:1000])
        address = _SELF.search(frame.args or "") if found is not None else None
        if found is not None and address is not None:
            kind = RWLOCK if "Rw" in found["kind"] else MUTEX
            return Lock(hex(int(address["address"], 16)), kind=kind)
    return None


def held_locks(thread: Thread) -> list[Lock]:
    """The locks whose guards ``thread`` keeps in local variables."""
    found: dict[str, Lock] = {}
    for frame in thread.frames:
        for value in (frame.locals or {}).values():
            if "Guard<" in value and (guard := _GUARD.search(value[:_LOCAL_LIMIT])) is not None:
                address = hex(int(guard["address"], 16))
                found[address] = Lock(address, kind=RWLOCK if guard["kind"] == "RwLock" else MUTEX)
    return list(found.values())
