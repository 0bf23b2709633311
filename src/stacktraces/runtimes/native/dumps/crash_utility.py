"""Stacks of a Linux kernel as the crash utility prints them: ``bt``, ``bt -a``, ``foreach bt``.

===========  ===========================================================================
line         sample
===========  ===========================================================================
task         ``PID: 4711     TASK: ffff9a8b  CPU: 2    COMMAND: "orchardd"``
frame        `` #1 [ffffb2c3] schedule at ffffffff9a1b2c3d``
user frame   ``    RIP: 00007f1c2a8a9e2c  RSP: …``
===========  ===========================================================================

Written from the documentation of crash.
"""

from __future__ import annotations

from sys import intern

from ...._number import to_number
from ...._regex import regex
from ....cursor import Cursor
from ....model import Frame, Process, Snapshot, Thread
from ... import Format

NAME = "crash_utility"
_TASK = regex(
    r"PID: {1,4}(?P<pid>\d{1,10}) +TASK: [0-9a-f]{6,16} +CPU: +(?P<cpu>\d{1,6}) +COMMAND: \""
    r"(?P<name>[^\"]{0,64})\"\s*"
)
_FRAME = regex(
    r" {0,3}#(?P<id>\d{1,4}) \[[0-9a-f]{6,16}\] (?P<function>\S{1,200}) at (?P<address>[0-9a-f]{6,16})"
    r"(?: \[(?P<module>\S{1,100})\])?\s*"
)
_PLACE = regex(r"    (?P<file>/\S.{0,400}): (?P<line>\d{1,9})\s*")
_LINES_BETWEEN = 40
_IDLE = "swapper"


def read(cursor: Cursor) -> Snapshot | None:
    """The tasks from the cursor's line on, as the threads of one system; see :class:`Format`."""
    if _TASK.fullmatch(cursor.line or "") is None:
        return None
    threads: list[Thread] = []
    end, others = cursor.offset, 0
    while (line := cursor.line) is not None and others < _LINES_BETWEEN:
        others += 1
        if found := _TASK.fullmatch(line):
            thread = Thread(id=found["pid"], os_id=found["pid"], name=found["name"] or None)
            thread.idle = found["name"].startswith(_IDLE)
            threads.append(thread)
            others, end = 0, cursor.next_offset
        elif found := _FRAME.fullmatch(line):
            threads[-1].frames.append(
                Frame(
                    id=found["id"],
                    function=intern(found["function"]),
                    module=intern(found["module"]) if found["module"] else None,
                    address=to_number(found["address"], 16),
                )
            )
            others, end = 0, cursor.next_offset
        elif threads[-1].frames and (found := _PLACE.fullmatch(line)):
            frame = threads[-1].frames[-1]
            frame.file, frame.line = intern(found["file"]), to_number(found["line"])
            end = cursor.next_offset
        cursor.advance()
    cursor.seek(end)
    if not any(each.frames for each in threads):
        return None
    return Snapshot(format=NAME, processes=[Process(name="kernel", threads=threads)])


FORMAT = Format(name=NAME, title="stacks of the crash utility", anchors=(b" TASK: ",), read=read)
