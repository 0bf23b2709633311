"""What the thread does that holds the lock which another one waits for, in words."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from ...model import Deadlock, Frame, Lock, Thread
from ..folding import is_python
from .native import PYTHON_LOCK, TASK, key_of

_PYTHON = "Python "
"""What the kinds of Python's locks begin with."""
_LIBRARY = ("threading.py", "queue.py")


def tell_holders(threads: Sequence[Thread], deadlocks: Sequence[Deadlock]) -> list[Thread]:
    """``threads``, described, of which those that wait for Python's lock or a task say who holds it.

    Of threads in one of the ``deadlocks`` that is told there.
    """
    by_key = {key_of(thread): thread for thread in threads}
    dead = {wait.thread for deadlock in deadlocks for wait in deadlock.waits}
    return [_told(thread, by_key, key_of(thread) in dead) for thread in threads]


def _told(thread: Thread, by_key: dict[str, Thread], is_dead: bool) -> Thread:
    lock = thread.locks_awaited[0] if thread.locks_awaited else None
    owner = by_key.get(lock.owner or "") if lock is not None else None
    if lock is None or owner is None or owner is thread:
        return thread
    if lock.kind == TASK:
        more = len(thread.locks_awaited) - 1
        others = f" and {more:,} more" if more else ""
        return msgspec.structs.replace(thread, state=f"waiting for {owner.name}{others}")
    if is_dead or not (lock.kind or "").startswith(_PYTHON):
        return thread
    wait = "; ".join(each for each in (thread.wait, _held(lock, owner)) if each)
    return msgspec.structs.replace(thread, wait=wait)


def _held(lock: Lock, owner: Thread) -> str:
    """``held by thread 7 "writer", sleeping, in write_books at orders.py:24``."""
    # A plain lock of Python's knows no owner: told is who stands within a with statement on it.
    told = "likely held by" if lock.kind == PYTHON_LOCK else "held by"
    name = f' "{owner.name}"' if owner.name else ""
    place = _place(owner.frames)
    return f"{told} thread {owner.id or owner.os_id}{name}" + "".join(
        f", {each}" for each in (owner.state, place) if each
    )


def _place(frames: Sequence[Frame]) -> str | None:
    """The innermost call of the program's, as far as that can be told."""
    written = [frame for frame in frames if frame.function and is_python(frame)]
    own = [frame for frame in written if not (frame.file or "").endswith(_LIBRARY)]
    frame = next(iter(own or written or [frame for frame in frames if frame.function]), None)
    if frame is None:
        return None
    file = (frame.file or "").rpartition("/")[2]
    return f"in {frame.function}" + (f" at {file}:{frame.line}" if file and frame.line else "")
