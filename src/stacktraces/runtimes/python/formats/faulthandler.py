"""What CPython's faulthandler prints: the threads of a process that crashed, hung or was asked to.

===============  ===============================================================  =====================
line             sample                                                           what comes next
===============  ===============================================================  =====================
reason           ``Fatal Python error: Segmentation fault``                       state, blank, thread
reason           ``Timeout (0:00:00.200000)!``                                    thread
reason           ``Windows fatal exception: access violation``                    blank, thread
state            ``Python runtime state: initialized``                            error, blank, thread
thread           ``Current thread 0x00007f10 [name] (most recent call first):``   frame, mark
thread           ``Thread 0x00007f11 (most recent call first):``                  frame, mark
thread           ``Stack (most recent call first):``                              frame, mark
frame            ``  File "/srv/app.py", line 3 in f``                            frame, mark, blank
mark             ``  <no Python frame>``, ``  ...``, ``  Garbage-collecting``     frame, blank
C stack (3.14)   ``Current thread's C stack trace (most recent call first):``     C frame
C frame          ``  Binary file "/usr/bin/python", at _Py_Dump+0x42 [0x5b27]``   C frame, mark
modules          ``Extension modules: numpy.core, … (total: 12)``                 end
===============  ===============================================================  =====================
"""

from __future__ import annotations

import re

from ...._number import to_number
from ...._regex import regex
from ....cursor import Cursor
from ....model import Error, Frame, Process, Snapshot, Thread

NAME = "faulthandler"

_REASON = regex(
    r"(?P<type>Fatal Python error|Windows fatal exception): (?P<message>.*)$"
    r"|(?P<timeout>Timeout) \((?P<after>.*)\)!$"
)
_THREAD = regex(
    r"(?:(?P<current>Current thread|Stack)|Thread)(?: (?P<handle>0x[0-9a-f]+))?(?: \[(?P<name>.*)\])?"
    r" \(most recent call first\):$"
)
_C_STACK = "Current thread's C stack trace (most recent call first):"
_FRAME = regex(r'  File "(?P<file>.*)", line (?P<line>\d+|\?+) in (?P<function>.*)$')
_C_FRAME = regex(
    r'  Binary file "(?P<module>.*?)"(?:, at (?P<function>[^+\s]*)(?:\+(?P<offset>0x[0-9a-f]+))?)?'
    r"(?: \[(?P<address>0x[0-9a-f]+)\])?$"
)
_MARK = regex(r"  ?(?:<[\w ]+>|\.\.\.|Garbage-collecting|\(.*\))$|<[\w ]+>$")
_CUT = regex(r"\s*(?:\.\.\.|<truncated rest of calls>)$")
_MODULES = "Extension modules: "
_REASON_LINES = 8


def read(cursor: Cursor) -> Snapshot | None:
    """The dump that the cursor's line is part of; see :data:`stacktraces.runtimes.Reader`."""
    reason = _step_to_reason(cursor)
    if reason is None and not _THREAD.match(cursor.line or ""):
        return None
    process = Process()
    snapshot = Snapshot(format=NAME, processes=[process], tool="faulthandler")
    if reason is not None:
        process.error = _error(reason)
        _skip_to_thread(cursor, process.error)
    while True:
        line = cursor.line or ""
        if match := _THREAD.match(line):
            cursor.advance()
            process.threads.append(_read_thread(cursor, match, snapshot))
        elif line == _C_STACK and process.threads:
            cursor.advance()
            current = next((each for each in process.threads if each.crashed), process.threads[0])
            current.frames[:0] = _read_c_stack(cursor)
        elif line.startswith(_MODULES):
            cursor.advance()
        elif line or cursor.line is None or not _goes_on(cursor.peek()):
            break
        else:
            cursor.advance()
    _mark_crashed(process, reason)
    return snapshot


def _step_to_reason(cursor: Cursor) -> re.Match[str] | None:
    """Go back to the line that says why, if one stands above; that line."""
    here = cursor.offset
    for _ in range(_REASON_LINES):
        line = cursor.line or ""
        if match := _REASON.match(line):
            return match
        if _FRAME.match(line) or not cursor.back():
            break
    cursor.seek(here)
    return None


def _error(reason: re.Match[str]) -> Error:
    if reason["timeout"]:
        return Error(type=reason["timeout"], message=reason["after"])
    return Error(type=reason["type"], message=reason["message"])


def _skip_to_thread(cursor: Cursor, error: Error) -> None:
    """Pass the lines between reason and threads: the runtime's state, the error that stopped it."""
    cursor.advance()
    here = cursor.offset
    for _ in range(_REASON_LINES):
        line = cursor.line
        if line is None:
            break
        if _THREAD.match(line):
            return
        if line and not line.startswith("Python runtime state: "):
            error.message = f"{error.message}\n{line}"
        cursor.advance()
    cursor.seek(here)


def _goes_on(line: str | None) -> bool:
    return line is not None and (
        _THREAD.match(line) is not None or line == _C_STACK or line.startswith(_MODULES)
    )


def _read_thread(cursor: Cursor, header: re.Match[str], snapshot: Snapshot) -> Thread:
    thread = Thread(
        id=header["handle"], handle=header["handle"], name=header["name"], crashed=bool(header["current"])
    )
    while (line := cursor.line) is not None:
        if match := _FRAME.match(line):
            number = to_number(match["line"]) if match["line"].isdecimal() else None
            thread.frames.append(Frame(function=match["function"], file=match["file"], line=number))
        elif _MARK.match(line):
            if _CUT.match(line):
                snapshot.uncertain.append(f"The stack of thread {thread.id} was cut by faulthandler.")
        else:
            break
        cursor.advance()
    return thread


def _read_c_stack(cursor: Cursor) -> list[Frame]:
    frames = []
    while (line := cursor.line) is not None:
        if match := _C_FRAME.match(line):
            frames.append(
                Frame(
                    function=match["function"] or None,
                    module=match["module"],
                    offset=to_number(match["offset"], 16) if match["offset"] else None,
                    address=to_number(match["address"], 16) if match["address"] else None,
                )
            )
        elif not _MARK.match(line):
            break
        cursor.advance()
    return frames


def _mark_crashed(process: Process, reason: re.Match[str] | None) -> None:
    """Only a fatal error makes the current thread the one that crashed."""
    fatal = reason is not None and not reason["timeout"]
    for thread in process.threads:
        thread.crashed = thread.crashed and fatal
        if thread.crashed:
            thread.error = process.error
