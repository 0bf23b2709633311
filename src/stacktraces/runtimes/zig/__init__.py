"""Zig: panics and errors that ``main`` returned, with the trace of returns."""

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
    if line.startswith("thread ") and " panic: " in line[:40]:
        return True
    return line.startswith("error: ") and ".zig:" in following and ": 0x" in following


FORMAT = Format(
    name="zig",
    title="Zig panic or error",
    anchors=(b".zig:",),
    read=read,
)

LINES = TraceLines(
    header=LineKind(rb"thread \d{1,20} panic: ", (b" panic: ",)),
    frame=LineKind(
        rb"[^\s:][^:\n]{0,500}\.zig:\d{1,9}:\d{1,9}: 0x[0-9a-f]{1,16} in ", (b".zig:",), within=True
    ),
    goes_on=rb"[^\s:][^:\n]{0,500}:\d{1,9}:\d{1,9}: 0x|\?\?\?:\?:\?: 0x|error: ",
)

RUNTIME = Runtime(
    name="zig",
    title="Zig",
    names=names,
    formats=(FORMAT,),
    lines=LINES,
    starts=starts_trace,
    versions="Zig 0.17",
    reads="panics and errors that `main` returned, with their stacks",
    not_read="errors of the compiler",
)
