"""What Mono prints for SIGQUIT: all managed threads, the innermost frame first.

===========  ==========================================================================
line         sample
===========  ==========================================================================
start        ``Full thread dump:``
thread       ``"picker"  at <unknown> <0xffffffff>``, ``"Finalizer"``
frame        ``  at App.Serve (string) [0x00002] in /src/App.cs:5``
===========  ==========================================================================
"""

from __future__ import annotations

import re
from sys import intern

from ...._number import to_number
from ...._regex import regex
from ....cursor import Cursor
from ....model import Frame, Process, Snapshot, Thread
from ... import Format

NAME = "mono_threads"
_START = "Full thread dump:"
_THREAD = regex(
    r'"(?P<name>[^"]{0,400})"(?: tid=0x(?P<tid>[0-9a-f]{1,16}))?(?: this=0x[0-9a-f]{1,16})?'
    r"(?P<where>\s+at \S.{0,200})?.{0,200}"
)
_FRAME = regex(
    r"\s++at (?:\(wrapper [\w-]{1,60}+\) )?(?P<function>[^\s(][^(\n]{0,1000}?) ?"
    r"\((?P<args>[^()\n]{0,2000}+)\)"
    r"(?: \[0x[0-9a-f]{1,8}+\])?(?: in (?:<(?P<module>[^>\n]{1,200}+)>"
    r"|(?P<file>[^:\n]{1,400}+)):(?P<line>\d{1,9}+))?"
    r"(?: <0x[0-9a-f]{1,16}+(?: \+ 0x[0-9a-f]{1,8}+)?>)?\s*+"
)
_BLANK_LINES = 3


def read(cursor: Cursor) -> Snapshot | None:
    """The dump that starts on the cursor's line; see :class:`Format`."""
    if (cursor.line or "").rstrip() != _START:
        return None
    cursor.advance()
    threads: list[Thread] = []
    end, blank = cursor.offset, 0
    while (line := cursor.line) is not None and blank <= _BLANK_LINES:
        if not line.strip():
            blank += 1
        elif found := _FRAME.fullmatch(line):
            if threads:
                threads[-1].frames.append(_frame(found))
            blank, end = 0, cursor.next_offset
        elif found := _THREAD.fullmatch(line):
            name = None if found["name"] == "<unnamed thread>" else found["name"]
            number = str(to_number(found["tid"], 16)) if found["tid"] else None
            threads.append(Thread(id=str(len(threads) + 1), handle=number, name=name))
            blank, end = 0, cursor.next_offset
        else:
            break
        cursor.advance()
    cursor.seek(end)
    if not any(each.frames for each in threads):
        return None
    return Snapshot(format=NAME, processes=[Process(threads=threads)])


def _frame(found: re.Match[str]) -> Frame:
    return Frame(
        function=intern(found["function"]),
        args=found["args"],
        file=intern(found["file"]) if found["file"] else None,
        line=to_number(found["line"]) if found["file"] else None,
    )


FORMAT = Format(name=NAME, title="Mono thread dump", anchors=(b"Full thread dump:",), read=read, precedence=5)
