"""What ended a process: the errors of a snapshot, each with the thread that it arrived on."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from ..model import Error, Frame, Origin, Process, Snapshot, Thread, Trace
from ..naming import NATIVE, normalise
from ..runtimes import runtime_name

_WAITS = frozenset(
    (
        *("poll", "ppoll", "select", "pselect", "epoll_wait", "epoll_pwait", "kevent", "port_getn"),
        *(
            "read",
            "recv",
            "recvfrom",
            "recvmsg",
            "accept",
            "accept4",
            "nanosleep",
            "clock_nanosleep",
            "pause",
        ),
        *("wait4", "waitpid", "wait", "waitid", "sigwait", "sigwaitinfo", "sigtimedwait", "sigsuspend"),
        *("pthread_cond_wait", "pthread_cond_timedwait", "pthread_cond_clockwait", "lll_lock_wait"),
        *(
            "futex_wait",
            "futex_wait_cancelable",
            "futex_abstimed_wait_common",
            "futex_abstimed_wait_common64",
        ),
        *(
            "syscall_cancel_arch",
            "internal_syscall_cancel",
            "syscall_cancel",
            "pthread_join",
            "do_futex_wait",
        ),
        *("mach_msg_trap", "mach_msg2_trap", "kernel_vsyscall", "syscall"),
    )
)
"""Functions that a thread stands in while it waits, each normalised."""


def fatal_traces(snapshot: Snapshot, origin: Origin | None = None) -> Iterator[Trace]:
    """The errors that ended the processes of ``snapshot``, each with the stack it arrived on.

    ``origin`` is where the snapshot was seen. The runtime is that of the snapshot's format.
    """
    runtime, place = runtime_name(snapshot.format), origin or Origin()
    for process in snapshot.processes:
        for _, error in fatal_threads(process):
            yield Trace(error=error, format=snapshot.format, runtime=runtime, origin=place)


def reported_traces(snapshot: Snapshot) -> Iterator[Trace]:
    """Like :func:`fatal_traces`, with the stack of a report that tells no signal."""
    runtime = runtime_name(snapshot.format)
    for process in snapshot.processes:
        for _, error in reported_threads(snapshot, process):
            yield Trace(error=error, format=snapshot.format, runtime=runtime)


def fatal_threads(process: Process) -> Iterator[tuple[Thread | None, Error]]:
    """The errors that ended ``process``, each with its thread; ``None`` where no thread is marked."""
    crashed = [thread for thread in process.threads if thread.error is not None or thread.crashed]
    for thread in crashed:
        yield thread, thread_error(thread, process.error)
    if not crashed and process.error is not None:
        yield None, process.error


def reported_threads(snapshot: Snapshot, process: Process) -> Iterator[tuple[Thread | None, Error]]:
    """:func:`fatal_threads`, else the stack of the only thread of a report that tells no signal.

    A bug tracker's ``bt full`` is a stack without a word on what ended the process. It is no report where
    the thread waits, or where the text tells of a live process or of a collector that took it.
    """
    found = list(fatal_threads(process))
    live = snapshot.tool is not None or process.pid is not None or runtime_name(snapshot.format) != NATIVE
    if found or live or len(process.threads) != 1:
        return iter(found)
    (thread,) = process.threads
    if not thread.frames or _waits(thread.frames[0]):
        return iter(())
    return iter([(thread, thread_error(thread))])


def _waits(frame: Frame) -> bool:
    return frame.function is not None and normalise(frame.function) in _WAITS


def thread_error(thread: Thread, of_process: Error | None = None) -> Error:
    """The error of a crashed thread, else that of its process, with the thread's own stack."""
    error = thread.error or of_process or Error()
    return error if error.frames else msgspec.structs.replace(error, frames=thread.frames)
