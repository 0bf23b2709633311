"""What MySQL, MariaDB and their relatives print when they crash.

=========  ============================================================  =========================
line       sample                                                        what comes next
=========  ============================================================  =========================
assertion  ``InnoDB: Assertion failure in file row0sel.cc line 12``      head
head       ``261129  1:32:43 [ERROR] mariadbd got signal 11 ;``          advice, frame
head       ``11:40:21 UTC - mysqld got signal 11 ;``                     the same
advice     ``Thread pointer: 0x0``                                       advice, frame
frame      ``/usr/sbin/mysqld(handle_fatal_signal+0x4b4)[0x6655c4]``     frame, tool, query
frame      ``libc_sigaction.c:0(__restore_rt)[0x7fcc96a5a050]``          the same; MariaDB
frame      `` #2 0x1046d5a handle_fatal_signal``                         the same; MySQL 8.1
tool       ``addr2line: 'mariadbd': No such file``                       frame
query      ``Query (0x7f2a28276d20): SELECT 1``                          query
query      ``Connection ID (thread ID): 5``, ``Status: NOT_KILLED``      query
=========  ============================================================  =========================
"""

from __future__ import annotations

import re
from sys import intern

from ...._number import to_number
from ...._regex import regex
from ....cursor import Cursor
from ....model import Error, Frame, Origin, Trace
from ... import starts_trace
from ..abort_messages import ASSERTION, read_message
from ..symbol_lines import FRAMES_KEPT, SIGNALS, of_symbols

NAME = "mysql"

_HEAD = regex(
    r"(?:.*\s)?(?P<program>(?:mysqld|mariadbd)\S*) got "
    r"(?:signal (?P<signal>\d{1,2})|exception (?P<code>0x[0-9a-f]{1,16})) ?;"
)
_ASSERTION = regex(
    r"(?:.*\s)?(?:InnoDB: |\[InnoDB\] )Assertion failure(?: in thread \d++)?(?: in file|:)"
    r" (?P<file>\S+?)(?: line |:)(?P<line>\d++)"
    r"(?::(?P<text>.*?))?(?: thread \d++)?$"
)
_FAILING = regex(r"InnoDB: Failing assertion: (?P<text>.*)$")
_NUMBERED = regex(r" ?#\d++ 0x(?P<address>[0-9a-f]++) (?!in )(?P<rest>\S.*)$")
_PLACED = regex(r"(?P<function>.+) at (?P<file>\S+):(?P<line>\d++)$")
_WINDOWS = regex(r"(?P<module>[\w.-]++)!(?P<function>[^\[\]]++)\[(?P<file>[^\[\]:]++):(?P<line>\d++)\]$")
_TOOL = regex(r"addr2line: |Printing to addr2line failed|.* at position 0x")
_QUERY = regex(
    r"$|Trying to get some variables|Some pointers may be|Query \(|Connection ID |Status: |Optimizer switch: "
)
_RECORD = regex(r"\d{4}-\d\d-\d\d[ T]\s?\d{1,2}:\d\d:\d\d.{0,40}\[(?:Note|Warning|System|ERROR)\]")
_BEFORE = 6
_MOST_ADVICE = 120
_MOST_BEHIND = 12
_BETWEEN = 3


def read(cursor: Cursor) -> Trace | None:
    """The crash whose head the cursor is on; see :data:`stacktraces.runtimes.Reader`."""
    head = _HEAD.match(cursor.line or "")
    if head is None:
        return None
    here = cursor.offset
    error = _assertion(cursor, here)
    origin = Origin(offset=cursor.offset if error is not None else here)
    if error is None:
        kind = (
            SIGNALS.get(int(head["signal"]), f"signal {head['signal']}") if head["signal"] else head["code"]
        )
        error = Error(type=kind, message=head[0][head.start("program") :].rstrip(" ;"))
    place = error.frames[:1]
    cursor.seek(here)
    cursor.advance()
    end = cursor.offset
    error.frames = _read_frames(cursor) or place
    if error.frames == place:
        cursor.seek(end)
        return Trace(error=error, format=NAME, origin=origin, uncertain=["The report ends before its stack."])
    _pass_query(cursor)
    return Trace(error=error, format=NAME, origin=origin)


def _assertion(cursor: Cursor, head: int) -> Error | None:
    """The assertion that failed, on one of the lines before the head; the cursor is left on it."""
    failing = ""
    for _ in range(_BEFORE):
        if not cursor.back():
            break
        line, at = cursor.line or "", cursor.offset
        if found := _FAILING.match(line):
            failing = found["text"]
        elif found := _ASSERTION.match(line):
            frame = Frame(file=found["file"], line=to_number(found["line"]))
            return Error(type=ASSERTION, message=(found["text"] or failing).strip() or None, frames=[frame])
        error = read_message(cursor)
        cursor.seek(at)
        if error is not None:
            return error
    cursor.seek(head)
    return None


def _read_frames(cursor: Cursor) -> list[Frame]:
    """The stack behind the advice; none, and no move of weight, where a record of the log comes first."""
    frames: list[Frame] = []
    end, others = cursor.offset, 0
    for _ in range(_MOST_ADVICE + FRAMES_KEPT):
        line = cursor.line
        if line is None or _HEAD.match(line):
            break
        frame = _frame(line)
        if frame is not None:
            frames.append(frame)
            others = 0
        elif not _TOOL.match(line):
            others += 1
            if others > (_BETWEEN if frames else _MOST_ADVICE) or (frames and _QUERY.match(line)):
                break
            if _RECORD.match(line) or starts_trace(line, cursor.peek() or "", but="native"):
                break
        cursor.advance()
        end = cursor.offset if frame is not None else end
    cursor.seek(end)
    return frames


def _frame(line: str) -> Frame | None:
    if (frame := of_symbols(line)) is not None:
        return frame
    if found := _NUMBERED.match(line):
        return _numbered(found)
    if found := _WINDOWS.match(line):
        frame = Frame(function=intern(found["function"].removesuffix("()")), module=intern(found["module"]))
        frame.file, frame.line = intern(found["file"]), to_number(found["line"])
        return frame
    return None


def _numbered(found: re.Match[str]) -> Frame:
    frame = Frame(address=to_number(found["address"], 16))
    function = found["rest"].rstrip()
    if place := _PLACED.match(function):
        function, frame.file, frame.line = place["function"], intern(place["file"]), to_number(place["line"])
    frame.function = None if function == "<unknown>" else intern(function)
    return frame


def _pass_query(cursor: Cursor) -> None:
    """Pass what is said of the query that the server worked on."""
    end = cursor.offset
    for _ in range(_MOST_BEHIND):
        line = cursor.line
        if line is None or not _QUERY.match(line):
            break
        cursor.advance()
        end = cursor.offset if line else end
    cursor.seek(end)
