"""Deadlocks and convoys, from who waits for what and who owns it."""

from __future__ import annotations

from ..._regex import regex
from ...model import Convoy, Deadlock, Frame, Lock, Process, Thread, Wait
from .native import (
    END_OF_THREAD,
    NATIVE_KINDS,
    TASK,
    UNKNOWN,
    depth_of_wait,
    has_time_limit,
    key_of,
    kind_of_wait,
)

CONVOY = 3
"""Threads waiting for one lock that are worth a word."""

_MANAGED = regex(r".*\.(?:py|pyx|java|kt|scala|groovy|clj)|<.*>")
"""Source files of languages with a runtime; Python's ``<string>``."""
_LIBRARY = regex(
    r"<?(?:std|core|alloc|parking_lot\w*|lock_api)::|syscall\Z|(?:runtime|sync|internal/(?:sync|poll))\."
)
"""Functions of Rust's and Go's own libraries, in which a lock is waited for."""
_PLATFORM = ("java.", "jdk.", "sun.")


def find_deadlocks(process: Process) -> list[Deadlock]:
    """The circles of threads that wait for each other; failing these, the whole process where none can go on.

    A thread waits for one lock at a time, so each thread has one way to go: circles are found by going
    it from each thread until a thread is met twice. Linear in the number of threads.
    """
    waits = {key_of(thread): wait for thread in process.threads if (wait := _wait(process, thread))}
    found: list[Deadlock] = []
    seen: dict[str, str] = {}
    for start in waits:
        path: list[str] = []
        at: str | None = start
        while at is not None and at in waits and at not in seen:
            seen[at] = start
            path.append(at)
            at = waits[at].lock.owner
        if at is not None and seen.get(at) == start and at in path:
            found.append(Deadlock([waits[each] for each in path[path.index(at) :]]))
    return found or _standstill(process, waits)


def _standstill(process: Process, waits: dict[str, Wait]) -> list[Deadlock]:
    """All threads wait, without a time limit, for what only another thread of the process could give."""
    threads = [each for each in process.threads if not each.ended and not _is_task(each)]
    stuck = [each for each in threads if key_of(each) in waits and has_time_limit(each) is False]
    kinds = {wait.lock.kind for wait in waits.values()}
    if len(threads) < 2 or len(stuck) != len(threads) or kinds <= {END_OF_THREAD}:
        return []
    return [Deadlock([waits[key_of(each)] for each in threads], owners_known=False)]


def _is_task(thread: Thread) -> bool:
    return (thread.name or "").startswith(TASK)


def find_convoys(process: Process) -> list[Convoy]:
    """The locks that several threads wait for, the longest queue first."""
    queues: dict[str, list[Wait]] = {}
    for thread in process.threads:
        wait = _wait(process, thread)
        if wait is not None and wait.lock.kind not in (END_OF_THREAD, TASK):
            queues.setdefault(wait.lock.address, []).append(wait)
    convoys = [Convoy(queue[0].lock, queue) for queue in queues.values() if len(queue) >= CONVOY]
    convoys += _at_one_place(process)
    return sorted(convoys, key=lambda each: -len(each.waits))


def _at_one_place(process: Process) -> list[Convoy]:
    """Threads that ask for a lock at the same place of the code, where no address tells which lock it is."""
    queues: dict[tuple[str, str, str | None, int | None], list[Wait]] = {}
    for thread in process.threads:
        kind = None if thread.locks_awaited or thread.ended else kind_of_wait(thread)
        asking = _asking_frame(thread, kind) if kind is not None else None
        if kind is None or asking is None or asking.function is None:
            continue
        wait = Wait(key_of(thread), Lock(UNKNOWN, kind=kind), thread.name, asking)
        queues.setdefault((kind, asking.function, asking.file, asking.line), []).append(wait)
    return [Convoy(queue[0].lock, queue) for queue in queues.values() if len(queue) >= CONVOY]


def _wait(process: Process, thread: Thread) -> Wait | None:
    if not thread.locks_awaited:
        return None
    program = (process.executable or "").rpartition("/")[2]
    name = None if thread.name and program.startswith(thread.name) else thread.name
    return Wait(
        key_of(thread), thread.locks_awaited[0], name, _asking_frame(thread, thread.locks_awaited[0].kind)
    )


def _asking_frame(thread: Thread, kind: str | None) -> Frame | None:
    """The program's own frame that asked for the lock, not those of the libraries that it went through."""
    frames = thread.frames
    asking = None
    if kind not in NATIVE_KINDS:
        managed = (frame for frame in frames if _MANAGED.fullmatch(frame.file or ""))
        asking = next((frame for frame in managed if not _is_platform(frame)), None)
    outer = frames[depth_of_wait(frames) :]
    while outer and _LIBRARY.match(outer[0].function or ""):
        outer = outer[1:]
    asking = asking or (outer[0] if outer and outer[0].function else None)
    return asking and Frame(
        function=asking.function, module=asking.module, file=asking.file, line=asking.line, id=asking.id
    )


def _is_platform(frame: Frame) -> bool:
    """Whether the frame is of the library that makes the runtime's locks."""
    return (frame.file or "").endswith("threading.py") or (frame.function or "").startswith(_PLATFORM)
