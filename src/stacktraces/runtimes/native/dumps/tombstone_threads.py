"""Android's tombstones: the thread that crashed, then all others of the process.

===========  ================================================================================
line         sample
===========  ================================================================================
thread       ``pid: 4711, tid: 4730, name: RenderThread  >>> org.example.cart <<<``
signal       ``signal 11 (SIGSEGV), code 1 (SEGV_MAPERR), fault addr 0x0``
reason       ``Abort message: 'weight is negative'``, ``Cause: null pointer dereference``
frame        ``      #01 pc 0000000000012345  /data/app/lib/libcart.so (pick(Plum*)+20) (BuildId: 0a1b)``
===========  ================================================================================

Written from the documentation of the Android Open Source Project and its samples.
"""

from __future__ import annotations

from sys import intern

from ...._number import to_number
from ...._regex import regex
from ....cursor import Cursor
from ....model import Error, Frame, Process, Snapshot, Thread
from ... import Format

NAME = "tombstone_threads"
_THREAD = regex(
    r"\s*pid: (?P<pid>\d{1,10}), tid: (?P<tid>\d{1,10}), name: (?P<name>.{0,80}?)\s+>>> "
    r"(?P<process>.{1,400}?) <<<\s*"
)
_SIGNAL = regex(
    r"\s*signal \d{1,3} \((?P<name>SIG\w{1,12})\)(?:, code \S+ \((?P<code>\w{1,40})[^)]{0,80}\))?.*"
)
_REASON = regex(r"\s*(?:Abort message: '(?P<abort>.*?)'|Cause: (?P<cause>.*?))(?<!\s)\s*")
_TIME = regex(
    r"\s*Timestamp: (?P<day>\d{4}-\d\d-\d\d) (?P<time>\d\d:\d\d:\d\d(?:\.\d{1,9})?)(?P<zone>[+-]\d{4})?\s*"
)
_FRAME = regex(
    r"\s+#(?P<id>\d{1,4}) +pc (?P<address>[0-9a-f]{8,16})  +(?P<module>\S.{0,400}?)"
    r"(?: \(offset 0x[0-9a-f]{1,16}\))?"
    r"(?: \((?P<function>(?!BuildId).{1,1000}?)(?:\+(?P<offset>\d{1,12}))?\))?"
    r"(?: \(BuildId: [0-9a-f]{1,64}\))?(?<!\s)\s*"
)
_LINES_BETWEEN = 400
"""Lines between two that are read: registers, memory, maps."""
_HEAD_LINES = 20


def read(cursor: Cursor) -> Snapshot | None:
    """The report whose first thread the cursor's line names; see :class:`Format`."""
    first = _THREAD.fullmatch(cursor.line or "")
    if first is None:
        return None
    process = Process(pid=to_number(first["pid"]), executable=first["process"], command=first["process"])
    snapshot = Snapshot(format=NAME, processes=[process], time=_time_before(cursor))
    end, others = cursor.offset, 0
    while (line := cursor.line) is not None and others < _LINES_BETWEEN:
        others += 1
        if found := _THREAD.fullmatch(line):
            if found["pid"] != first["pid"]:
                break
            process.threads.append(Thread(id=found["tid"], os_id=found["tid"], name=found["name"] or None))
            others, end = 0, cursor.next_offset
        elif found := _FRAME.fullmatch(line):
            process.threads[-1].frames.append(
                Frame(
                    id=str(to_number(found["id"])),
                    function=intern(found["function"]) if found["function"] else None,
                    module=intern(found["module"]),
                    offset=to_number(found["offset"]) if found["offset"] else None,
                    address=to_number(found["address"], 16),
                )
            )
            others, end = 0, cursor.next_offset
        elif process.error is None and (found := _SIGNAL.fullmatch(line)):
            process.error = Error(type=found["name"], message=found["code"])
            process.threads[-1].crashed = True
        elif process.error is not None and len(process.threads) == 1 and (found := _REASON.fullmatch(line)):
            process.error.message = found["abort"] or found["cause"]
        cursor.advance()
    cursor.seek(end)
    return snapshot if any(each.frames for each in process.threads) else None


def _time_before(cursor: Cursor) -> str | None:
    here, time = cursor.offset, None
    for _ in range(_HEAD_LINES):
        if not cursor.back():
            break
        if found := _TIME.fullmatch(cursor.line or ""):
            zone = found["zone"] or ""
            time = f"{found['day']}T{found['time']}" + (f"{zone[:3]}:{zone[3:]}" if zone else "")
            break
    cursor.seek(here)
    return time


FORMAT = Format(name=NAME, title="threads of an Android tombstone", anchors=(b" >>> ",), read=read)
