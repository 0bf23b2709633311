"""The report of dotnet-stack: all managed threads of a .NET process, the innermost frame first.

===========  ==================================================================================
line         sample
===========  ==================================================================================
thread       ``Thread (0x1A2B):``
native part  ``  [Native Frames]``
frame        ``  app!App.Program.Serve(class System.String)``
===========  ==================================================================================

Written from Microsoft's documentation of the tool.
"""

from __future__ import annotations

from sys import intern

from ...._number import to_number
from ...._regex import regex
from ....cursor import Cursor
from ....model import Frame, Process, Snapshot, Thread
from ... import Format

NAME = "dotnet_stack"
_THREAD = regex(r"Thread \(0x(?P<tid>[0-9A-Fa-f]{1,16})\):\s*")
_FRAME = regex(r"  (?P<module>[^!\s]{1,200})!(?P<function>[^(]{1,1000})\((?P<args>.{0,4000})\)\s*")
_OTHER = regex(r"  \[[A-Za-z ]{1,40}\]\s*")


def read(cursor: Cursor) -> Snapshot | None:
    """The report whose first thread the cursor's line is; see :class:`Format`."""
    if _THREAD.fullmatch(cursor.line or "") is None:
        return None
    threads: list[Thread] = []
    end = cursor.offset
    while (line := cursor.line) is not None:
        if found := _THREAD.fullmatch(line):
            number = to_number(found["tid"], 16)
            threads.append(Thread(id=str(number), os_id=str(number)))
        elif found := _FRAME.fullmatch(line):
            threads[-1].frames.append(
                Frame(
                    function=intern(found["function"]),
                    module=intern(found["module"].removesuffix(".il")),
                    args=found["args"],
                )
            )
        elif _OTHER.fullmatch(line):
            threads[-1].frames.append(Frame())
        elif line.strip():
            break
        end = cursor.next_offset if line.strip() else end
        cursor.advance()
    cursor.seek(end)
    if not any(frame.function for each in threads for frame in each.frames):
        return None
    return Snapshot(format=NAME, processes=[Process(threads=threads)])


FORMAT = Format(name=NAME, title="report of dotnet-stack", anchors=(b"Thread (0x",), read=read)
