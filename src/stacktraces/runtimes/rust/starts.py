"""Where it is certain that one of Rust's reports starts."""

from __future__ import annotations

from .headers import is_report
from .reports import CRASHED

_FIRST = ("thread '", "Thread '", "panicked at ", "fatal runtime error: ", "memory allocation of ", CRASHED)


def starts_here(line: str, following: str) -> bool:
    """See :attr:`stacktraces.runtimes.Runtime.starts`."""
    return line.startswith(_FIRST) and (is_report(line) or line == CRASHED)
