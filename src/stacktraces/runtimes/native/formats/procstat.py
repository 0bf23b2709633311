"""FreeBSD procstat -k and -kk: what each thread does in the kernel, innermost frame first.

===========  ===========================================================================  ==============
line         sample                                                                       what comes next
===========  ===========================================================================  ==============
heading      ``  PID    TID COMM                TDNAME              KSTACK``              thread
thread       `` 4711 100124 orchardd            picker              mi_switch+0xe1 …``    thread
===========  ===========================================================================  ==============

The columns of names start where their headings do, since names hold blanks. A thread that runs or was
swapped out shows ``<running>`` or ``<swapped>`` for its stack. Written from procstat(1).
"""

from __future__ import annotations

from sys import intern

from ...._number import to_number
from ...._regex import regex
from ....cursor import Cursor
from ....model import Frame, Process, Snapshot, Thread

NAME = "procstat"

_HEADING = regex(r"\s*PID\s+TID\s+COMM\s+TDNAME\s+KSTACK\s*")
_THREAD = regex(r"\s*(?P<pid>\d+)\s+(?P<tid>\d+)\s+(?P<rest>\S.*)")
_CALL = regex(r"(?P<function>[A-Za-z_][\w.]*)(?:\+0x(?P<offset>[0-9a-f]+))?")
_NO_STACK = {"<running>": "running", "<swapped>": "swapped out", "-": None}
_NO_NAME = "-"


def read(cursor: Cursor) -> Snapshot | None:
    """The processes below the heading that the cursor is on; see :class:`Format`."""
    heading = cursor.line or ""
    if not _HEADING.fullmatch(heading):
        return None
    columns = heading.index("COMM"), heading.index("TDNAME"), heading.index("KSTACK")
    cursor.advance()
    processes: dict[str, Process] = {}
    while (line := cursor.line) is not None and (found := _THREAD.fullmatch(line.rstrip())):
        thread = _thread(line, found["tid"], columns)
        if thread is None:
            break
        process = processes.get(found["pid"])
        if process is None:
            name = line[columns[0] : columns[1]].strip()
            process = processes[found["pid"]] = Process(pid=to_number(found["pid"]), executable=name or None)
        process.threads.append(thread)
        cursor.advance()
    return Snapshot(format=NAME, processes=list(processes.values())) if processes else None


def _thread(line: str, tid: str, columns: tuple[int, int, int]) -> Thread | None:
    """The thread of a line; ``None`` where its last column holds no stack."""
    name = line[columns[1] : columns[2]].strip()
    thread = Thread(id=tid, os_id=tid, name=None if name in ("", _NO_NAME) else name)
    stack = line[columns[2] :].strip()
    if stack in _NO_STACK:
        thread.state = _NO_STACK[stack]
        return thread
    for number, word in enumerate(stack.split()):
        call = _CALL.fullmatch(word)
        if call is None:
            return None
        offset = to_number(call["offset"], 16) if call["offset"] else None
        thread.frames.append(Frame(id=str(number), function=intern(call["function"]), offset=offset))
    return thread
