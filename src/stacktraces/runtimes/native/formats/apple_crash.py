"""The crash report of macOS and iOS as text: ``.crash``, and the translation of a report in JSON.

=========  =================================================================  ==========================
line       sample                                                             what comes next
=========  =================================================================  ==========================
process    ``Process:               Orchard [806]``                           exception
exception  ``Exception Type:        EXC_BAD_ACCESS (SIGSEGV)``                details, thread
details    ``Exception Codes:       KERN_INVALID_ADDRESS at 0x0``             details, thread
said       ``Application Specific Information:`` / ``abort() called``          thread
raised     ``Last Exception Backtrace:``                                      frame
thread     ``Thread 0 Crashed:: Dispatch queue: com.apple.main-thread``       frame
frame      ``0   CoreFoundation   0x00007fff8b81e88f CFStringGetCString + 47``  frame
frame      ``2   Orchard          0x10294d5c8 main + 88 (main.c:12)``         frame
=========  =================================================================  ==========================

The stacks of the other threads are told with their headings. :mod:`.apple_crash_json` reads the JSON.
"""

from __future__ import annotations

import re
from sys import intern

from ...._number import to_number
from ...._regex import regex
from ....cursor import Cursor
from ....model import Error, Frame, Origin, RelatedStack, Trace
from ..symbol_lines import FRAMES_KEPT, LONGEST_LINE

NAME = "apple_crash"
STACKS_KEPT = 200

_EXCEPTION = regex(r"Exception Type: +(?P<type>\w+)(?: \((?P<signal>SIG\w+|[^()]*)\))?$")
_PROCESS = regex(r"Process: +(?P<name>\S.*?) \[(?P<pid>\d+)\]$")
_DETAILS = regex(r"(?:Exception (?:Codes|Subtype|Message)|Termination Reason): +(?!0x)(?P<text>\S.*)$")
_SAID = regex(r"Application Specific Information:\s*(?P<text>.*)$")
_THREAD = regex(r"Thread (?P<title>\d+.*?)(?P<crashed> Crashed)?(?P<more>:.*)?$")
_RAISED = "Last Exception Backtrace:"
_FRAME = regex(
    r"(?P<id>\d{1,4}) +(?P<module>\S.*?)(?<!\s)\s+0x(?P<address>[0-9a-f]{6,16}) (?P<call>\S.*?)"
    r"(?: \+ (?P<offset>\d+))?(?: \((?P<file>[^():]+):(?P<line>\d+)\))?$"
)
_BARE = regex(r"0x[0-9a-f]+$")
_BACK = 60
_TO_THREAD = 400


def read(cursor: Cursor) -> Trace | None:
    """The report that the cursor's line, ``Exception Type:``, is part of."""
    found = _EXCEPTION.match((cursor.line or "").rstrip())
    if found is None:
        return None
    here = cursor.offset
    trace = Trace(error=Error(), format=NAME, origin=Origin(offset=here))
    trace.error.type = found["signal"] if (found["signal"] or "").startswith("SIG") else found["type"]
    trace.error.message = found["type"]
    _step_to_process(cursor, trace)
    cursor.seek(here)
    cursor.advance()
    end = cursor.offset
    for _ in range(_TO_THREAD):
        line = (cursor.line or "").rstrip()
        if cursor.line is None or _EXCEPTION.match(line):
            break
        if line == _RAISED or (_THREAD.match(line) and _FRAME.match((cursor.peek() or "")[:LONGEST_LINE])):
            end = _read_threads(cursor, trace.error)
            break
        _take_details(cursor, trace.error, line)
        cursor.advance()
    cursor.seek(end)
    if not trace.error.frames:
        trace.uncertain.append("The report ends before its stack.")
    return trace


def _step_to_process(cursor: Cursor, trace: Trace) -> None:
    for _ in range(_BACK):
        if not cursor.back():
            return
        if found := _PROCESS.match((cursor.line or "").rstrip()):
            trace.context.process, trace.context.pid = found["name"], found["pid"]
            trace.origin.offset = cursor.offset
            return


def _take_details(cursor: Cursor, error: Error, line: str) -> None:
    if found := _DETAILS.match(line):
        error.message = f"{error.message}\n{found['text']}"
    elif found := _SAID.match(line):
        text = found["text"] or (cursor.peek() or "").strip()
        error.message = f"{error.message}\n{text}" if text else error.message


def _read_threads(cursor: Cursor, error: Error) -> int:
    """Take the stacks; gives where the last one ends. That of an exception comes before its thread's."""
    end = cursor.offset
    frames: list[Frame] | None = None
    while (line := cursor.line) is not None:
        text = line[:LONGEST_LINE].rstrip()
        found = _FRAME.match(text)
        if text == _RAISED:
            frames = error.frames
        elif found is not None and frames is not None:
            if len(frames) < FRAMES_KEPT:
                frames.append(_frame(found))
        elif heading := _THREAD.match(text):
            frames = _stack(error, heading)
        elif text:
            break
        cursor.advance()
        end = cursor.offset if text else end
    if not error.frames and error.related:
        error.frames = error.related.pop(0).frames
    error.related = [each for each in error.related if each.frames]
    return end


def _stack(error: Error, heading: re.Match[str]) -> list[Frame]:
    if heading["crashed"] and not error.frames:
        return error.frames
    stack = RelatedStack(title=heading[0].rstrip(":"), frames=[])
    if len(error.related) < STACKS_KEPT:
        error.related.append(stack)
    return stack.frames


def _frame(found: re.Match[str]) -> Frame:
    frame = Frame(id=found["id"], module=intern(found["module"]), address=to_number(found["address"], 16))
    if frame.module == "???":
        frame.module = None
    if not _BARE.match(found["call"]):
        frame.function = intern(found["call"])
        frame.offset = to_number(found["offset"]) if found["offset"] else None
    if found["file"]:
        frame.file, frame.line = intern(found["file"]), to_number(found["line"])
    return frame
