"""Crystal: exceptions that nobody caught or that were logged, and accesses of memory that is not there."""

from __future__ import annotations

from ...cursor import Cursor
from ...model import Trace
from ...trace_lines import LineKind, TraceLines
from .. import Format, NameRules, Runtime


def names() -> NameRules:
    from .names import NAMES

    return NAMES


def read(cursor: Cursor) -> Trace | None:
    """The trace that the cursor's line is part of; see :data:`stacktraces.runtimes.Reader`."""
    from .reader import read

    return read(cursor)


def starts_trace(line: str, following: str) -> bool:
    """See :attr:`stacktraces.runtimes.Runtime.starts`."""
    return line.startswith(("Unhandled exception: ", "Unhandled exception in spawn")) and line.endswith(")")


FORMAT = Format(
    name="crystal",
    title="Crystal exception",
    anchors=(
        b".cr:",
        b"from ???",
        b"Invalid memory access (signal ",
        b"Stack overflow (e.g., infinite or very deep recursion)",
    ),
    read=read,
)

_FRAME = rb"  from (?:\?\?\?|[^\n]{1,1000} in ')"
LINES = TraceLines(
    header=LineKind(
        rb"Unhandled exception(?: in spawn(?:\([^\n)]{1,200}\))?)?: |Invalid memory access \(signal \d",
        (b"Unhandled exception: ", b"Unhandled exception in spawn", b"Invalid memory access (signal "),
    ),
    frame=LineKind(_FRAME, (b"  from ",)),
    goes_on=rb"Caused by: ",
)

RUNTIME = Runtime(
    name="crystal",
    title="Crystal",
    names=names,
    formats=(FORMAT,),
    lines=LINES,
    starts=starts_trace,
    versions="Crystal 1.6",
    reads="exceptions that nobody caught, in the program and in fibers, or that were logged, with their "
    "causes; accesses of memory that is not there and full stacks",
    not_read="a message of several lines of an exception that was logged, up to its last line",
)
