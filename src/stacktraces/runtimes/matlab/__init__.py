"""MATLAB and GNU Octave: errors with their stack, the innermost frame first."""

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
    return following.startswith("error: called from") and line.startswith("error: ")


FORMAT = Format(
    name="matlab",
    title="MATLAB or Octave error",
    anchors=(
        b"error: called from",
        b"Error using ",
    ),
    read=read,
)

LINES = TraceLines(
    header=LineKind(rb"error: called from\s*+\Z|Error using \S", (b"error: called from", b"Error using ")),
    frame=LineKind(rb"    [\w>.@/-]{1,300} at line \d{1,9} column \d", (b"    ",)),
    goes_on=rb"error: |Error in \S",
)

RUNTIME = Runtime(
    name="matlab",
    title="MATLAB, GNU Octave",
    names=names,
    formats=(FORMAT,),
    lines=LINES,
    starts=starts_trace,
    versions="GNU Octave 7; MATLAB from documents",
    reads="errors with a stack of called functions; the cause of a MATLAB exception",
    not_read="errors without a stack",
)
