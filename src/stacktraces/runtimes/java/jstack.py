"""The thread dumps of a Java virtual machine: jstack, ``jcmd PID Thread.print``, SIGQUIT.

============  ====================================================================  ====================
line          sample                                                                what comes next
============  ====================================================================  ====================
dump          ``Full thread dump OpenJDK 64-Bit Server VM (17.0.15+6 mixed mode):``  thread
thread        ``"book" #13 prio=5 tid=0x7f4e nid=0x24de waiting on condition  […]``  state, thread, end
state         ``   java.lang.Thread.State: BLOCKED (on object monitor)``             frame, held
frame         ``\\tat Bank.transfer(Bank.java:14)``                                   lock, frame, held
lock          ``\\t- waiting to lock <0x00000000ffd1aa20> (a java.lang.Object)``      lock, frame, held
held          ``   Locked ownable synchronizers:``                                   lock, thread
end           ``JNI global refs: 4, weak refs: 0``                                   deadlocks
deadlock      ``Found one Java-level deadlock:``                                     waiter
waiter        ``"book":`` / ``  waiting to lock monitor 0x… (object 0x…, a X),``     owner
owner         ``  which is held by "audit"``                                         waiter
deadlocks     ``Found 2 deadlocks.``
============  ====================================================================  ====================

A deadlock repeats the stacks of its threads: those are passed over.
"""

from __future__ import annotations

import re

from ..._number import to_number
from ..._regex import regex
from ...cursor import Cursor
from ...model import Process, Snapshot, Thread
from .._collected import collected
from .frames import read_frame
from .locks import ThreadLocks, tell_owners

NAME = "jstack"

_DUMP = regex(r".*Full thread dump .*")
_TIME = regex(r"(?P<day>\d{4}-\d\d-\d\d) (?P<time>\d\d:\d\d:\d\d)")
_PID = regex(r"(\d+):")
_THREAD = regex(r'"(?P<name>.*)" (?:#(?P<id>\d+) )?(?:\[\d+\] )?(?:daemon )?(?:prio=|os_prio=)(?P<rest>.*)')
_NATIVE_ID = regex(r"\bnid=(?P<nid>0x[0-9a-f]+|\d+) (?P<state>[^\[]*)")
_STATE = regex(r"   java\.lang\.Thread\.State: (?P<state>.*)")
_LOCK = regex(r"\s+- (?P<what>[a-z][a-z ()-]*?)(?<! ) +<(?P<address>0x[0-9a-f]+)> \(an? (?P<class>.*)\)")
_HELD = regex(r"\s+- <(?P<address>0x[0-9a-f]+)> \(an? (?P<class>.*)\)")
_WAITER = regex(r'"(?P<name>.*)":')
_AWAITED = regex(
    r"  waiting (?:to lock monitor .*\(object|for ownable synchronizer) (?P<address>0x[0-9a-f]+),.*"
)
_OWNER = regex(r'  which is held by "(?P<name>.*)"')
_DEADLOCK = "Found one Java-level deadlock:"
_DEADLOCKS = regex(r"Found \d+ deadlocks?\.")
_STRANGE_LINES = 100
"""Lines of other shapes that may stand between two threads: what the program wrote meanwhile."""
_END = "JNI global ref"


@collected("jcmd", "jstack")
def read(cursor: Cursor) -> Snapshot | None:
    """The dump whose first line the cursor is on; see :data:`stacktraces.runtimes.Reader`."""
    if not _DUMP.fullmatch(cursor.line or ""):
        return None
    process = Process()
    snapshot = Snapshot(format=NAME, processes=[process], tool="jstack")
    _read_head(cursor, snapshot, process)
    cursor.advance()
    _read_threads(cursor, process)
    if (cursor.line or "").startswith(_END):
        cursor.advance()
    owners = _read_deadlocks(cursor)
    tell_owners(process.threads, owners)
    return snapshot if process.threads else None


def _read_head(cursor: Cursor, snapshot: Snapshot, process: Process) -> None:
    """Take the time (of an unknown zone) and the process that stand above; the cursor stays where it is."""
    for distance in (-1, -2):
        line = cursor.peek(distance) or ""
        if found := _TIME.fullmatch(line):
            snapshot.time = f"{found['day']}T{found['time']}"
        elif found := _PID.fullmatch(line):
            process.pid = to_number(found[1])


def _read_threads(cursor: Cursor, process: Process) -> None:
    strange, end = 0, cursor.offset
    while (line := cursor.line) is not None and not line.startswith((_END, "REM ")):
        if _DUMP.fullmatch(line) or strange > _STRANGE_LINES:
            break
        cursor.advance()
        if found := _THREAD.fullmatch(line):
            process.threads.append(_read_thread(cursor, found))
            strange, end = 0, cursor.offset
        elif not line.startswith("0x"):
            strange += 1
    if not (cursor.line or "").startswith(_END):
        cursor.seek(end)


def _read_thread(cursor: Cursor, heading: re.Match[str]) -> Thread:
    native = _NATIVE_ID.search(heading["rest"])
    os_id = str(to_number(native["nid"], 0)) if native else None
    thread = Thread(
        id=heading["id"] or os_id,
        os_id=os_id,
        name=heading["name"],
        state=(native["state"].strip() or None) if native else None,
    )
    locks = ThreadLocks(thread)
    while line := cursor.line:
        if frame := read_frame(line):
            thread.frames.append(frame)
        elif found := _LOCK.fullmatch(line):
            _take_lock(locks, found)
        elif found := _STATE.fullmatch(line):
            thread.state = found["state"]
        elif not line.startswith((" ", "\t")):
            break
        cursor.advance()
    _read_held(cursor, locks)
    return thread


def _take_lock(locks: ThreadLocks, found: re.Match[str]) -> None:
    address, kind = found["address"], found["class"]
    match found["what"]:
        case "locked":
            locks.holds_monitor(address, kind)
        case "waiting to lock" | "waiting to re-lock in wait()":
            locks.waits_to_enter(address, kind)
        case "parking to wait for":
            locks.parks_for(address, kind)
        case "waiting on":
            locks.waits_on(address)
        case _:
            pass


def _read_held(cursor: Cursor, locks: ThreadLocks) -> None:
    if (cursor.peek() or "").strip() != "Locked ownable synchronizers:":
        return
    cursor.advance()
    cursor.advance()
    while found := _HELD.fullmatch(cursor.line or ""):
        locks.holds(found["address"], found["class"])
        cursor.advance()


def _read_deadlocks(cursor: Cursor) -> dict[tuple[str, str], str]:
    """The owners that the virtual machine tells: by waiter's name and lock, the owner's name."""
    owners: dict[tuple[str, str], str] = {}
    here = cursor.offset
    while cursor.line == "":
        cursor.advance()
    if cursor.line != _DEADLOCK:
        cursor.seek(here)
        return owners
    waiter = address = ""
    while (line := cursor.line) is not None and not line.startswith("REM ") and not _DUMP.fullmatch(line):
        cursor.advance()
        if found := _WAITER.fullmatch(line):
            waiter = found["name"]
        elif found := _AWAITED.fullmatch(line):
            address = found["address"]
        elif found := _OWNER.fullmatch(line):
            owners[waiter, address] = found["name"]
        elif _DEADLOCKS.fullmatch(line):
            break
    return owners
