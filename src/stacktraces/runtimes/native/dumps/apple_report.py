"""macOS crash reports as text: what ended the process, then the stacks of all its threads.

===========  ==========================================================================
line         sample
===========  ==========================================================================
fact         ``Process:               orchardd [4711]``
reason       ``Exception Type:        EXC_BAD_ACCESS (SIGSEGV)``
thread       ``Thread 2 Crashed:: picker``, ``Thread 0::  Dispatch queue: com.apple.main-thread``
frame        ``1   libcart.dylib   0x000000010a2b3c4d pick_plum + 20 (pick.c:10)``
===========  ==========================================================================

Written from Apple's documentation of crash reports.
"""

from __future__ import annotations

import re
from sys import intern

from ...._number import to_number
from ...._regex import regex
from ....cursor import Cursor
from ....model import Error, Frame, Process, Snapshot, Thread
from ... import Format

NAME = "apple_report"
_PROCESS = regex(r"Process: +(?P<name>\S.{0,200}?) \[(?P<pid>\d{1,10})\]\s*")
_PATH = regex(r"Path: +(?P<path>/.{1,1000}?)\s*")
_TIME = regex(
    r"Date/Time: +(?P<day>\d{4}-\d\d-\d\d) (?P<time>\d\d:\d\d:\d\d(?:\.\d{1,9})?)(?: "
    r"(?P<zone>[+-]\d{4}))?\s*"
)
_REASON = regex(r"Exception Type: +(?P<type>\w{1,60})(?: \((?P<signal>SIG\w{1,12})\))?\s*")
_MESSAGE = regex(r"(?:Exception (?:Subtype|Message)|Termination Reason): +(?P<message>\S.{0,400}?)\s*")
_THREAD = regex(r"Thread (?P<id>\d{1,6})(?P<crashed> Crashed)?:(?P<rest>.{0,200})")
_QUEUE = regex(r":? *+(?P<name>[^:]{0,100}?)(?: *Dispatch queue: (?P<queue>.{1,200}?))?\s*")
_NAME = regex(r"Thread (?P<id>\d{1,6}) name: +(?P<name>\S.{0,200}?)\s*")
_FRAME = regex(r"(?P<id>\d{1,4}) +(?P<module>\S.{0,200}?)\s+0x(?P<address>[0-9a-f]{6,16}) (?P<rest>\S.*)")
_SYMBOL = regex(
    r"(?P<function>.+?) \+ (?P<offset>\d{1,12})(?: \((?P<file>[^()]+?):(?P<line>\d{1,9})\)| \[inlined\])?\s*"
)
_LAST = ("Binary Images:", "VM Region Summary:")
_OTHER_LINES = 200


def read(cursor: Cursor) -> Snapshot | None:
    """The report whose first line the cursor is on; see :class:`Format`."""
    head = _PROCESS.fullmatch(cursor.line or "")
    if head is None:
        return None
    process = Process(pid=to_number(head["pid"]), name=head["name"])
    snapshot = Snapshot(format=NAME, processes=[process])
    names: dict[str, str] = {}
    in_thread = False
    end, others = cursor.offset, 0
    cursor.advance()
    while (line := cursor.line) is not None and others < _OTHER_LINES:
        others += 1
        if line.startswith(_LAST) or _PROCESS.fullmatch(line):
            break
        if found := _THREAD.fullmatch(line):
            thread = _thread(found, names)
            in_thread = thread is not None
            process.threads += [thread] if thread is not None else []
            others = 0
        elif found := _NAME.fullmatch(line):
            names[found["id"]] = found["name"]
        elif in_thread and (found := _FRAME.fullmatch(line)):
            process.threads[-1].frames.append(_frame(found))
            others, end = 0, cursor.next_offset
        elif not process.threads:
            _take_fact(line, snapshot)
        cursor.advance()
    cursor.seek(end)
    if process.error is not None and not any(each.crashed for each in process.threads):
        snapshot.uncertain.append("Which thread crashed is not told.")
    return snapshot if any(each.frames for each in process.threads) else None


def _take_fact(line: str, snapshot: Snapshot) -> None:
    (process,) = snapshot.processes
    if found := _PATH.fullmatch(line):
        process.executable = found["path"]
    elif found := _TIME.fullmatch(line):
        zone = found["zone"] or ""
        snapshot.time = f"{found['day']}T{found['time']}" + (f"{zone[:3]}:{zone[3:]}" if zone else "")
    elif found := _REASON.fullmatch(line):
        process.error = Error(type=found["signal"] or found["type"], message=None)
    elif process.error is not None and process.error.message is None and (found := _MESSAGE.fullmatch(line)):
        process.error.message = found["message"]


def _thread(found: re.Match[str], names: dict[str, str]) -> Thread | None:
    rest = _QUEUE.fullmatch(found["rest"])
    if rest is None or " with " in found["rest"]:
        return None  # "Thread 0 crashed with X86 Thread State (64-bit):"
    name = rest["name"] or names.get(found["id"]) or rest["queue"]
    return Thread(id=found["id"], name=name or None, crashed=found["crashed"] is not None)


def _frame(found: re.Match[str]) -> Frame:
    frame = Frame(
        id=found["id"], module=intern(found["module"].rstrip()), address=to_number(found["address"], 16)
    )
    symbol = _SYMBOL.fullmatch(found["rest"])
    if symbol is not None and not symbol["function"].startswith("0x"):
        frame.function, frame.offset = intern(symbol["function"]), to_number(symbol["offset"])
        if symbol["file"]:
            frame.file, frame.line = intern(symbol["file"]), to_number(symbol["line"])
    return frame


FORMAT = Format(name=NAME, title="threads of a macOS crash report", anchors=(b"Process: ",), read=read)
