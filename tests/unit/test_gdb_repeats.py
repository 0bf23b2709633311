"""A thread's number that gdb's output holds twice: copies, other looks, other processes."""

from __future__ import annotations

import pytest

from stacktraces.model import Snapshot
from stacktraces.parsing import parse

POLL = "#0  0x0000000000000010 in poll () from /lib64/libc.so.6\n"
SERVE = "#1  0x0000000000000020 in serve () at serve.c:10\n"
TAKE = "#0  0x0000000000000030 in take () at take.c:3\n"


def heading(number: int, lwp: int) -> str:
    return f"\nThread {number} (Thread 0x7f{number} (LWP {lwp})):\n"


def looks(text: str) -> list[list[list[str | None]]]:
    """The functions of each thread of each snapshot."""
    found = [each for each in parse(text) if isinstance(each, Snapshot)]
    return [
        [[frame.function for frame in thread.frames] for thread in snapshot.processes[0].threads]
        for snapshot in found
    ]


@pytest.mark.parametrize("copies", [(POLL, POLL + SERVE), (POLL + SERVE, POLL), (POLL + SERVE, POLL + SERVE)])
def test_the_whole_copy_of_a_thread_counts(copies: tuple[str, str]) -> None:
    first, second = copies
    text = heading(2, 42) + first + "---Type <return>---\n" + heading(2, 42) + second + heading(1, 41) + TAKE
    assert looks(text) == [[["poll", "serve"], ["take"]]]


def test_a_thread_elsewhere_is_another_look() -> None:
    text = heading(2, 42) + POLL + SERVE + heading(1, 41) + TAKE
    later = heading(2, 42) + POLL + SERVE + heading(1, 41) + POLL
    assert looks(text + later) == [[["poll", "serve"], ["take"]], [["poll", "serve"], ["poll"]]]


def test_the_same_number_of_another_kernel_thread_is_another_process() -> None:
    text = "$ pstack 41\n" + heading(1, 41).lstrip() + POLL + "$ pstack 51\n" + heading(1, 51).lstrip() + TAKE
    assert looks(text) == [[["poll"]], [["take"]]]
    assert [each.processes[0].pid for each in parse(text) if isinstance(each, Snapshot)] == [41, 51]
    assert looks(heading(1, 41) + POLL + heading(1, 51) + TAKE) == [[["poll"]], [["take"]]]


def test_going_up_in_a_thread_that_was_shown_is_no_other_look() -> None:
    text = heading(1, 41) + POLL + SERVE + "[Switching to thread 1 (Thread 0x7f1 (LWP 41))]\n" + POLL + SERVE
    assert looks(text) == [[["poll", "serve"]]]
