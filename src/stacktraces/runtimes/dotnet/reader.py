"""From the line of an anchor to a trace: where the exception starts, and which report it is."""

from __future__ import annotations

from ..._regex import regex
from ...cursor import Cursor
from ...log_records.records import starts_record
from ...model import Error, Origin, Trace
from .error_page import DETAILS, read_page
from .exceptions import Exceptions
from .labelled import read_labelled
from .syntax import (
    FATAL,
    INNER,
    MONO_UNHANDLED,
    UNHANDLED,
    find_in_record,
    match_frame,
    match_header,
    match_marker,
)
from .unity import LOGS_ERROR, read_logged
from .xunit import MARK, read_failure

NAME = "dotnet"
_LOOK_BACK = 200
_FAIL_FAST = regex(
    r"\s*+(?:Process terminated\. (?P<message>.*)"
    r'|CLR: Managed code called FailFast(?:, saying "(?P<mono>.*)")?)\Z'
)
_STACK_OVERFLOW = ("Stack overflow.", "Process is terminated due to StackOverflowException.")
_REPEAT = regex(r"\s*+(?:Repeat(?:ed)? \d++ times:|-{20,40})\s*\Z")
OVERFLOW = "System.StackOverflowException"


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
    if line.strip() in _STACK_OVERFLOW:
        return _read_end(cursor, Error(type=OVERFLOW))
    if found := _FAIL_FAST.match(line):
        error = Error(type="Process terminated", message=found["message"] or found["mono"])
        trace = _read_end(cursor, error)
        return trace if error.frames or found["message"] is None else None
    if line.rstrip().endswith(MONO_UNHANDLED):
        cursor.advance()
        line = cursor.line or ""
        return _read_from(cursor, _start_in(line)) if match_header(line) is not None else None
    if UNHANDLED.match(line) or FATAL in line:
        return _read_from(cursor, _start_in(line))
    if line.startswith(LOGS_ERROR):
        logged = read_logged(cursor)
        return Trace(error=logged[0], format=NAME, origin=Origin(offset=logged[1])) if logged else None
    if line.startswith(DETAILS):
        start = cursor.offset
        shown = read_page(cursor)
        return Trace(error=shown, format=NAME, origin=Origin(offset=start)) if shown else None
    if line.startswith(MARK):
        return read_failure(cursor, NAME)
    if match_frame(line) is None or (cursor.peek(-1) or "").startswith(LOGS_ERROR):
        return None
    if (labelled := read_labelled(cursor)) is not None:
        error, start, preamble = labelled
        return Trace(error=error, format=NAME, origin=Origin(offset=start), preamble=preamble)
    if not _step_back(cursor):
        return None
    return _read_from(cursor, _start_in(cursor.line or ""))


def _start_in(line: str) -> tuple[int, bool]:
    """Where the header stands in its line, and whether the line says that nobody caught it."""
    if FATAL in line:
        return line.index(FATAL) + len(FATAL), True
    if found := UNHANDLED.match(line):
        return found.end(), True
    if match_header(line) is not None:
        return len(line) - len(line.lstrip()), False
    return find_in_record(line), False


def _step_back(cursor: Cursor) -> bool:
    """Go from the first frame to the line with the outermost exception; False where there is none."""
    for _ in range(_LOOK_BACK):
        if not cursor.back():
            return False
        line = cursor.line or ""
        if match_frame(line) is not None:
            return False
        if INNER.match(line) or match_marker(line):
            continue
        at = _start_in(line)[0]
        # Behind the last line of a message, an inner exception stands on that line.
        if at >= 0 and not line[:at].endswith("---> "):
            return True
        if starts_record(line):
            return False
    return False


def _read_from(cursor: Cursor, place: tuple[int, bool]) -> Trace | None:
    at, unhandled = place
    start = cursor.offset
    preamble: list[str] = []
    if at < 0:
        return None
    if not unhandled and cursor.back():
        if (cursor.line or "").rstrip().endswith(MONO_UNHANDLED):
            start, unhandled = cursor.offset, True
            preamble.append((cursor.line or "").strip())
        cursor.advance()
    exceptions = Exceptions(cursor)
    error = exceptions.read(at, certain=unhandled)
    if error is None:
        return None
    _pass_copy(cursor, error)
    uncertain = [f"{exceptions.left_out} frames of a long stack are not here."] if exceptions.left_out else []
    return Trace(
        error=error, format=NAME, origin=Origin(offset=start), preamble=preamble, uncertain=uncertain
    )


def _pass_copy(cursor: Cursor, error: Error) -> None:
    """Pass over what Mono prints once more of an exception that nobody caught."""
    here = cursor.offset
    if cursor.line == "":
        cursor.advance()
    copied = (cursor.line or "").startswith(FATAL)
    if not copied or Exceptions(cursor).read(len(FATAL), certain=True) != error:
        cursor.seek(here)


def _read_end(cursor: Cursor, error: Error) -> Trace:
    """The report of a process that ended without an exception: the error, and a stack perhaps."""
    start = cursor.offset
    cursor.advance()
    exceptions = Exceptions(cursor)
    if error.type != OVERFLOW:
        error.message = exceptions.message_before_frames(error.message)
    while exceptions.take_frame(error) or _REPEAT.match(cursor.line or ""):
        cursor.advance()
    return Trace(error=error, format=NAME, origin=Origin(offset=start))
