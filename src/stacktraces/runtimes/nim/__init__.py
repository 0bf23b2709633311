"""Nim: exceptions that nobody caught, with the outermost frame first."""

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
    if line.startswith("Error: unhandled exception: "):
        return line.rstrip().endswith("]")
    if ".nim(" not in line:
        return False
    from .reader import is_frame

    return is_frame(line) and (is_frame(following) or following.startswith("Error: unhandled exception: "))


FORMAT = Format(
    name="nim",
    title="Nim exception",
    anchors=(
        b"Error: unhandled exception: ",
        b".nim(",
    ),
    read=read,
)

LINES = TraceLines(
    header=LineKind(rb"Error: unhandled exception: ", (b"Error: unhandled exception: ",)),
    frame=LineKind(
        rb"[^\s(][^(\n]{0,500}\.nims?\(\d{1,9}(?:, \d{1,9})?\) +\w", (b".nim(", b".nims("), within=True
    ),
    goes_on=rb"Error: unhandled exception: |\[\[reraised from:|\]\]",
)

RUNTIME = Runtime(
    name="nim",
    title="Nim",
    names=names,
    formats=(FORMAT,),
    lines=LINES,
    starts=starts_trace,
    versions="Nim 1.6",
    reads="exceptions that nobody caught, with and without a stack, and raised again",
    not_read="stacks that a program writes itself",
)
