"""Emacs Lisp: what the debugger of Emacs prints of an error."""

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
    return line.startswith("Debugger entered--Lisp error: (")


FORMAT = Format(
    name="elisp",
    title="Emacs Lisp error",
    anchors=(b"Debugger entered--Lisp error: ",),
    read=read,
)

LINES = TraceLines(
    header=LineKind(rb"Debugger entered--Lisp error: \(", (b"Debugger entered--Lisp error: ",)),
    goes_on=rb"  \S",
)

RUNTIME = Runtime(
    name="elisp",
    title="Emacs Lisp",
    names=names,
    formats=(FORMAT,),
    lines=LINES,
    starts=starts_trace,
    versions="Emacs 28",
    reads="errors with the backtrace of the debugger, also in batch mode; evaluated forms are no frames",
    not_read="errors of which only the message is shown",
)
