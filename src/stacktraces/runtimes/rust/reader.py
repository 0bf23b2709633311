"""From the line of an anchor to a trace: which of Rust's reports it is part of."""

from __future__ import annotations

from ...cursor import Cursor, MarginCursor
from ...model import Trace
from .diagnostics import MARK, read_diagnostic
from .headers import is_fatal, is_header
from .panics import BEGIN, read_backtrace_alone, read_fatal, read_panic
from .reports import CRASHED, SIGNS, read_crashed, read_report, read_returned

NAME = "rust"


def read(cursor: Cursor) -> Trace | None:
    """The trace that the cursor's line is part of; see :data:`stacktraces.runtimes.Reader`."""
    line = cursor.line
    if line is None:
        return None
    trace = _read(cursor, line)
    if trace is not None and cursor.cut:
        trace.uncertain.append("A line was cut: it is longer than 1 MiB.")
    return trace


def _read(cursor: Cursor, line: str) -> Trace | None:
    if is_header(line):
        return read_panic(cursor, NAME)
    if line in SIGNS:
        return read_report(cursor, NAME)
    if line.startswith(" ") and line.lstrip(" ") in SIGNS:
        return _read_indented(cursor, line[: -len(line.lstrip(" "))])
    if line.startswith(CRASHED):
        return read_crashed(cursor, NAME)
    if is_fatal(line):
        return read_fatal(cursor, NAME)
    if MARK in line:
        return read_diagnostic(cursor, NAME)
    if BEGIN in line:
        return read_backtrace_alone(cursor, NAME)
    return read_returned(cursor, NAME)


def _read_indented(cursor: Cursor, margin: str) -> Trace | None:
    """A report in a log record whose further lines are indented by ``margin``, as env_logger does."""
    inner = MarginCursor(cursor, margin)
    trace = read_report(inner, NAME, alone=False)
    cursor.seek(inner.offset)
    cursor.cut, cursor.ended = cursor.cut or inner.cut, cursor.ended or inner.ended
    return trace
