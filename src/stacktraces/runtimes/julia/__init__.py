"""Julia: errors that nobody caught, of tasks, and as the logger prints them."""

from __future__ import annotations

from ...cursor import Cursor
from ...model import Trace
from ...trace_lines import LineKind, TraceLines
from .. import Format, NameRules, Runtime, reader_of


def names() -> NameRules:
    from .names import NAMES

    return NAMES


def read(cursor: Cursor) -> Trace | None:
    """The trace that the cursor's line is part of; see :data:`stacktraces.runtimes.Reader`."""
    from .reader import read

    return read(cursor)


def starts_trace(line: str, following: str) -> bool:
    """See :attr:`stacktraces.runtimes.Runtime.starts`."""
    return line.startswith("ERROR: ") and (
        line.startswith("ERROR: LoadError: ") or following.rstrip() == "Stacktrace:"
    )


FORMAT = Format(
    name="julia",
    title="Julia error",
    anchors=(b"Stacktrace:", b"ERROR: LoadError: "),
    read=read,
)

TEST = Format(
    name="julia_test",
    title="failed test of Julia",
    anchors=(b"Error During Test at ", b"Test Failed at "),
    read=reader_of(f"{__name__}.failed_tests"),
    precedence=1,
)

_BAR = "[│ ]{0,8}".encode()
LINES = TraceLines(
    header=LineKind(_BAR + rb"Stacktrace:\s*\Z|ERROR: LoadError: ", (b"Stacktrace:", b"ERROR: LoadError: ")),
    frame=LineKind(_BAR + rb" {3,12}@ \S", (b"   @ ",)),
    goes_on=rb"Stacktrace:|caused by: |in expression starting at |nested task error: ",
)

RUNTIME = Runtime(
    name="julia",
    title="Julia",
    names=names,
    formats=(FORMAT, TEST),
    lines=LINES,
    starts=starts_trace,
    versions="none: written from documents and from what users showed of Julia 1.0 to 1.11",
    reads="errors that nobody caught, with causes and the errors of tasks; errors that the logger prints;"
    " failed tests",
    not_read="errors without a stack, except of files that are run; the native report of a crash",
)
