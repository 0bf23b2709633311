"""What ``collect.py`` reads of CPython's own structures; innermost frame first.

===============  ======================================================  =====================================
line             sample                                                  what comes next
===============  ======================================================  =====================================
heading          ``CPython 3.11.7 in process 8851, by collect.py``       thread, end
thread           ``Thread 8860 0x7f07 gil=held handles=OSError "main"``  frame, thread, task, end
task             ``Task 0x7f074d97 "Task-3" awaits 0x7f074d98``          frame, task, end
frame            ``  #0 spin (/srv/app/sleeper.py:17) from C``           frame, thread, task, end
what is missing  ``  ... and 12 more frames``                            thread, task, end
===============  ======================================================  =====================================
"""

from __future__ import annotations

import re

from ...._number import to_number
from ...._regex import regex
from ....cursor import Cursor
from ....model import Frame, Lock, Process, Snapshot, Thread
from ..._collected import collected

NAME = "cpython"
TASK = "asyncio task"
"""What the name of a thread begins with that is a task, and the kind of what another one awaits."""

_HEADING = regex(r"CPython (?P<version>\d++\.\d\S*+) in process (?P<pid>\d++), by collect\.py$")
_THREAD = regex(
    r"Thread (?:(?P<id>\d++) )?(?P<handle>0x[0-9a-f]++)(?: interpreter=(?P<interpreter>\d++))?"
    r"(?: gil=(?P<gil>held|awaited))?(?: handles=(?P<handles>[^\s\"]++))?(?: \"(?P<name>.*)\")?$"
)
_TASK = regex(r'Task (?P<id>0x[0-9a-f]++) "(?P<name>.*)"(?P<awaits>(?: awaits 0x[0-9a-f]++)*+)$')
_FRAME = regex(r"  #(?P<number>\d++) (?P<rest>.+)$")
_PLACE = regex(r"(?P<line>\d++|\?)\)(?P<entry> from C)?$")
_MISSING = regex(r"(?:  )?\.\.\. and (?P<what>.*)$")


@collected("cpython")
def read(cursor: Cursor) -> Snapshot | None:
    """The snapshot whose heading the cursor is on; see :data:`stacktraces.runtimes.Reader`."""
    heading = _HEADING.match(cursor.line or "")
    if heading is None:
        return None
    process = Process(pid=to_number(heading["pid"]))
    cursor.advance()
    while thread := _read_thread(cursor):
        process.threads.append(thread)
    uncertain = []
    if missing := _MISSING.match(cursor.line or ""):
        uncertain.append(f"Not all of the process is shown: there are {missing['what']}.")
        cursor.advance()
    if not process.threads:
        return None
    return Snapshot(format=NAME, tool="cpython", processes=[process], uncertain=uncertain)


def _read_thread(cursor: Cursor) -> Thread | None:
    """The thread or task whose heading the cursor is on, or ``None``."""
    line = cursor.line or ""
    if heading := _THREAD.match(line):
        thread = _thread(heading)
    elif heading := _TASK.match(line):
        thread = _task(heading)
    else:
        return None
    cursor.advance()
    while found := _FRAME.match(cursor.line or ""):
        thread.frames.append(_frame(found["number"], found["rest"]))
        cursor.advance()
    while (line := cursor.line or "").startswith("  ") and (missing := _MISSING.match(line)):
        thread.uncertain.append(f"The stack goes on: {missing['what']}.")
        cursor.advance()
    return thread


def _thread(heading: re.Match[str]) -> Thread:
    identity = heading["id"] or heading["handle"]
    return Thread(
        id=identity,
        os_id=heading["id"],
        handle=heading["handle"],
        name=heading["name"],
        handling=heading["handles"],
        locks_held=[Lock("GIL", kind="GIL", owner=identity)] if heading["gil"] == "held" else [],
        locks_awaited=[Lock("GIL", kind="GIL")] if heading["gil"] == "awaited" else [],
    )


def _task(heading: re.Match[str]) -> Thread:
    """A task as a thread, whose lock is the end of the task that it awaits."""
    awaited = heading["awaits"].split(" awaits ")[1:]
    return Thread(
        id=heading["id"],
        name=f"{TASK} {heading['name']}".rstrip(),
        state="waiting for another task" if awaited else None,
        locks_awaited=[Lock(each, kind=TASK, owner=each) for each in awaited],
    )


def _frame(number: str, rest: str) -> Frame:
    call, _, place = rest.rpartition(":")
    function, _, file = call.partition(" (")
    found = _PLACE.match(place)
    if found is None or not file:
        return Frame(function=rest, id=number)
    return Frame(
        function=function,
        file=None if file == "?" else file,
        line=None if found["line"] == "?" else to_number(found["line"]),
        id=number,
        from_native=found["entry"] is not None,
    )
