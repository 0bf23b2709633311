"""Android's ``traces.txt``: all threads of an app that did not respond, as its runtime prints them.

===========  ==============================================================================
line         sample
===========  ==============================================================================
start        ``----- pid 4711 at 2024-01-02 10:11:12.123456789+0100 -----``
command      ``Cmd line: org.example.cart``
thread       ``"main" prio=5 tid=1 Blocked``, ``"Binder:4711_1" prio=5 tid=9 Native``
fact         ``  | sysTid=4711 nice=-10 cgrp=default``
native call  ``  native: #00 pc 000a0f8c  /apex/…/libc.so (__epoll_pwait+12)``
kernel call  ``  kernel: futex_wait_queue_me+0xc4/0x13c``
frame        ``  at org.example.Cart.pick(Cart.java:20)``
lock         ``  - waiting to lock <0x0c3f6b1a> (a java.lang.Object) held by thread 12``
===========  ==============================================================================

Written from the documentation of the Android Open Source Project.
"""

from __future__ import annotations

from sys import intern

from ...._number import to_number
from ...._regex import regex
from ....cursor import Cursor
from ....model import Frame, Process, Snapshot, Thread
from ... import Format
from ..frames import read_frame
from ..locks import ThreadLocks, thread_key

NAME = "android_traces"
_START = regex(
    r"----- pid (?P<pid>\d{1,10}) at (?P<day>\d{4}-\d\d-\d\d) (?P<time>\d\d:\d\d:\d\d(?:\.\d{1,9})?)"
    r"(?P<zone>[+-]\d{4})? -----\s*"
)
_COMMAND = regex(r"Cmd line: (?P<command>\S.{0,400}?)\s*")
_THREAD = regex(
    r'"(?P<name>.{0,200}?)"(?: daemon)? prio=\d{1,3} '
    r"(?:tid=(?P<id>\d{1,9}) (?P<state>\w{1,40})|\(not attached\))\s*"
)
_SYSTEM_ID = regex(r"\s+\| sysTid=(?P<tid>\d{1,10}) .*")
_NATIVE = regex(
    r"\s+native: #\d{1,4} +pc (?P<address>[0-9a-f]{8,16})  +(?P<module>\S.{0,400}?)"
    r"(?: \((?P<function>(?!BuildId|offset).{1,1000}?)(?:\+(?P<offset>\d{1,9}))?\))?"
    r"(?: \(BuildId: [0-9a-f]{1,64}\))?(?<!\s)\s*"
)
_KERNEL = regex(
    r"\s+kernel: (?:\(.*|(?P<function>[\w.$]{1,200})(?:\+0x"
    r"(?P<offset>[0-9a-f]{1,8})/0x[0-9a-f]{1,8})?\s*)"
)
_AWAITED = regex(
    r"\s+- waiting to lock <(?P<lock>0x[0-9a-f]{1,16})> \(a (?P<kind>\S{1,200})\) held by thread "
    r"(?P<owner>\d{1,9})\s*"
)
_HELD = regex(r"\s+- locked <(?P<lock>0x[0-9a-f]{1,16})> \(a (?P<kind>\S{1,200})\)\s*")
_WAITS_ON = regex(r"\s+- waiting on <(?P<lock>0x[0-9a-f]{1,16})> \(a \S{1,200}\)\s*")
_END = regex(r"----- end \d{1,10} -----\s*")
_HEAD_LINES = 400
_STATES = {
    "Blocked": "waiting for a monitor",
    "Waiting": "waiting",
    "TimedWaiting": "waiting",
    "Sleeping": "sleeping",
    "Native": "in native code",
    "Runnable": "running",
    "Suspended": "running",
    "WaitingForTaskProcessor": "waiting for work",
}
_IDLE = ("Waiting", "TimedWaiting", "Sleeping", "WaitingForTaskProcessor")


def read(cursor: Cursor) -> Snapshot | None:
    """The process whose start the cursor's line is; see :class:`Format`."""
    start = _START.fullmatch(cursor.line or "")
    if start is None:
        return None
    zone = start["zone"] or ""
    time = f"{start['day']}T{start['time']}" + (f"{zone[:3]}:{zone[3:]}" if zone else "")
    process = Process(pid=to_number(start["pid"]))
    owners: dict[int, str] = {}
    locks: ThreadLocks | None = None
    end, others = cursor.offset, 0
    cursor.advance()
    while (line := cursor.line) is not None and others < _HEAD_LINES:
        others += 1
        if _END.fullmatch(line) or _START.fullmatch(line):
            break
        if found := _THREAD.fullmatch(line):
            thread = Thread(id=found["id"] or f"{len(process.threads) + 1}n", name=found["name"] or None)
            thread.state = _STATES.get(found["state"] or "", found["state"])
            thread.idle = found["state"] in _IDLE
            process.threads.append(thread)
            locks = ThreadLocks(thread)
            others = 0
        elif locks is None:
            if found := _COMMAND.fullmatch(line):
                process.command = process.executable = found["command"]
        elif _take(line, process.threads[-1], locks, owners):
            others, end = 0, cursor.next_offset
        cursor.advance()
    cursor.seek(end)
    by_id = {thread.id: thread_key(thread) for thread in process.threads}
    for lock in (lock for thread in process.threads for lock in thread.locks_awaited):
        lock.owner = by_id.get(owners.get(id(lock), ""))
    if not any(each.frames for each in process.threads):
        return None
    return Snapshot(format=NAME, processes=[process], time=time)


def _take(line: str, thread: Thread, locks: ThreadLocks, owners: dict[int, str]) -> bool:
    """Give ``thread`` what ``line`` says of it; False where that is nothing."""
    if found := _SYSTEM_ID.fullmatch(line):
        thread.os_id = found["tid"]
    elif found := _AWAITED.fullmatch(line):
        locks.waits_to_enter(found["lock"], found["kind"])
        owners[id(thread.locks_awaited[0])] = found["owner"]
    elif found := _HELD.fullmatch(line):
        locks.holds_monitor(found["lock"], found["kind"])
    elif found := _WAITS_ON.fullmatch(line):
        locks.waits_on(found["lock"])
    elif found := _NATIVE.fullmatch(line) or _KERNEL.fullmatch(line):
        parts = found.groupdict()
        if parts["function"] is None and parts.get("module") is None:
            return False
        radix = 10 if "module" in parts else 16
        thread.frames.append(
            Frame(
                function=intern(parts["function"]) if parts["function"] else None,
                module=intern(parts["module"]) if parts.get("module") else None,
                address=to_number(parts["address"], 16) if parts.get("address") else None,
                offset=to_number(parts["offset"], radix) if parts["offset"] else None,
            )
        )
    elif (frame := read_frame(line)) is not None:
        thread.frames.append(frame)
    else:
        return False
    return True


FORMAT = Format(name=NAME, title="Android traces of threads", anchors=(b"----- pid ",), read=read)
