"""From the line of an anchor to a trace: which of Rust's reports it is part of."""

from __future__ import annotations

import functools
from collections.abc import Callable

from ...cursor import Cursor, MarginCursor
from ...model import Trace
from .diagnostics import MARK, read_diagnostic
from .error_stack import MARK as MARK_OF_STACK
from .error_stack import read_error_stack
from .headers import PANIC_OF_THREAD, is_fatal, is_header
from .hooks import EXPLAINED, PAYLOAD, read_better_panic, read_human_panic, read_payload
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
    text = line.lstrip(" ")
    if len(text) < len(line) and text.startswith(PANIC_OF_THREAD) and is_header(text):
        # What a test's or a build's runner shows of a process is indented.
        return _within_margin(cursor, line[: -len(text)], read_panic)
    if is_header(line):
        return read_panic(cursor, NAME)
    if MARK_OF_STACK in line:
        return read_error_stack(cursor, NAME)
    if PAYLOAD in line:
        return read_payload(cursor, NAME)
    if EXPLAINED in line:
        return read_human_panic(cursor, NAME)
    if line == CRASHED and (cursor.peek() or "").startswith("  "):
        return read_better_panic(cursor, NAME)
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
    return _within_margin(cursor, margin, functools.partial(read_report, alone=False))


def _within_margin(cursor: Cursor, margin: str, read: Callable[[Cursor, str], Trace | None]) -> Trace | None:
    """What ``read`` makes of the lines without the blanks of ``margin``."""
    inner = MarginCursor(cursor, margin)
    trace = read(inner, NAME)
    cursor.seek(inner.offset)
    cursor.cut, cursor.ended = cursor.cut or inner.cut, cursor.ended or inner.ended
    return trace
