"""The lock that a native thread waits for, from its wait in the kernel and the arguments of its frames.

The layout of glibc's locks is that of ``sysdeps/x86/nptl/bits/struct_mutex.h`` and ``struct_rwlock.h``, the
same on all 64-bit Linux: a mutex's words are the lock, the count and the owner; an rwlock's third to
seventh are the two that are waited at, two unused ones and the writer that holds it. A futex's operations
are those of futex(2).
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence

from ..._regex import regex
from ...model import Frame, Futex, Lock, Process, Thread

END_OF_THREAD = "end of thread"
UNKNOWN = "unknown"
"""The address of a lock, or the thread that is waited for, where nothing tells it."""
TASK = "asyncio task"
"""The end of such a task, which its thread is named by."""
MUTEX = "mutex"
RWLOCK = "rwlock"
PYTHON_LOCK = "Python lock"
DEEPEST = 16
"""Frames from the innermost that may be part of waiting for a lock."""

NATIVE_KINDS = (MUTEX, RWLOCK, "spinlock", "lock of the C library")
_KINDS = (
    (
        regex(r"pthread_(?:clockjoin|timedjoin|join)|ThreadHandle_join|PyThreadHandleObject_join"),
        END_OF_THREAD,
    ),
    (regex(r"pthread_rwlock_\w{0,40}(?:rd|wr)lock"), RWLOCK),
    (regex(r"PyThread_acquire_lock|PyMutex_Lock"), PYTHON_LOCK),
    (regex(r"pthread_mutex_(?!unlock|trylock)\w{0,40}lock|lll_mutex_lock"), MUTEX),
    (regex(r"pthread_spin_lock"), "spinlock"),
    (regex(r"lll_lock_wait_private"), "lock of the C library"),
)
_WAITING = regex(
    r"futex_|lll_|pthread_|new_sem_wait|sem_wait|do_futex_wait|syscall|kernel_vsyscall|"
    r"take_gil|acquire_timed$|lock_PyThread_acquire_lock|rlock_acquire|PyThread_|PyMutex_|PyParkingLot|PySemaphore|"
    r"std::(?:__1::)?(?:mutex|lock_guard|unique_lock|recursive_mutex|shared_mutex)|gthread_"
)
_IN_KERNEL = regex(r"lll_|futex_|do_futex|new_sem_wait|syscall|umtx|psynch|PyParkingLot|PySemaphore")
"""A thread that has not come so far is only taking the lock, and will have it."""
_ARGUMENTS = {
    MUTEX: regex(r"\b(?:mutex|futex)=(?:\w+=)?0x([0-9a-f]+)(?: <([^<>]+)>)?"),
    RWLOCK: regex(r"\brwlock=(?:\w+=)?0x([0-9a-f]+)(?: <([^<>]+)>)?"),
    PYTHON_LOCK: regex(r"\b(?:lock|m)=(?:\w+=)?0x([0-9a-f]+)(?: <([^<>]+)>)?"),
    "spinlock": regex(r"\block=(?:\w+=)?0x([0-9a-f]+)(?: <([^<>]+)>)?"),
    "lock of the C library": regex(r"\bfutex=(?:\w+=)?0x([0-9a-f]+)(?: <([^<>]+)>)?"),
}
_JOINED = regex(r"\bthreadid=(?:\w+=)?(\d+)")
_OWNER = regex(r"__data = \{\s*__lock = [1-9]\d{0,9},\s*__count = \d{1,10},\s*__owner = ([1-9]\d{0,9}),")
_TIMEOUT = regex(r"\babstime=(?:\w+=)?(0x[0-9a-f]+)")
_PYTHON_TIMEOUT = regex(r"\bmicroseconds=(?:\w+=)?(-?\d+)")
_LOCAL_LIMIT = 4000
"""Characters of a local variable in which a mutex is looked for."""
_WAIT, _WAIT_BITSET = 0, 9
_LOCK_PI, _LOCK_PI2 = 6, 13
_LONGEST_NAME = 500
"""Characters of a function's name that are looked at: input is untrusted, and a cache keeps names."""
_OWNER_BITS = 0x3FFFFFFF


def key_of(thread: Thread) -> str:
    """What a lock's owner is named by."""
    return thread.os_id or thread.id or ""


def symbol(frame: Frame) -> str:
    """A frame's function without its version, underscores and the mark of glibc's own calls."""
    name = (frame.function or "").split("@", 1)[0].lstrip("_")
    return name.removeprefix("GI_").lstrip("_")


def depth_of_wait(frames: Sequence[Frame]) -> int:
    """How many of the innermost frames only carry out the wait for a lock."""
    depth = 0
    for index, frame in enumerate(frames[:DEEPEST]):
        if _WAITING.match(symbol(frame)):
            depth = index + 1
    return depth


def waits_for_gil(thread: Thread) -> bool:
    """Whether a thread of a Python program stands in line for the interpreter."""
    frames = thread.frames[:DEEPEST]
    return any("take_gil" in (frame.function or "") and symbol(frame) == "take_gil" for frame in frames)


def joins_in_python(thread: Thread) -> bool:
    """Whether the innermost Python frame waits for another thread to end: before 3.13, for a lock of its."""
    frame = next((each for each in thread.frames if (each.file or "").endswith(".py")), None)
    if frame is None or not (frame.file or "").endswith("threading.py"):
        return False
    return (frame.function or "").rpartition(".")[2] in ("_wait_for_tstate_lock", "join")


