"""What the kernel says of a thread tells what it does, where its stack does not."""

from __future__ import annotations

import pytest

from stacktraces.model import Frame, Lock, Thread
from stacktraces.snapshots.system_states import with_system_state

PYTHON = [Frame(function="f", file="a.py", line=1)]


@pytest.mark.parametrize(
    ("letter", "wchan", "state", "idle"),
    [
        ("R", None, "running", False),
        ("S", "hrtimer_nanosleep", "sleeping", True),
        ("S", "do_epoll_wait", "waiting for events", True),
        ("S", "poll_schedule_timeout.constprop.0", "waiting in poll or select", True),
        ("S", "inet_csk_accept", "waiting for a connection", True),
        ("S", "wait_woken", "waiting for a socket", False),
        ("S", "__skb_wait_for_more_packets", "waiting for a socket", False),
        ("S", "anon_pipe_read", "reading from a pipe", False),
        ("S", "do_wait", "waiting for a child process", False),
        ("S", "futex_do_wait", "waiting for a lock or a condition", False),
        ("D", "folio_wait_bit_common", "waiting for a file", False),
        ("S", "something_new", None, False),
        ("S", None, None, False),
    ],
)
def test_where_a_thread_sleeps(letter: str, wchan: str | None, state: str | None, idle: bool) -> None:
    thread = with_system_state(Thread(frames=PYTHON, system_state=letter, wchan=wchan))
    assert (thread.state, thread.idle) == (state, idle)


@pytest.mark.parametrize(
    ("kind", "state"), [("GIL", "waiting for the GIL"), ("Python lock", "waiting for a Python lock")]
)
def test_a_lock_that_is_known_tells_more(kind: str, state: str) -> None:
    thread = Thread(
        frames=PYTHON, system_state="S", wchan="futex_do_wait", locks_awaited=[Lock("0x1", kind=kind)]
    )
    assert with_system_state(thread).state == state


def test_native_frames_and_a_state_that_is_told_stay() -> None:
    native = Thread(frames=[Frame(function="f", address=1)], system_state="R")
    assert with_system_state(native) == native
    told = Thread(frames=PYTHON, state="in the garbage collector", system_state="R")
    assert with_system_state(told) == told
