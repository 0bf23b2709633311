"""``clrstack -all`` of SOS, in WinDbg, lldb and dotnet-dump: managed threads, the innermost frame first.

===========  ====================================================================================
line         sample
===========  ====================================================================================
thread       ``OS Thread Id: 0x1a2b (0)``
columns      ``        Child SP               IP Call Site``
frame        ``00007FFD1B2C3D40 00007f1c2a8a9e2c App.Program.Serve(System.String) [/src/app.cs @ 12]``
special      ``00007FFD1B2C3D40 00007f1c2a8a9e2c [HelperMethodFrame_1OBJ: 00007ffd1b2c3d40] …``
===========  ====================================================================================

Written from Microsoft's documentation of SOS.
"""

from __future__ import annotations

from sys import intern

from ...._number import to_number
from ...._regex import regex
from ....cursor import Cursor
from ....model import Frame, Process, Snapshot, Thread
from ... import Format

NAME = "clrstack"
_THREAD = regex(r"OS Thread Id: 0x(?P<tid>[0-9a-f]{1,16}) \((?P<number>\d{1,9})\)\s*")
_COLUMNS = regex(r"\s+Child(?: |-)SP\s+IP\s+Call Site\s*")
_FRAME = regex(
    r"[0-9A-Fa-f]{8,16} (?P<address>[0-9A-Fa-f]{8,16}) (?:\[(?P<special>\w{1,80})"
    r"(?:: [0-9a-f]{8,16})?\] ?)?(?P<call>.*?)"
    r"(?: \[(?P<file>[^\]]{1,400}?) @ (?P<line>\d{1,9})\])?(?<!\s)\s*"
)
_UNWALKED = regex(r"(?:Unable to walk|Failed to start stack walk).{0,200}|\s*")


def read(cursor: Cursor) -> Snapshot | None:
    """The stacks from the thread that the cursor's line names on; see :class:`Format`."""
    if _THREAD.fullmatch(cursor.line or "") is None:
        return None
    threads: list[Thread] = []
    end = cursor.offset
    while (line := cursor.line) is not None:
        if found := _THREAD.fullmatch(line):
            number = str(to_number(found["tid"], 16))
            threads.append(Thread(id=found["number"], os_id=number))
        elif found := _FRAME.fullmatch(line):
            name, _, arguments = found["call"].rstrip(")").partition("(")
            threads[-1].frames.append(
                Frame(
                    function=intern(name or found["special"] or "") or None,
                    args=arguments if "(" in found["call"] else None,
                    file=intern(found["file"]) if found["file"] else None,
                    line=to_number(found["line"]) if found["line"] else None,
                    address=to_number(found["address"], 16),
                )
            )
        elif not (_COLUMNS.fullmatch(line) or _UNWALKED.fullmatch(line)):
            break
        end = cursor.next_offset if line.strip() else end
        cursor.advance()
    cursor.seek(end)
    if not any(each.frames for each in threads):
        return None
    return Snapshot(format=NAME, processes=[Process(threads=threads)])


FORMAT = Format(name=NAME, title="clrstack of SOS", anchors=(b"OS Thread Id: 0x",), read=read)
