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


def numbered(*numbers: int) -> str:
    return "".join(f"#{each}  0x{each + 16:016x} in f{each} () at a.c:{each + 1}\n" for each in numbers)


@pytest.mark.parametrize(
    ("numbers", "kept", "doubt"),
    [
        ((0, 1, 2, 3, 1, 2, 3, 4), [0, 1, 2, 3, 4], None),
        ((0, 1, 2, 5, 6), [0, 1, 2, 5, 6], "Frames 3 to 4 of thread 7 are missing."),
        ((0, 5, 6), [0, 5, 6], None),
        ((3, 4, 5), [3, 4, 5], None),
    ],
)
def test_frames_whose_numbers_do_not_follow_one_another(
    numbers: tuple[int, ...], kept: list[int], doubt: str | None
) -> None:
    (snapshot,) = parse(f"Thread 7 (Thread 0x7f1 (LWP 41)):\n{numbered(*numbers)}")
    assert isinstance(snapshot, Snapshot)
    (thread,) = snapshot.processes[0].threads
    assert [frame.id for frame in thread.frames] == [str(each) for each in kept]
    assert snapshot.uncertain == ([doubt] if doubt else [])


LIST = (
    "  Id   Target Id                            Frame \n"
    '* 1    Thread 0x7f1 (LWP 41) "app" 0x0000000000000010 in pick (p=0x0) at pick.c:3\n'
    '  2    Thread 0x7f2 (LWP 42) "app" poll () from /lib64/libc.so.6\n'
    '  3    Thread 0x7f3 (LWP 43) "picker" (running)\n'
)


def test_a_list_of_threads_alone_is_a_snapshot() -> None:
    (snapshot,) = parse(f"(gdb) info threads\n{LIST}(gdb) quit\n")
    assert isinstance(snapshot, Snapshot)
    threads = snapshot.processes[0].threads
    assert [(each.id, each.os_id, each.name) for each in threads] == [
        ("1", "41", "app"),
        ("2", "42", "app"),
        ("3", "43", "picker"),
    ]
    assert [[frame.function for frame in each.frames] for each in threads] == [["pick"], ["poll"], []]
    assert threads[2].state == "running"


def test_a_list_before_or_behind_the_stacks_belongs_to_them() -> None:
    stacks = f"Thread 1 (Thread 0x7f1 (LWP 41)):\n{numbered(0, 1)}"
    for text in (f"{LIST}\n{stacks}", f"{stacks}\n(gdb) \n{LIST}"):
        (snapshot,) = parse(text)
        assert isinstance(snapshot, Snapshot)
        assert snapshot.format == "gdb"
