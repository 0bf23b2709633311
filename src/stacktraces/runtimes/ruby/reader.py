"""From the line of an anchor to a trace: who printed the error, and in which order."""

from __future__ import annotations

from ...cursor import Cursor
from ...model import Context, Error, Origin, Trace
from .crash import MARK, read_crash
from .failures import FAILURE, in_assertion, read_assertion, read_failure
from .jruby import is_frame, read_jruby
from .logged import read_logged
from .printed import Printed, read_chain, read_outermost_first, step_to_thread
from .syntax import THREAD, TRACEBACK, match_from, match_header
from .unplaced import read_unplaced

NAME = "ruby"


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
    if MARK in line:
        return read_crash(cursor, NAME)
    if FAILURE in line:
        return read_failure(cursor, NAME)
    if in_assertion(line):
        return read_assertion(cursor, NAME)
    if " at " in line and is_frame(line):
        return read_jruby(cursor, NAME)
    if match_header(line) is not None:
        return _read_printed(cursor)
    found = match_from(line)
    if found is not None and found[2]:
        return _read_numbered(cursor)
    if found is not None:
        return None
    logged = read_logged(cursor)
    if logged is None:
        return read_unplaced(cursor, NAME)
    return _trace(logged.error, logged.start, logged.left_out)


def _trace(error: Error, start: int, left_out: int) -> Trace:
    uncertain = [f"{left_out} frames of a long stack are not here."] if left_out else []
    return Trace(error=error, format=NAME, origin=Origin(offset=start), uncertain=uncertain)


def _read_printed(cursor: Cursor) -> Trace | None:
    start = cursor.offset
    if cursor.back():
        if (cursor.line or "").endswith(TRACEBACK):
            return _outermost_first(cursor)
        cursor.advance()
    thread = step_to_thread(cursor)
    start = cursor.offset
    if thread is not None:
        cursor.advance()
    printed = read_chain(cursor, certain=thread is not None)
    if printed is None:
        return None
    _pass_copies(cursor, printed, in_thread=thread is not None)
    trace = _trace(printed.error, start, printed.left_out)
    if thread is not None:
        trace.preamble = [thread]
        trace.context = Context(thread=_thread_name(thread))
    return trace


def _thread_name(line: str) -> str | None:
    """``worker`` of ``#<Thread:0x00007f2a@worker x.rb:1 run>``; ``None`` where it has no name."""
    name = line.partition("#<Thread:")[2].partition(" ")[0].partition("@")[2]
    return name or None


def _pass_copies(cursor: Cursor, printed: Printed, *, in_thread: bool) -> None:
    """Pass over what is printed again: by the thread that joins one that failed, and by ``at_exit``.

    Then the copy is one of the error of the thread, or of the cause of an error at exit.
    """
    known = printed.error.chain()[0 if in_thread else 1 :]
    while known:
        here = cursor.offset
        if THREAD.search(cursor.line or ""):
            return
        copy = read_chain(cursor, certain=True)
        if copy is None or copy.error not in known:
            cursor.seek(here)
            return
        known.remove(copy.error)


def _read_numbered(cursor: Cursor) -> Trace | None:
    """The trace whose outermost frame is on the cursor's line; ``None`` on its other frames."""
    if not cursor.back() or not (cursor.line or "").endswith(TRACEBACK):
        return None
    return _outermost_first(cursor)


def _outermost_first(cursor: Cursor) -> Trace | None:
    start = cursor.offset
    printed = read_outermost_first(cursor)
    return _trace(printed.error, start, printed.left_out) if printed is not None else None
