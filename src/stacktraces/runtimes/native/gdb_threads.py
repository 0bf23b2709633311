"""The threads of a gdb session, once all of it has been read."""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Hashable

from ...model import Thread


def drop_repeated_stacks(threads: list[Thread]) -> str | None:
    """Take out the stacks that stand there twice, number those without a number; the current thread's number.

    gdb prints the current frame, and a person the current thread, besides all threads.
    """
    stacks = [[(frame.address, frame.function) for frame in thread.frames] for thread in threads]
    bare = [index for index, thread in enumerate(threads) if thread.id is None]
    beginnings: dict[int, dict[Hashable, deque[int]]] = {}
    for length in {len(stacks[index]) for index in bare}:
        of_length = beginnings[length] = defaultdict(deque)
        for index, stack in enumerate(stacks):
            of_length[tuple(stack[:length])].append(index)
    current: str | None = None
    repeated: set[int] = set()
    for index in bare:
        alike = beginnings[len(stacks[index])][tuple(stacks[index])]
        while alike[0] in repeated:
            alike.popleft()
        others = [other for other in (alike[0], alike[-1]) if other != index and other not in repeated]
        if others:
            repeated.add(index)
            current = current or threads[others[0]].id
    threads[:] = [thread for index, thread in enumerate(threads) if index not in repeated]
    taken = {thread.id for thread in threads}
    for number, thread in enumerate((thread for thread in threads if thread.id is None), 1):
        if str(number) not in taken:
            thread.id = str(number)
    return current


def mark_crashed(
    threads: list[Thread], current: str | None, switched: str | None, stopped_at: int | None
) -> None:
    """Mark the thread that was current when a signal was seen.

    It is known by its number, by the id or handle that gdb switched to, or by where it stopped.
    """
    found = [thread for thread in threads if current is not None and thread.id == current]
    if not found and len(threads) == 1:
        found = threads
    if not found and switched is not None:
        found = [thread for thread in threads if switched in (thread.os_id, thread.handle)]
    if not found and stopped_at is not None:
        found = [thread for thread in threads if thread.frames and thread.frames[0].address == stopped_at]
        found = found if len(found) == 1 else []
    for thread in found[:1]:
        thread.crashed = True
