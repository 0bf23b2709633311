"""OCaml: exceptions that nobody caught, and backtraces."""

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
    return line.startswith("Fatal error: exception ")


FORMAT = Format(
    name="ocaml",
    title="OCaml exception",
    anchors=(b"Fatal error: exception ", b"Raised at ", b"Raised by primitive operation at "),
    read=read,
)

_FRAME = rb"(?:Raised (?:at|by primitive operation at)|Re-raised at|Called from) [^\n]{1,1000}, line \d"
LINES = TraceLines(
    header=LineKind(rb"Fatal error: exception ", (b"Fatal error: exception ",)),
    frame=LineKind(
        _FRAME, (b"Raised at ", b"Raised by primitive operation at ", b"Re-raised at ", b"Called from ")
    ),
    goes_on=_FRAME,
)

RUNTIME = Runtime(
    name="ocaml",
    title="OCaml",
    names=names,
    formats=(FORMAT,),
    lines=LINES,
    starts=starts_trace,
    versions="OCaml 4.13",
    reads="exceptions that nobody caught, with and without a backtrace; a backtrace below a line that names "
    "the exception",
    not_read="backtraces below a line that does not name the exception",
)
