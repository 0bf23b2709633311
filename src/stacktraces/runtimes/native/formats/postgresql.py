"""PostgreSQL's log: errors with a backtrace, failed assertions, panics, and processes that a signal ended.

==========  ===========================================================================  =================
line        sample                                                                       what comes next
==========  ===========================================================================  =================
message     ``2026-11-29 01:32:51.359 UTC [25862] ERROR:  division by zero``             detail, backtrace
detail      ``… [25862] CONTEXT:  PL/pgSQL function f() line 3 at RAISE``                detail, backtrace
backtrace   ``… [25862] BACKTRACE:  ``                                                   frame
frame       ``⇥postgres: postgres postgres [local] SELECT(+0x135c32) [0x55606be5dc32]``  frame, statement
statement   ``… [25862] STATEMENT:  select 1/0``
trap        ``TRAP: failed Assert("n > 0"), File: "plum.c", Line: 3, PID: 2420``         frame, ended
panic       ``… [81] PANIC:  could not locate a valid checkpoint record``                backtrace, ended
ended       ``… [9] LOG:  server process (PID 2420) was terminated by signal 6: Aborted``
==========  ===========================================================================  =================

That a process ended follows from its failed assertion or its panic, and is an error of its own otherwise.
"""

from __future__ import annotations

import re

from ...._number import to_number
from ...._regex import regex
from ....cursor import Cursor
from ....model import Context, Error, Frame, Origin, Trace
from ..abort_messages import ASSERTION
from ..symbol_lines import SIGNALS, of_symbols, read_frames

NAME = "postgresql"

_DETAILS = "DETAIL|HINT|QUERY|CONTEXT|LOCATION|BACKTRACE|STATEMENT"
_DETAIL = regex(rf"(?P<before>.*?)(?P<name>{_DETAILS}):(?: {{1,2}}|$)(?P<text>.*)$")
_MESSAGE = regex(rf"(?P<before>.*?)(?!(?:{_DETAILS}):)\b(?P<severity>[A-Z]{{3,10}}\d?): {{1,2}}(?P<text>.*)$")
_BACKTRACE, _PANIC = "BACKTRACE:", "PANIC: "
_TRAP = regex(
    r"(?:.{0,200}?)TRAP: (?:failed Assert|FailedAssertion|ExceptionalCondition)\(\"(?P<text>.*)\"\)?,"
    r" File: \"(?P<file>[^\"]+)\", Line: (?P<line>\d+)(?:, PID: (?P<pid>\d+))?\)?$"
)
# Alone in the message of a record of jsonlog, as a column of csvlog, or behind ``LOG:  ``.
_ENDED = regex(
    r"(?:.*(?:: {1,2}|,\"))?(?P<message>[^\s\",][^\",]{0,80}? \(PID (?P<pid>\d+)\)"
    r" was terminated by signal (?P<signal>\d{1,2})(?:: [^\"]{0,400})?)(?:\",.*)?$"
)
_CSV_PANIC = regex(r"[^\"\n]{10,40} [A-Z+-][\w:+-]{0,8},.*?,PANIC,\w{5},\"(?P<text>(?:[^\"]|\"\")*+)(?:\"|$)")
_REPORTER = "ExceptionalCondition"
_KILLED = {9: "SIGKILL"}
_MOST_BACK = 60
_MOST_DETAILS = 200
_UP_TO_END = 4
"""Lines between an assertion or a panic and the news that its process ended."""


def read(cursor: Cursor) -> Trace | None:
    """The error that the cursor's line is part of; see :data:`stacktraces.runtimes.Reader`."""
    line = (cursor.line or "").rstrip()
    if found := _TRAP.match(line):
        return _read_trap(cursor, found)
    if _BACKTRACE in line and not _step_to_message(cursor, line):
        return None
    if (_BACKTRACE in line or _PANIC in line) and (found := _MESSAGE.match((cursor.line or "").rstrip())):
        return _read_message(cursor, found)
    if found := _ENDED.match(line):
        return _read_ended(cursor, found)
    if found := _CSV_PANIC.match(line):
        return _read_csv_panic(cursor, found)
    return None


