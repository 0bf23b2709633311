"""ClickHouse: the report of a fatal signal, and exceptions with a stack trace.

=========  ========================================================================  ============
line       sample                                                                    what is next
=========  ========================================================================  ============
rule       ``2024.03.03 04:00:39.37 [ 760518 ] {} <Fatal> BaseDaemon: ##########``   signal
signal     ``… BaseDaemon: (version 23.8) (from thread 9) Received signal 11``       address
address    ``… BaseDaemon: Address: NULL pointer. Access: read.``                    frame
frame      ``… BaseDaemon: 3. ./src/plum.cpp:12: DB::pick() @ 0x9201c25 in /bin/a``  frame
exception  ``… <Error> executeQuery: Code: 60. DB::Exception: No plum. (UNKNOWN_TABLE)``
           ``…, Stack trace (when copying this message, …):``                        frame
frame      ``0. DB::Exception::Exception(int) @ 0x9201c25 in /usr/bin/clickhouse``   frame
=========  ========================================================================  ============

Lines of other threads stand between those of the report. Of its two parts, "Short fault info" comes first.
"""

from __future__ import annotations

import re
from sys import intern

from ...._number import to_number
from ...._regex import regex
from ....cursor import Cursor
from ....model import Error, Frame, Origin, Trace
from ..symbol_lines import FRAMES_KEPT, LONGEST_LINE, SIGNALS, of_symbols

NAME = "clickhouse"

_DAEMON = regex(r"(?P<before>.*?)<(?:Fatal|Error)> BaseDaemon: (?P<text>.*)$")
_SIGNAL = regex(
    r"(?:\(.*\) )?Received signal "
    r"(?:(?P<name>[A-Z][a-zA-Z ]+?) ?\((?P<number>\d{1,2})\)|(?P<bare>\d{1,2}))\.?$"
)
_THREAD = regex(r".*\(from thread (?P<thread>\d+)\)")
_BARE = regex(r"#{10,}|\(version .{1,400}\) |Received signal |Address: |Signal description: |Stack trace: 0x")
"""Lines of the daemon once what stands before them is taken off."""
_ADDRESS = regex(r"Address: |Signal description: |Access: |Attempted access|Unknown si_code")
_FRAME = regex(
    r"\s*(?P<id>\d{1,4}(?:\.\d{1,4})?)\. (?:inlined from )?(?:(?P<file>[^\s:@]+):(?P<line>\d+): )?"
    r"(?P<function>\S.*?)(?: @ 0x(?P<address>[0-9a-fA-F]{1,16}))(?: in (?P<module>\S.*?))?$"
)
_INLINED = regex(
    r"\s*(?P<id>\d{1,4}\.\d{1,4})\. inlined from (?P<file>[^\s:@]+):(?P<line>\d+): (?P<function>\S.*)$"
)
_OLD_FRAME = regex(r"\s*(?P<id>\d{1,4})\. (?P<rest>\S.*\[0x[0-9a-f]+\])$")
_STACK = regex(r" ?Stack trace(?: \(when copying this message, [^)]*\))?:$")
_TYPE = regex(
    r"\b(?P<type>(?:DB|Poco|std|Coordination)(?:::\w{1,80}){0,8}::\w{0,80}[eE]xception|Exception)\b"
)
_VERSION = regex(r" \(version [^()]*+(?:\([^()]*+\)[^()]*+)?\)(?: \(from [^)]*\))?.*$")
_LOGGED_BY = regex(r"[^\[]{0,80}\[ (?P<thread>\d{1,20}) \]")
_UNKNOWN = "?"
_FOREIGN_LINES = 60
_MOST_LINES = 600


def read(cursor: Cursor) -> Trace | None:
    """The report whose first line the cursor is on; see :data:`stacktraces.runtimes.Reader`."""
    line = (cursor.line or "").rstrip()
    if _DAEMON.match(line) or _BARE.match(line):
        return _read_signal(cursor)
    exception = _exception_on(line)
    return _read_exception(cursor, *exception) if exception is not None else None


