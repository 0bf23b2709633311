"""Where it is certain that one of Go's reports starts."""

from __future__ import annotations

from .syntax import (
    GOROUTINE,
    HEADER,
    NESTED,
    PROGRAM_COUNTER,
    RECOVERED,
    REPANICKED,
    RUNTIME_STACK,
    SIGNAL,
    SIGNAL_HEADER,
    call,
)

_RULER = "=================="
_RACE = "WARNING: DATA RACE"
_OVERFLOW = "runtime: goroutine stack exceeds "
_RUNTIME_ERROR = "panic: runtime error: "


def starts_here(line: str, following: str) -> bool:
    """See :attr:`stacktraces.runtimes.Runtime.starts`."""
    if HEADER.match(line):
        return (
            not following.strip()
            or line.startswith(_RUNTIME_ERROR)
            or line.endswith((RECOVERED, REPANICKED))
            or following.startswith((NESTED, RUNTIME_STACK))
            or (SIGNAL.match(following) or GOROUTINE.match(following)) is not None
        )
    if GOROUTINE.match(line):
        return call(following) is not None
    if SIGNAL_HEADER.match(line):
        return PROGRAM_COUNTER.match(following) is not None
    return line == _RACE or (line == _RULER and following == _RACE) or line.startswith(_OVERFLOW)
