"""What tells the signal beside gdb's own words: ``$_siginfo``, the heading of a crash dialog."""

from __future__ import annotations

from ..._number import to_number
from ..._regex import regex
from ...model import Error
from .fatal_stacks import signal_name

# $1 = {si_signo = 11, si_errno = 0, …   which gdb also prints over several lines
_SIGINFO = regex(r"(?:\$\d{1,6} = \{|\s{1,8}|\{)si_signo = (\d{1,3})(?:,|\Z)")
# Application: Mail (mail), signal: Segmentation fault   KDE's crash dialog
_DIALOG = regex(r"Application: .{0,200}?, signal: (?P<message>[A-Z][\w/ ]{3,40})")
_BY_MESSAGE = {
    "Segmentation fault": "SIGSEGV",
    "Aborted": "SIGABRT",
    "Abort": "SIGABRT",
    "Bus error": "SIGBUS",
    "Floating point exception": "SIGFPE",
    "Arithmetic exception": "SIGFPE",
    "Illegal instruction": "SIGILL",
    "Trace/breakpoint trap": "SIGTRAP",
}


def told_signal(line: str) -> Error | None:
    """The fatal signal that ``line`` tells; ``None`` where it tells none."""
    if "si_signo" in line and (found := _SIGINFO.match(line)):
        name = signal_name(to_number(found[1]))
        return Error(type=name) if name else None
    if line.startswith("Application: ") and (found := _DIALOG.match(line)):
        message = found["message"].strip()
        return Error(type=_BY_MESSAGE.get(message), message=message)
    return None