def _exception_on(line: str) -> tuple[re.Match[str], str] | None:
    """The type of the exception whose stack follows ``line``, and what stands between the two."""
    stack = line.rfind(" Stack trace")
    if stack < 0 or not _STACK.match(line, stack) or not (found := _TYPE.search(line, 0, stack)):
        return None
    return found, line[found.end() : stack]


def _read_signal(cursor: Cursor) -> Trace | None:
    """A fatal signal: all lines of the daemon up to the last frame."""
    trace = Trace(error=Error(), format=NAME, origin=Origin(offset=cursor.offset))
    error, end, foreign = trace.error, cursor.offset, 0
    is_prefixed = _DAEMON.match(cursor.line or "") is not None
    for number in range(_MOST_LINES):
        line = cursor.line
        if line is None or foreign > _FOREIGN_LINES or (number > _FOREIGN_LINES and error.type is None):
            break
        found = _DAEMON.match(line.rstrip())
        text = found["text"] if found else line.rstrip()
        if found is None and (is_prefixed or not (_BARE.match(text) or _frame(text))):
            if not is_prefixed and _exception_on(text) is not None:
                break
            foreign += 1
            cursor.advance()
            continue
        foreign = 0
        if not _take(trace, text):
            break
        cursor.advance()
        end = cursor.offset
    cursor.seek(end)
    if error.type is None:
        return None
    if not error.frames:
        trace.uncertain.append("The report ends before its stack.")
    return trace


def _take(trace: Trace, text: str) -> bool:
    """Take a line of the daemon; False where it is of the next report."""
    error = trace.error
    if (frame := _frame(text)) is not None:
        if len(error.frames) < FRAMES_KEPT:
            error.frames.append(frame)
    elif error.frames and (text.startswith("#####") or _SIGNAL.match(text)):
        return False
    elif found := _SIGNAL.match(text):
        number = int(found["number"] or found["bare"])
        error.type = SIGNALS.get(number, found["name"] or f"signal {number}")
        error.message = f"Received signal {found['name'] or number}"
        if thread := _THREAD.match(text):
            trace.context.thread = thread["thread"]
    elif _ADDRESS.match(text) and error.type and text not in (error.message or ""):
        error.message = f"{error.message}\n{text}"
    return True


def _frame(text: str) -> Frame | None:
    text = text[:LONGEST_LINE]
    if found := _FRAME.match(text) or _INLINED.match(text):
        groups = found.groupdict()
        frame = Frame(id=found["id"], inlined="." in found["id"])
        frame.function = None if found["function"] == _UNKNOWN else intern(found["function"])
        if found["file"]:
            frame.file, frame.line = intern(found["file"]), to_number(found["line"])
        frame.address = to_number(groups["address"], 16) if groups.get("address") else None
        module = groups.get("module")
        frame.module = intern(module) if module and module != _UNKNOWN else None
        return frame
    if found := _OLD_FRAME.match(text):
        frame_of = of_symbols(found["rest"])
        if frame_of is not None:
            frame_of.id = found["id"]
        return frame_of
    return None


def _read_exception(cursor: Cursor, found: re.Match[str], said: str) -> Trace | None:
    """An exception; its frames follow bare, behind a blank line."""
    message = _VERSION.sub("", said.removeprefix(": ").rstrip(","))
    trace = Trace(error=Error(type=found["type"], message=message or None), format=NAME)
    trace.origin.offset = cursor.offset
    if thread := _LOGGED_BY.match(found.string):
        trace.context.thread = thread["thread"]
    cursor.advance()
    if cursor.line == "":
        cursor.advance()
    frames = trace.error.frames
    while (line := cursor.line) is not None and (frame := _frame(line)) is not None:
        if len(frames) < FRAMES_KEPT:
            frames.append(frame)
        cursor.advance()
    return trace if frames else None