def has_time_limit(thread: Thread) -> bool | None:
    """Whether the thread's wait ends by itself after some time; ``None`` where that cannot be told."""
    if thread.futex is not None and thread.futex.timeout is not None:
        return thread.futex.timeout != 0
    limits = []
    for frame in thread.frames[:DEEPEST]:
        if found := _TIMEOUT.search(frame.args or ""):
            limits.append(int(found[1], 16) != 0)
        elif found := _PYTHON_TIMEOUT.search(frame.args or ""):
            limits.append(int(found[1]) >= 0)
    return any(limits) if limits else None


def awaited_lock(process: Process) -> Callable[[Thread], Lock | None]:
    """A function from a thread of ``process`` to the lock that it waits for, as far as native frames tell."""
    by_os_id = {thread.os_id for thread in process.threads if thread.os_id}
    by_handle = {
        int(thread.handle, 16): key_of(thread)
        for thread in process.threads
        if thread.handle and thread.handle.startswith("0x")
    }

    def find(thread: Thread) -> Lock | None:
        kind = _kind(thread.frames)
        futex = thread.futex
        if futex is not None:
            kind = kind or _kind_by_words(futex, by_os_id)
        if kind == END_OF_THREAD:
            return _joined_thread(thread, by_os_id, by_handle)
        if kind is None or not (futex is not None or _waits_in_kernel(thread)):
            return None
        lock = _by_arguments(thread.frames, kind) or (Lock("", kind=kind) if futex else None)
        if lock is None:
            return None
        if futex is not None:
            _by_words(lock, futex, writes=any("wrlock" in symbol(each) for each in thread.frames[:DEEPEST]))
        if lock.owner not in by_os_id:
            lock.owner = _owner_in_locals(thread.frames, by_os_id) if lock.kind == MUTEX else None
        return lock if lock.address else None

    return find


def _waits_in_kernel(thread: Thread) -> bool:
    frames = thread.frames[:DEEPEST]
    return any(_IN_KERNEL.match(symbol(frame)) or symbol(frame).startswith("PyThread_") for frame in frames)


def kind_of_wait(thread: Thread) -> str | None:
    """The kind of a lock of the C library that ``thread`` waits for in the kernel, whichever it is."""
    kind = _kind(thread.frames)
    return kind if kind in NATIVE_KINDS and _waits_in_kernel(thread) else None


def _kind(frames: Sequence[Frame]) -> str | None:
    kinds = (_kind_of(frame.function[:_LONGEST_NAME]) for frame in frames[:DEEPEST] if frame.function)
    return next(filter(None, kinds), None)


@functools.lru_cache(maxsize=4096)
def _kind_of(function: str) -> str | None:
    name = symbol(Frame(function=function))
    return next((kind for pattern, kind in _KINDS if pattern.match(name)), None)


def _kind_by_words(futex: Futex, os_ids: set[str]) -> str | None:
    """Without any symbol: only a mutex is locked with 2 and has a thread of the process as its third word."""
    words = futex.words
    if futex.operation & 0x7F == _WAIT and futex.value == 2 and words[:1] == [2] and len(words) > 2:
        return MUTEX if str(words[2]) in os_ids else None
    if futex.operation & 0x7F == _WAIT_BITSET and words[:1] == [futex.value] and str(futex.value) in os_ids:
        return END_OF_THREAD
    return None


def _joined_thread(thread: Thread, os_ids: set[str], by_handle: dict[int, str]) -> Lock:
    """The word that pthread_join waits at is the thread's id, until the kernel clears it."""
    owner = None
    if thread.futex is not None and str(thread.futex.value) in os_ids:
        owner = str(thread.futex.value)
    for frame in thread.frames[:DEEPEST] if owner is None else []:
        if found := _JOINED.search(frame.args or ""):
            owner = by_handle.get(int(found[1]))
    return Lock(owner or UNKNOWN, kind=END_OF_THREAD, owner=owner)


def _by_arguments(frames: Sequence[Frame], kind: str) -> Lock | None:
    pattern = _ARGUMENTS[kind]
    for frame in frames[:DEEPEST]:
        if _WAITING.match(symbol(frame)) and (found := pattern.search(frame.args or "")):
            return Lock(hex(int(found[1], 16)), kind=kind, name=found[2])
    return None


def _by_words(lock: Lock, futex: Futex, *, writes: bool) -> None:
    """Take the lock's address and owner from the wait in the kernel."""
    words = futex.words
    if lock.kind == RWLOCK:
        # Readers wait at the third word, and so does the first writer, for the value 2; others at the fourth.
        third = not writes or futex.value == 2
        lock.address = hex(futex.address - (8 if third else 12))
        writer = words[4 if third else 3] if len(words) > 4 else 0
        lock.owner = str(writer) if writer > 0 else None
        return
    lock.address = lock.address or hex(futex.address)
    if lock.kind != MUTEX or int(lock.address, 16) != futex.address:
        return
    if futex.operation & 0x7F in (_LOCK_PI, _LOCK_PI2):
        lock.owner = str(words[0] & _OWNER_BITS) if words else None
    elif len(words) > 2 and words[2] > 0:
        lock.owner = str(words[2])


def _owner_in_locals(frames: Sequence[Frame], os_ids: set[str]) -> str | None:
    """The owner of the one locked mutex that the locals of the waiting frames show."""
    owners = {
        found[1]
        for frame in frames[:DEEPEST]
        for value in (frame.locals or {}).values()
        for found in _OWNER.finditer(value[:_LOCAL_LIMIT])
        if found[1] in os_ids
    }
    return owners.pop() if len(owners) == 1 else None
