"""Thread dumps that a Java program makes of itself.

=======================================================================  ==============================
line                                                                     printed by
=======================================================================  ==============================
``"picker" Id=12 BLOCKED on a.B@4d5e owned by "main" Id=1``              ``ThreadInfo.toString``
``"picker" daemon prio=5 Id=12 RUNNABLE (in native)``                    the same, from Java 9 on
``\\tat Orchard.pick(Orchard.java:20)``, ``\\t-  blocked on a.B@4d5e``     its frames and locks
``\\t...``                                                                it prints the first 8 frames
``\\tNumber of locked synchronizers = 1`` / ``\\t- a.B@4d5e``              what it holds beside monitors
``#21 "picker" BLOCKED 2026-11-28T22:46:05.6Z``                          ``jcmd PID Thread.dump_to_file``
``    - waiting to lock <a.B@4d5e>``                                     its locks, from Java 25 on
=======================================================================  ==============================
"""

from __future__ import annotations

import re

from ..._number import to_number
from ..._regex import regex
from ...cursor import Cursor
from ...model import Process, Snapshot, Thread
from .frames import read_frame
from .locks import ThreadLocks, tell_owners

NAME = "thread_info"

_STATES = "NEW|RUNNABLE|BLOCKED|WAITING|TIMED_WAITING|TERMINATED"
_THREAD = regex(
    rf'"(?P<name>.*)"(?: daemon)?(?: prio=\d+)? Id=(?P<id>\d+) (?P<state>{_STATES})(?: on (?P<lock>\S+))?'
    r'(?: owned by ".{0,400}" Id=(?P<owner>\d+))?(?: \(suspended\))?(?: \(in native\))?\s*$'
)
_FILE_THREAD = regex(
    rf'#(?P<id>\d+) "(?P<name>.*)"(?: virtual)? (?P<state>{_STATES}) \d{{4}}-\d\d-\d\dT[\d:.]+Z\s*$'
)
_LOCK = regex(r"\s+-\s+(?P<what>[a-z][a-z ]*?) <?(?P<lock>[\w.$/\[;]+@[0-9a-f]+)>?\s*$")
_HELD = regex(r"\s+- (?P<lock>[\w.$/\[;]+@[0-9a-f]+)\s*$")
_MORE = "..."
_SYNCHRONIZERS = "Number of locked synchronizers"
_PID = regex(r"\d{1,10}\s*$")
_HEAD_LINES = 4
_BLANK_LINES = 2


def read(cursor: Cursor) -> Snapshot | None:
    """The dump whose first thread the cursor is on; see :data:`stacktraces.runtimes.Reader`."""
    if _heading(cursor.line or "") is None:
        return None
    process = Process()
    snapshot = Snapshot(format=NAME, processes=[process], tool="java")
    _read_head(cursor, snapshot, process)
    end = cursor.offset
    while (found := _heading(cursor.line or "")) is not None:
        process.threads.append(_read_thread(cursor, found))
        end = cursor.offset
        for _ in range(_BLANK_LINES):
            if cursor.line is not None and not cursor.line.strip():
                cursor.advance()
    cursor.seek(end)
    tell_owners(process.threads, {})
    return snapshot


def _heading(line: str) -> re.Match[str] | None:
    if line.startswith("#"):
        return _FILE_THREAD.match(line)
    return _THREAD.match(line) if line.startswith('"') else None


def _read_head(cursor: Cursor, snapshot: Snapshot, process: Process) -> None:
    """Take the process and the time that stand above a file's first thread; the cursor stays where it is."""
    above = [cursor.peek(-distance) or "" for distance in range(1, _HEAD_LINES + 1)]
    for pid, time in zip(above[2:], above[1:], strict=False):
        if _PID.match(pid) and time[4:5] == "-" and time.endswith("Z"):
            process.pid, snapshot.time = to_number(pid.strip()), time


def _read_thread(cursor: Cursor, found: re.Match[str]) -> Thread:
    thread = Thread(id=found["id"], name=found["name"] or None, state=found["state"])
    locks = ThreadLocks(thread)
    held = False
    told = found.groupdict()
    cursor.advance()
    while (line := cursor.line) is not None:
        text = line.strip()
        if frame := read_frame(line):
            thread.frames.append(frame)
        elif lock := _LOCK.match(line):
            _take_lock(locks, lock["what"], lock["lock"])
        elif held and (lock := _HELD.match(line)):
            locks.holds(lock["lock"], _class_of(lock["lock"]))
        elif text.startswith(_SYNCHRONIZERS):
            held = True
        elif text != _MORE and (text or not (cursor.peek() or "").strip().startswith(_SYNCHRONIZERS)):
            break
        cursor.advance()
    if told.get("lock") and told.get("owner"):
        locks.parks_for(told["lock"], _class_of(told["lock"]))
    for each in thread.locks_awaited:
        each.owner = told.get("owner")
        if thread.state == "BLOCKED":
            each.kind = f"monitor of {_class_of(each.address)}"
    return thread


def _take_lock(locks: ThreadLocks, what: str, lock: str) -> None:
    kind = _class_of(lock)
    match what:
        case "locked":
            locks.holds_monitor(lock, kind)
        case "blocked on" | "waiting to lock":
            locks.waits_to_enter(lock, kind)
        case "parking to wait for":
            locks.parks_for(lock, kind)
        case "waiting on":
            locks.waits_on(lock)
        case _:
            pass


def _class_of(lock: str) -> str:
    return lock.rpartition("@")[0]
