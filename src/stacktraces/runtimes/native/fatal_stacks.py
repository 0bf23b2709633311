"""What a native stack shows of the signal that ended its process."""

from __future__ import annotations

from collections.abc import Sequence

from ..._regex import regex
from ...model import Error, Frame, Process

_HANDLER = "<signal handler called>"
KCRASH = "[KCrash Handler]"
"""What KDE's crash dialog writes in the place of its handler's frames."""
_WAY_OUT = frozenset(
    (
        *("raise", "gsignal", "raise_internal", "kill", "tgkill", "kernel_vsyscall", "kernel_linux_vsyscall"),
        *("pthread_kill", "pthread_kill_implementation", "pthread_kill_internal", "sigprocmask"),
        *("thr_kill", "sys_thr_kill", "lwp_kill", "_lwp_kill", "runtime.raise", "runtime.raise.abi0"),
    )
)
"""What ``abort`` calls, each normalised."""
_ABORTS = frozenset(
    (
        *("abort", "assert_fail", "assert_fail_base", "assert_perror_fail", "assert_rtn", "assert"),
        *("std::terminate", "__cxxabiv1::__terminate", "__gnu_cxx::__verbose_terminate_handler"),
        *("libc_message", "libc_message_impl", "libc_fatal", "malloc_printerr", "malloc_assert"),
        *("fortify_fail", "fortify_fail_abort", "chk_fail", "stack_chk_fail", "os::abort"),
        *(
            "g_assertion_message",
            "g_assertion_message_expr",
            "g_assertion_message_cmpnum",
            "qt_message_fatal",
        ),
        *("mozalloc_abort", "std::process::abort", "std::sys::pal::unix::abort_internal", "panic_abort"),
        *("_exit_abort", "runtime.crash", "runtime.dieFromSignal"),
    )
)
"""What ends in ``abort``, each normalised."""
_TRAPS = frozenset(("g_logv", "g_log_abort", "_g_log_abort"))
"""GLib's fatal messages end in a breakpoint."""
_SANITIZERS = (
    (regex(r"__asan(?:_report_|::(?:Report|ScopedInErrorReport))"), "AddressSanitizer"),
    (regex(r"__tsan(?:_report|::(?:ReportRace|PrintReport))"), "ThreadSanitizer"),
    (regex(r"__msan(?:_warning|::PrintWarning)"), "MemorySanitizer"),
    (regex(r"__ubsan_handle_\w++_abort"), "UndefinedBehaviorSanitizer"),
)
_FRAMES_READ = 12
"""Frames of a signal's way out of a process, and of a handler, that are looked at."""
_SIGNAL_ARGUMENT = regex(
    r"(?:\A|, )(?:sig|signo|signum|signal|sig_num|signal_number|signr|dump_signal|sig_no)="
    r"(?:\w{1,40}+@entry=)?(\d{1,2})(?=,|\Z| )"
)
# handle_fatal_signal, breakpad's ExceptionHandler::SignalHandler, KCrash::defaultCrashHandler, segv_handler
_FATAL_HANDLER = regex(r".*?(?:[Cc]rash|[Ff]atal|[Ss]egv|SIGSEGV|FailureSignal|ExceptionHandler|abort)")
_FATAL = {4: "SIGILL", 5: "SIGTRAP", 6: "SIGABRT", 7: "SIGBUS", 8: "SIGFPE", 11: "SIGSEGV", 31: "SIGSYS"}
"""Signals of Linux that end a process for an error of its own."""


def in_signal_handler(frames: Sequence[Frame]) -> bool:
    """Whether the stack goes through the handler of a signal."""
    return any(frame.function in (_HANDLER, KCRASH) for frame in frames)


def signal_name(number: int) -> str | None:
    """The name of a signal of Linux by which a process ends for an error of its own."""
    return _FATAL.get(number)


def fatal_signal(frames: Sequence[Frame]) -> Error | None:
    """The signal that the stack can only have ended in; ``None`` where it shows none.

    It is ``abort`` on its way out, a sanitizer's report, or a handler that was given the number of a fatal
    signal or is named for one. Another handler may serve a timer or a child's end. The error has no type
    where the stack shows that the process died, and not of what.
    """
    for index, frame in enumerate(frames):
        if frame.function == _HANDLER:
            return _handled(frames[max(0, index - _FRAMES_READ) : index])
        if frame.function == KCRASH:
            return Error()
    return _dying(frames[:_FRAMES_READ])


def _dying(frames: Sequence[Frame]) -> Error | None:
    """The signal of a stack that no handler is on."""
    from .names import normalise

    raised: str | None = None
    for index, frame in enumerate(frames):
        if frame.function is None:
            if index:
                continue
            return None
        name = normalise(frame.function)
        if name in _ABORTS:
            return Error(type="SIGABRT")
        if name in _TRAPS and index == 0:
            return Error(type="SIGTRAP")
        for pattern, kind in _SANITIZERS:
            if pattern.match(frame.function):
                return Error(type=kind)
        if frame.function.startswith(("__sanitizer::", "__asan::", "__tsan::", "__msan::", "__ubsan::")):
            continue
        if name not in _WAY_OUT:
            break
        raised = raised or _signal_given(frame)
    return Error(type=raised) if raised else None


def _signal_given(frame: Frame) -> str | None:
    found = _SIGNAL_ARGUMENT.search(frame.args or "")
    return _FATAL.get(int(found[1])) if found else None


def _handled(frames: Sequence[Frame]) -> Error | None:
    """The signal of a handler, which called ``frames``."""
    from .names import normalise

    if (dying := _dying(frames)) is not None and dying.type == "SIGABRT":
        return dying
    for frame in reversed(frames):
        found = _SIGNAL_ARGUMENT.search(frame.args or "")
        if found is not None:
            name = _FATAL.get(int(found[1]))
            return Error(type=name) if name else None
    names = [normalise(frame.function or "") for frame in frames]
    if any(_FATAL_HANDLER.match(name[:200]) for name in names):
        segv = any("segv" in name.lower() for name in names)
        return Error(type="SIGSEGV" if segv else None)
    return None


def mark_by_stack(process: Process) -> str | None:
    """Mark the only thread whose stack shows a fatal signal, and set ``process.error``, where none is told.

    Returns a sentence where the stacks of several threads show one, and marks none.
    """
    signals = [(thread, error) for thread in process.threads if (error := fatal_signal(thread.frames))]
    if len(signals) == 1:
        thread, process.error = signals[0]
        thread.crashed = True
    if len(signals) > 1:
        return f"Which thread crashed is not told: the stacks of {len(signals)} threads show a fatal signal."
    return None
