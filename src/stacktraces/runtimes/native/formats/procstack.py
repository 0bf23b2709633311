"""AIX procstack, of a live process or a core file; innermost frame first.

===========  ===========================================================  ==============
line         sample                                                       what comes next
===========  ===========================================================  ==============
process      ``4711: /usr/bin/orchardd -f``                               thread, frame
thread       ``---------- tid# 12345 (pthread ID:      1) ----------``    frame, thread
frame        ``0x10000a3c  serve(??) + 0x1c``                             frame, thread
===========  ===========================================================  ==============

Written from IBM's documentation of the command; a process with one thread has no thread line.
"""

from __future__ import annotations

from sys import intern

from ...._number import to_number
from ...._regex import regex
from ....cursor import Cursor
from ....model import Frame, Process, Snapshot, Thread
from ..fatal_stacks import mark_by_stack

_MOST_HEADINGS = 50
NAME = "procstack"

_PROCESS = regex(r"(?P<pid>\d+):\s+(?P<command>\S.*)")
_THREAD = regex(r"-{5,}\s*tid# (?P<tid>\d+) \(pthread ID:\s*(?P<pthread>\d+)\)\s*-{5,}")
_FRAME = regex(
    r"0x(?P<address>[0-9a-f]{8,16})\s+(?P<function>\S.*?)\((?P<args>[^()]*)\) \+ 0x(?P<offset>[0-9a-f]+)"
)


def read(cursor: Cursor) -> Snapshot | None:
    """The process whose first thread the cursor is on; see :class:`Format`."""
    if not _THREAD.fullmatch((cursor.line or "").rstrip()):
        return None
    process = Process()
    if cursor.back():
        if found := _PROCESS.fullmatch((cursor.line or "").rstrip()):
            process.pid, process.command = to_number(found["pid"]), found["command"]
            process.executable = found["command"].split(None, 1)[0]
        cursor.advance()
    while (line := cursor.line) is not None:
        if thread := _THREAD.fullmatch(line.rstrip()):
            if _only_headings(process):
                return None
            process.threads.append(Thread(id=thread["pthread"], os_id=thread["tid"]))
        elif process.threads and (found := _FRAME.fullmatch(line.rstrip())):
            frames = process.threads[-1].frames
            function = found["function"].strip()
            frames.append(
                Frame(
                    id=str(len(frames)),
                    function=None if function.startswith("??") else intern(function),
                    address=to_number(found["address"], 16),
                    offset=to_number(found["offset"], 16),
                    args=found["args"],
                )
            )
        else:
            break
        cursor.advance()
    if not any(thread.frames for thread in process.threads):
        return None
    doubt = mark_by_stack(process)
    return Snapshot(format=NAME, processes=[process], uncertain=[doubt] if doubt else [])


def _only_headings(process: Process) -> bool:
    """Whether so many threads without a frame were met that this is no dump."""
    return len(process.threads) == _MOST_HEADINGS and not any(each.frames for each in process.threads)
