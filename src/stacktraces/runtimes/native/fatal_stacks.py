"""What a native stack shows of the signal that ended its process."""

from __future__ import annotations

from collections.abc import Sequence

from ..._regex import regex
from ...model import Error, Frame

_HANDLER = "<signal handler called>"
_WAY_OUT = frozenset(
    (
        *("raise", "gsignal", "raise_internal", "kill", "tgkill", "kernel_vsyscall", "kernel_linux_vsyscall"),
        *("pthread_kill", "pthread_kill_implementation", "pthread_kill_internal"),
        *("thr_kill", "sys_thr_kill", "lwp_kill", "_lwp_kill"),
    )
)
"""What ``abort`` calls, each normalised."""
_FRAMES_READ = 12
"""Frames of a signal's way out of a process, and of a handler, that are looked at."""
_SIGNAL_ARGUMENT = regex(
    r"(?:\A|, )(?:sig|signo|signum|signal|sig_num|signal_number|dump_signal)=(\d{1,2})(?=,|\Z)"
)
_FATAL = {4: "SIGILL", 6: "SIGABRT", 7: "SIGBUS", 8: "SIGFPE", 11: "SIGSEGV"}
"""Signals of Linux that end a process for an error of its own."""


def in_signal_handler(frames: Sequence[Frame]) -> bool:
    """Whether the stack goes through the handler of a signal."""
    return any(frame.function == _HANDLER for frame in frames)


def fatal_signal(frames: Sequence[Frame]) -> Error | None:
    """The signal that the stack can only have ended in; ``None`` where it shows none.

    It is ``abort`` on its way out, or a handler that was given the number of a fatal signal. A handler
    whose signal is not told may serve a timer or a child's end.
    """
    from .names import normalise

    for index, frame in enumerate(frames):
        if frame.function == _HANDLER:
            return _handled(frames[max(0, index - _FRAMES_READ) : index])
    for frame in frames[:_FRAMES_READ]:
        name = normalise(frame.function or "")
        if name == "abort":
            return Error(type="SIGABRT", message=None)
        if name not in _WAY_OUT:
            return None
    return None


def _handled(frames: Sequence[Frame]) -> Error | None:
    for frame in reversed(frames):
        found = _SIGNAL_ARGUMENT.search(frame.args or "")
        if found is not None:
            name = _FATAL.get(int(found[1]))
            return Error(type=name, message=None) if name else None
    return None
