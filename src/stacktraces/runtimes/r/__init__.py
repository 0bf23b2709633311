"""R: errors that ended a script or were printed, with what traceback(), rlang and Shiny tell of the stack."""

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
    if not line.startswith("Error in "):
        return False
    from .syntax import is_header

    return is_header(line)


FORMAT = Format(
    name="r",
    title="R error",
    anchors=(
        b"Error in ",
        b"Execution halted",
        b"Caused by error",
        b"<simpleError in ",
        b"Backtrace:",
        b"*** caught ",
        b"Failure ('",
        b"Error ('",
    ),
    at_words=frozenset({b"Error in "}),
    read=read,
)

LINES = TraceLines(
    header=LineKind(rb"Error in (?:`[^`\n]{1,300}+`:|\(function\b|[\w.:@]{1,200}+[(\[$])", (b"Error in ",)),
    frame=LineKind(
        "Calls: \\S|[ \\d]{1,5}\\. {1,2}(?:[│├└─█▆|+\\\\-])".encode(),
        (b"Calls: ", *(f"{mark}─".encode() for mark in "└├")),
    ),
    goes_on=rb"Calls: |Execution halted|In addition: |Backtrace:|Caused by error|! |\d{1,5}: ",
)

RUNTIME = Runtime(
    name="r",
    title="R",
    names=names,
    formats=(FORMAT,),
    lines=LINES,
    starts=starts_trace,
    versions="R 4.2 and 4.6 (WebAssembly), rlang 1.0; Shiny from documents",
    reads="errors that ended a script, that `try` printed or that were printed as conditions, with the names "
    "of the calls, `traceback()`, the backtraces and causes of rlang, and Shiny's stacks",
    not_read="`Error: message` where R goes on; warnings",
)
