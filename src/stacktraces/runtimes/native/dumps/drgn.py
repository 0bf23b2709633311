"""Stacks as drgn prints them: of a kernel's tasks or of a program's threads, an empty line between two.

===========  ==============================================================
line         sample
===========  ==============================================================
frame        ``#0  context_switch (./kernel/sched/core.c:5244:2)``
inlined      ``#1  schedule (./kernel/sched/core.c:6561:3) (inlined)``
no place     ``#5  0x7f1c2a8a9e2c``, ``#6  entry_SYSCALL_64+0x63/0xcd (arch/x86/entry/entry_64.S:120)``
C++          ``#4  operator() (/srv/market/pack.cc:5:176)``
no name      ``#8  ???``
===========  ==============================================================
"""

from __future__ import annotations

from sys import intern

from ...._number import to_number
from ...._regex import regex
from ....cursor import Cursor
from ....model import Frame, Process, Snapshot, Thread
from ... import Format

NAME = "drgn"
_FRAME = regex(
    r"#(?P<id>\d{1,4}) {1,3}(?:(?P<function>[A-Za-z_~][^@#;{}]{0,300}?)(?:\+0x"
    r"(?P<offset>[0-9a-f]{1,8})/0x[0-9a-f]{1,8})?"
    r"|0x(?P<address>[0-9a-f]{1,16})|\?\?\?)(?: \((?P<file>[^():]{1,400}):(?P<line>\d{1,9})(?::"
    r"(?P<column>\d{1,6}))?\))?"
    r"(?P<inlined> \(inlined\))?\s*"
)


def read(cursor: Cursor) -> Snapshot | None:
    """The stacks from the one whose frame the cursor's line is on; see :class:`Format`."""
    first = _FRAME.fullmatch(cursor.line or "")
    if first is None or first["id"] != "0" or not (first["column"] or first["offset"]):
        return None
    threads: list[Thread] = []
    end = cursor.offset
    while (line := cursor.line) is not None:
        found = _FRAME.fullmatch(line)
        if found is None and line.strip():
            break
        if found is not None:
            if found["id"] == "0" or not threads:
                threads.append(Thread(id=str(len(threads) + 1)))
            threads[-1].frames.append(
                Frame(
                    id=found["id"],
                    function=intern(found["function"]) if found["function"] else None,
                    file=intern(found["file"]) if found["file"] else None,
                    line=to_number(found["line"]) if found["line"] else None,
                    column=to_number(found["column"]) if found["column"] else None,
                    offset=to_number(found["offset"], 16) if found["offset"] else None,
                    address=to_number(found["address"], 16) if found["address"] else None,
                    inlined=found["inlined"] is not None,
                )
            )
            end = cursor.next_offset
        cursor.advance()
    cursor.seek(end)
    return Snapshot(format=NAME, processes=[Process(threads=threads)])


FORMAT = Format(name=NAME, title="stacks of drgn", anchors=(b"#0  ", b"#0 "), read=read)
