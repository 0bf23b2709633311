"""What a thread does as the kernel tells it, for stacks that end where an interpreter calls native code."""

from __future__ import annotations

import msgspec

from .._regex import regex
from ..model import Thread

# The function of the kernel that a thread sleeps in, what it does there, whether that is idleness.
_WAITS = (
    (regex(r"(?:hr|do_)\w*nanosleep"), "sleeping", True),
    (regex(r"do_epoll_wait|ep_poll"), "waiting for events", True),
    (regex(r"(?:do_)?poll_schedule_timeout|do_select|do_sys_poll"), "waiting in poll or select", True),
    (regex(r"inet_csk_accept|unix_accept"), "waiting for a connection", True),
    (
        regex(r"sk_wait_data|wait_woken|unix_stream_\w+|skb_wait_for_more_packets"),
        "waiting for a socket",
        False,
    ),
    (regex(r"(?:anon_)?pipe_(?:wait_)?read\w*"), "reading from a pipe", False),
    (regex(r"(?:anon_)?pipe_(?:wait_)?write\w*"), "writing to a pipe", False),
    (regex(r"do_wait\w*|do_waitpid|kernel_wait4"), "waiting for a child process", False),
    (regex(r"n_tty_read|wait_for_tty\w*"), "reading from a terminal", False),
    (regex(r"(?:io_schedule|folio_wait_bit|wait_on_page_bit|rpc_wait_bit)\w*"), "waiting for a file", False),
    (regex(r"futex_\w+"), "waiting for a lock or a condition", False),
)


def with_system_state(thread: Thread) -> Thread:
    """``thread``, where nothing else tells what it does, with what the kernel says of it.

    A thread with native frames is left alone: these tell more.
    """
    if thread.state is not None or any(frame.address is not None for frame in thread.frames):
        return thread
    replace = msgspec.structs.replace
    if thread.locks_awaited:
        kind = thread.locks_awaited[0].kind or "lock"
        return replace(thread, state=f"waiting for {'the' if kind == 'GIL' else 'a'} {kind}")
    if thread.system_state == "R":
        return replace(thread, state="running")
    # A compiler adds to the name of a function that it specialises.
    wchan = (thread.wchan or "").partition(".")[0].lstrip("_")
    for pattern, state, idle in _WAITS:
        if pattern.fullmatch(wchan):
            return replace(thread, state=state, idle=idle)
    return thread
