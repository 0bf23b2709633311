"""Tcl: what a script or a program that embeds Tcl prints of an error, the innermost frame first."""

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
    return following.startswith("    while executing") and bool(line.strip())


FORMAT = Format(
    name="tcl",
    title="Tcl error",
    anchors=(
        b"    while executing",
        b"    while compiling",
        b"    invoked from within",
    ),
    read=read,
)

LINES = TraceLines(
    header=LineKind(
        rb"    while (?:executing|compiling)\s*+\Z", (b"    while executing", b"    while compiling")
    ),
    frame=LineKind(
        rb"    (?:\((?:procedure|file) \"|invoked from within)",
        (b"    (procedure ", b"    (file ", b"    invoked from"),
    ),
    goes_on=rb"\"|    ",
)

RUNTIME = Runtime(
    name="tcl",
    title="Tcl",
    names=names,
    formats=(FORMAT,),
    lines=LINES,
    starts=starts_trace,
    versions="Tcl 8.6",
    reads="errors with the stack of `errorInfo`, whose first line is the message",
    not_read="errors without a stack",
)
