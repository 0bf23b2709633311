"""pystack's dumps of a Python process or core: a thread after the other, outermost frame first.

===================  ================================================================  ==================
line                 sample                                                            what comes next
===================  ================================================================  ==================
core header          ``Core file information:``                                        its fields
core field           ``executable: python arguments: python crasher.py``               field, cause, thread
cause of death       ``The process died due a segmentation fault accessing …: 0x1``    thread
thread               ``Traceback for thread 7803 (python) [Has the GIL] (most …):``    frame
frame                ``    (Python) File "/srv/app.py", line 21, in consume``          source, frame, …
native frame         ``    (C) File "./nptl/x.c", line 442, in f (/lib/libc.so.6)``    frame, blank
source               ``        time.sleep(1000)``                                      variables, frame, …
variables            ``      Arguments:`` / ``      Locals:``                          variable
variable             ``        n: 5000``                                               variable, frame, …
===================  ================================================================  ==================
"""

from __future__ import annotations

import re

from ...._number import to_number
from ...._regex import regex
from ....cursor import Cursor
from ....model import Error, Frame, Lock, Process, Snapshot, Thread
from ..._collected import collected

NAME = "pystack"

_THREAD = regex(
    r"Traceback for thread (?P<id>\d+)(?: \((?P<name>.*)\))? \[(?P<marks>[^\[\]]*)\]"
    r" \(most recent call last\):$"
)
_FRAME = regex(
    r'    \((?P<language>Python|C)\) File "(?P<file>.*)", line (?P<line>\d+), in (?P<function>.*?)'
    r"(?P<inlined> \(inlined\))?(?: \((?P<module>[^()]*)\))?$"
)
_VARIABLES = regex(r"      (?P<kind>Arguments|Locals):$")
_VARIABLE = regex(r"        (?P<name>\S+?): (?P<value>.*)$")
_DEATH = regex(
    r"The process died due (?:to )?(?:an? )?(?P<type>.+?)(?: (?P<message>accessing address: .*))?$"
)
_PID = regex(r"pid: (\d+)")
_EXECUTABLE = regex(r"executable: (?P<executable>\S+)(?: arguments: (?P<command>.*))?$")
_EXECUTABLE_PATH = regex(r"Using executable found in the core file: (?P<path>.*)$")
_HEADER_START = ("Using executable found in the core file", "Core file information:")
_HEADER_LINES = 20


@collected("pystack")
def read(cursor: Cursor) -> Snapshot | None:
    """The dump whose first thread the cursor is on; see :data:`stacktraces.runtimes.Reader`."""
    if not _THREAD.match(cursor.line or ""):
        return None
    process = Process()
    _read_header(cursor, process)
    while match := _THREAD.match(cursor.line or ""):
        cursor.advance()
        process.threads.append(_read_thread(cursor, match))
        while cursor.line == "" and _THREAD.match(cursor.peek() or ""):
            cursor.advance()
    if process.error is not None:
        for thread in process.threads[:1]:
            thread.crashed = True
    return Snapshot(format=NAME, processes=[process], tool="pystack")


def _read_header(cursor: Cursor, process: Process) -> None:
    """Take what the lines of a core file's header say; the cursor stays where it is."""
    here = cursor.offset
    for _ in range(_HEADER_LINES):
        if not cursor.back() or (line := cursor.line) is None:
            break
        if match := _DEATH.match(line):
            process.error = Error(type=match["type"], message=match["message"])
        elif match := _PID.match(line):
            process.pid = to_number(match[1])
        elif match := _EXECUTABLE_PATH.match(line):
            process.executable = match["path"]
        elif match := _EXECUTABLE.match(line):
            process.executable, process.command = (
                match["executable"],
                (match["command"] or "").strip() or None,
            )
        if line.startswith(_HEADER_START[0]):
            break
    cursor.seek(here)


def _read_thread(cursor: Cursor, header: re.Match[str]) -> Thread:
    thread = Thread(id=header["id"], os_id=header["id"], name=header["name"])
    marks = [mark.strip() for mark in header["marks"].split(",")]
    if "Has the GIL" in marks:
        thread.locks_held = [Lock("GIL", kind="GIL", owner=header["id"])]
    elif "Waiting for the GIL" in marks:
        thread.locks_awaited = [Lock("GIL", kind="GIL")]
    if "Garbage collecting" in marks:
        thread.state = "collecting garbage"
    while match := _FRAME.match(cursor.line or ""):
        cursor.advance()
        thread.frames.append(_read_frame(cursor, match))
    thread.frames.reverse()
    return thread


def _read_frame(cursor: Cursor, match: re.Match[str]) -> Frame:
    native = match["language"] == "C"
    known = not native or match["line"] != "0"
    frame = Frame(
        function=None if match["function"] == "???" else match["function"],
        module=match["module"],
        file=match["file"] if known else None,
        line=to_number(match["line"]) if known else None,
        inlined=match["inlined"] is not None,
    )
    kind = None
    values: dict[str, dict[str, str]] = {"Arguments": {}, "Locals": {}}
    while (line := cursor.line) is not None and line.startswith("      "):
        if variables := _VARIABLES.match(line):
            kind = variables["kind"]
        elif kind is None:
            frame.source = line.strip()
        elif variable := _VARIABLE.match(line):
            values[kind][variable["name"]] = variable["value"]
        cursor.advance()
    if values["Arguments"]:
        frame.args = ", ".join(f"{name}={value}" for name, value in values["Arguments"].items())
    frame.locals = values["Locals"] or None
    return frame
