"""The tasks of a Linux kernel with their stacks, as ``echo t > /proc/sysrq-trigger`` logs them.

===========  ===========================================================================
line         sample
===========  ===========================================================================
task         ``task:picker          state:D stack:    0 pid: 4712 ppid:  4711 flags:0x00004000``
older task   ``picker          D ffff9a8b     0  4712   4711 0x00000000``
frame        `` __schedule+0x2db/0x930``, `` ? page_fault+0x5/0x10``, `` fuse_wait+0x1/0x2 [fuse]``
===========  ===========================================================================

Each line may stand behind the time that the kernel prints, or behind the prefix of a log.
"""

from __future__ import annotations

from sys import intern

from ...._number import to_number
from ...._regex import regex
from ....cursor import Cursor
from ....model import Frame, Process, Snapshot, Thread
from ... import Format

NAME = "kernel_tasks"
_PREFIX = (
    r"(?:<\d{1,3}>)?(?:[^\[\n]{0,120}?kernel: )?(?:\[ {0,8}\d{1,9}\.\d{6}\](?:\[ {0,6}[TC]\d{1,9}\])? ?)?"
)
_TASK = regex(
    _PREFIX + r"task:(?P<name>.{1,64}?) +state:(?P<state>[A-Z]) +stack: *\d{1,9} +pid: *(?P<pid>\d{1,10})"
    r"(?: +tgid: *(?P<tgid>\d{1,10}))?.*"
)
_OLDER_TASK = regex(
    _PREFIX
    + r"(?P<name>\S.{0,20}?) +(?P<state>[RSDTtXZPI]) (?:[0-9a-f]{16}|running task|\(null\)| +0) +\d{1,9} +"
    r"(?P<pid>\d{1,10}) +\d{1,10} +0x[0-9a-f]{8}\s*"
)
_FRAME = regex(
    _PREFIX + r" {0,2}(?:\[<[0-9a-f]{8,16}>\] )?(?P<doubt>\? )?(?P<function>[\w.$]{1,200})\+0x"
    r"(?P<offset>[0-9a-f]{1,8})/0x[0-9a-f]{1,8}"
    r"(?: \[(?P<module>[\w-]{1,60})[^\]]{0,60}\])?\s*"
)
_STATES = {
    "R": "running",
    "S": "sleeping in the kernel",
    "X": "dead",
    "I": "idle",
}
_HELD_UP = {"D": "in uninterruptible sleep", "T": "stopped", "t": "traced", "Z": "a zombie"}
"""What is told besides what the stack shows."""
_OTHER_LINES = 30
_HUNG = " blocked for more than "
_HEAD_LINES = 4
"""Lines between the report of a hung task and the task."""


def read(cursor: Cursor) -> Snapshot | None:
    """The tasks from the cursor's line on; see :class:`Format`."""
    if _HUNG in (cursor.line or ""):
        for _ in range(_HEAD_LINES):
            cursor.advance()
            if _task(cursor.line or "") is not None:
                break
    if _task(cursor.line or "") is None:
        return None
    threads: list[Thread] = []
    end, others = cursor.offset, 0
    while (line := cursor.line) is not None and others < _OTHER_LINES:
        others += 1
        if (thread := _task(line)) is not None:
            threads.append(thread)
            others, end = 0, cursor.next_offset
        elif found := _FRAME.fullmatch(line):
            frames = threads[-1].frames
            frames.append(
                Frame(
                    id=str(len(frames)),
                    function=intern(found["function"]),
                    module=intern(found["module"]) if found["module"] else None,
                    offset=to_number(found["offset"], 16),
                    unreliable=found["doubt"] is not None,
                )
            )
            others, end = 0, cursor.next_offset
        cursor.advance()
    cursor.seek(end)
    for thread in threads:
        # What the kernel marks as a guess is left over on the stack.
        thread.frames = [each for each in thread.frames if not each.unreliable] or thread.frames
    if not any(each.frames for each in threads):
        return None
    return Snapshot(format=NAME, processes=[Process(name="kernel", threads=threads)])


def _task(line: str) -> Thread | None:
    found = _TASK.fullmatch(line) or _OLDER_TASK.fullmatch(line)
    if found is None:
        return None
    thread = Thread(
        id=found["pid"], os_id=found["pid"], name=found["name"], state=_STATES.get(found["state"])
    )
    thread.wait = _HELD_UP.get(found["state"])
    thread.idle = found["state"] in "SI"
    return thread


FORMAT = Format(
    name=NAME,
    title="tasks of a Linux kernel",
    anchors=(b"task:", b" 0x0000", b" 0x0040", b" blocked for more than "),
    read=read,
)
