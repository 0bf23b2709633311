"""The threads of a gdb session, once all of it has been read."""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Hashable
from itertools import pairwise
from typing import NamedTuple

from ..._number import to_number
from ...model import Frame, Process, Thread
from .fatal_stacks import in_signal_handler, mark_by_stack

_NUMBERS: list[str | int | None] = [str(number) for number in range(1000)]


class Told(NamedTuple):
    """What gdb itself says of the thread that a signal stopped."""

    current: str | None
    """The number of the current thread."""
    switched: str | None
    """The kernel's id or the handle of the thread that gdb switched to."""
    address: int | None
    """Where the current thread stopped."""
    stopped: Thread | None
    """The stack that gdb prints after the signal, with no thread's number."""


def may_be_same(one: Thread, other: Thread) -> bool:
    """Whether two threads with one number can be one: nothing that gdb says of both differs."""
    return all(
        mine is None or theirs is None or mine == theirs
        for mine, theirs in ((one.os_id, other.os_id), (one.handle, other.handle))
    )


def whole_stack(one: list[Frame], other: list[Frame]) -> list[Frame] | None:
    """The longer of two copies of a thread's frames; ``None`` where they are different stacks."""
    shown = {frame.id: (frame.address, frame.function) for frame in one}
    for frame in other:
        if shown.get(frame.id, (frame.address, frame.function)) != (frame.address, frame.function):
            return None
    return other if len(other) > len(one) else one


def settle_numbers(threads: list[Thread]) -> list[str]:
    """Take out frames that stand there twice, as in copies of a pager that overlap; name the gaps.

    Returns a sentence for each thread whose frames are not all there, or differ under one number.
    """
    doubts: list[str] = []
    for thread in threads:
        printed = [frame.id for frame in thread.frames]
        if printed == _NUMBERS[: len(printed)]:
            continue
        numbers = [to_number(str(each)) if str(each).isdecimal() else -1 for each in printed]
        if all(0 <= after - before <= 1 for before, after in pairwise(numbers)):
            continue
        seen: dict[int, Frame] = {}
        differ = False
        for number, frame in zip(numbers, thread.frames, strict=True):
            first = seen.setdefault(number, frame)
            differ = differ or (first.address, first.function) != (frame.address, frame.function)
        name = f"thread {thread.id or thread.os_id or '1'}"
        if differ:
            doubts.append(f"Two frames of {name} have one number: what was printed is not one stack.")
            continue
        thread.frames = [seen[number] for number in sorted(seen)]
        for before, after in pairwise(sorted(each for each in seen if each >= 0)):
            if (
                before and after > before + 1
            ):  # Behind the innermost one a person asked for the outermost few.
                doubts.append(f"Frames {before + 1} to {after - 1} of {name} are missing.")
    return doubts


def drop_repeated_stacks(threads: list[Thread]) -> list[Thread]:
    """Take out the stacks that stand there twice, and number those without a number.

    gdb prints the current frame, and a person the current thread, besides all threads. Returns the
    threads that the first stack taken out can have been: several where their stacks are alike.
    """
    stacks = [[(frame.address, frame.function) for frame in thread.frames] for thread in threads]
    bare = [index for index, thread in enumerate(threads) if thread.id is None]
    beginnings: dict[int, dict[Hashable, deque[int]]] = {}
    for length in {len(stacks[index]) for index in bare}:
        of_length = beginnings[length] = defaultdict(deque)
        for index, stack in enumerate(stacks):
            of_length[tuple(stack[:length])].append(index)
    candidates: list[int] = []
    repeated: set[int] = set()
    for index in bare:
        alike = beginnings[len(stacks[index])][tuple(stacks[index])]
        while alike[0] in repeated:
            alike.popleft()
        others = [other for other in (alike[0], alike[-1]) if other != index and other not in repeated]
        if others:
            repeated.add(index)
            candidates = candidates or [other for other in alike if other != index]
    found = [threads[index] for index in candidates if index not in repeated]
    threads[:] = [thread for index, thread in enumerate(threads) if index not in repeated]
    taken = {thread.id for thread in threads}
    for number, thread in enumerate((thread for thread in threads if thread.id is None), 1):
        if str(number) not in taken:
            thread.id = str(number)
    return found


def mark_crashed(process: Process, told: Told, alike: list[Thread]) -> str | None:
    """Mark the thread that the signal arrived at, by gdb's words first, then by what the stacks show.

    ``alike`` are the threads whose stack gdb printed without a number. Where no signal is told, a stack
    that can only end in one sets ``process.error``. Returns a sentence where several threads can be the
    one, and marks none.
    """
    threads = process.threads
    if process.error is None:
        return mark_by_stack(process)
    found = _named_by_gdb(threads, told)
    if not found:
        found = _by_evidence(threads, told, alike)
    if len(found) > 1:
        return (
            f"Which thread crashed is not told: {len(found)} threads have the stack that gdb printed"
            " for the signal."
        )
    for thread in found:
        thread.crashed = True
    return None


def _named_by_gdb(threads: list[Thread], told: Told) -> list[Thread]:
    found = [thread for thread in threads if told.current is not None and thread.id == told.current]
    if not found and told.switched is not None:
        found = [thread for thread in threads if told.switched in (thread.os_id, thread.handle)]
    return found[:1] or (threads if len(threads) == 1 else [])


def _by_evidence(threads: list[Thread], told: Told, alike: list[Thread]) -> list[Thread]:
    """The threads that can be the one; a signal handler on the stack decides between several."""
    found = alike
    if not found and told.address is not None:
        at = [thread for thread in threads if thread.frames and thread.frames[0].address == told.address]
        found = at if len(at) == 1 else []
    if len(found) == 1:
        return found
    handling = [thread for thread in threads if in_signal_handler(thread.frames)]
    if len(handling) == 1:
        return handling
    if told.stopped is not None and any(told.stopped is thread for thread in threads):
        return [told.stopped]
    return found