def _read_trap(cursor: Cursor, found: re.Match[str]) -> Trace:
    origin = Origin(offset=cursor.offset)
    error = Error(type=ASSERTION, message=found["text"])
    cursor.advance()
    error.frames = read_frames(cursor, _frame)
    reporters = 1 if error.frames and error.frames[0].function == _REPORTER else 0
    if len(error.frames) == reporters:
        error.frames.append(Frame())
    place = error.frames[reporters]
    place.file, place.line = found["file"], to_number(found["line"])
    _pass_ended(cursor, found["pid"])
    return Trace(error=error, format=NAME, origin=origin, context=Context(pid=found["pid"]))


def _frame(line: str) -> Frame | None:
    return of_symbols(line.strip())


def _step_to_message(cursor: Cursor, line: str) -> bool:
    """Go back from ``BACKTRACE:`` to the line with the error's message, over its other lines."""
    name = _DETAIL.match(line)
    if name is None or name["name"] != "BACKTRACE":
        return False
    for _ in range(_MOST_BACK):
        if not cursor.back():
            return False
        text = (cursor.line or "").rstrip()
        if not text.startswith("\t") and not _DETAIL.match(text):
            return _MESSAGE.match(text) is not None
    return False


def _read_message(cursor: Cursor, found: re.Match[str]) -> Trace | None:
    """An error from its message on; without a backtrace only a panic is one that is told."""
    error = Error(type=found["severity"], message=found["text"])
    trace = Trace(error=error, format=NAME, origin=Origin(offset=cursor.offset))
    cursor.advance()
    error.message = "\n".join([found["text"], *_take_more(cursor)])
    end = cursor.offset
    for _ in range(_MOST_DETAILS):
        detail = _DETAIL.match((cursor.line or "").rstrip())
        if detail is None:
            break
        cursor.advance()
        if detail["name"] == "BACKTRACE":
            error.frames = read_frames(cursor, _frame)
        else:
            _take_more(cursor)
        end = cursor.offset
    cursor.seek(end)
    if not error.frames and found["severity"] != "PANIC":
        return None
    if found["severity"] == "PANIC":
        _pass_ended(cursor, None)
    return trace


def _take_more(cursor: Cursor) -> list[str]:
    """The further lines of a text, which a tab indents."""
    lines: list[str] = []
    while (line := cursor.line) is not None and line.startswith("\t") and len(lines) < _MOST_DETAILS:
        lines.append(line[1:].rstrip())
        cursor.advance()
    return lines


def _pass_ended(cursor: Cursor, pid: str | None) -> None:
    """Pass the news that the process ended by the signal that it sent itself."""
    here = cursor.offset
    for _ in range(_UP_TO_END):
        found = _ENDED.match((cursor.line or "").rstrip())
        if found and found["signal"] == "6" and pid in (None, found["pid"]):
            cursor.advance()
            return
        cursor.advance()
    cursor.seek(here)


def _read_csv_panic(cursor: Cursor, found: re.Match[str]) -> Trace:
    """A panic in csvlog, which has no backtraces; the message of several lines is cut after the first."""
    message = found["text"].replace('""', '"')
    trace = Trace(
        error=Error(type="PANIC", message=message), format=NAME, origin=Origin(offset=cursor.offset)
    )
    cursor.advance()
    _pass_ended(cursor, None)
    return trace


def _read_ended(cursor: Cursor, found: re.Match[str]) -> Trace | None:
    name = SIGNALS.get(int(found["signal"])) or _KILLED.get(int(found["signal"]))
    if name is None:
        return None
    trace = Trace(error=Error(type=name, message=found["message"]), format=NAME)
    trace.origin, trace.context.pid = Origin(offset=cursor.offset), found["pid"]
    cursor.advance()
    return trace
