"""``py-bt`` inside gdb: the Python stack of the current thread, or of each (``thread apply all py-bt``).

===========  =================================================================
line         sample
===========  =================================================================
thread       ``Thread 2 (Thread 0x7f1c2a8a9e2c (LWP 4712) "picker"):``
start        ``Traceback (most recent call first):``
frame        ``  File "/srv/orchard/app.py", line 4, in take``
source       ``    time.sleep(60)``
call of C    ``  <built-in method sleep of module object at remote 0x7f…>``
===========  =================================================================
"""

from __future__ import annotations

from sys import intern

from ...._number import to_number
from ...._regex import regex
from ....cursor import Cursor
from ....model import Frame, Process, Snapshot, Thread
from ... import Format

NAME = "py_bt"
_START = "Traceback (most recent call first):"
_THREAD = regex(
    r"Thread (?P<id>\d{1,9}) \((?:Thread (?P<handle>\w{1,20}) )?\(?LWP (?P<lwp>\d{1,10})\)?\)?"
    r'(?: "(?P<name>[^"]{0,64})")?\)?:\s*'
)
_FRAME = regex(r'  File "(?P<file>.{1,1000}?)", line (?P<line>\d{1,9}), in (?P<function>.{1,400}?)\s*')
_BUILT_IN = regex(
    r"  <built-in method (?P<function>\S{1,200}) of .{0,400}>\s*|  "
    r"(?P<note>[<(]?Waiting for .{1,80})\s*"
)
_NOTHING = ("Unable to locate python frame", "(unable to read python frame information)", "No symbol ")
_OTHER_LINES = 6


def read(cursor: Cursor) -> Snapshot | None:
    """The stacks from the one whose first line the cursor is on; see :class:`Format`."""
    if (cursor.line or "").rstrip() != _START:
        return None
    if cursor.back() and _THREAD.fullmatch(cursor.line or "") is None:
        cursor.advance()
    threads: list[Thread] = []
    thread: Thread | None = None
    end, others = cursor.offset, 0
    while (line := cursor.line) is not None and others < _OTHER_LINES:
        others += 1
        if found := _THREAD.fullmatch(line):
            thread = Thread(id=found["id"], os_id=found["lwp"], handle=found["handle"], name=found["name"])
            threads.append(thread)
            others = 0
        elif line.rstrip() == _START:
            if thread is None or thread.frames:
                thread = Thread(id=str(len(threads) + 1))
                threads.append(thread)
            others, end = 0, cursor.next_offset
        elif (thread is not None and _take(line, thread)) or line.startswith(_NOTHING):
            others, end = 0, cursor.next_offset
        cursor.advance()
    cursor.seek(end)
    if not any(each.frames for each in threads):
        return None
    return Snapshot(format=NAME, processes=[Process(threads=threads)])


def _take(line: str, thread: Thread) -> bool:
    if found := _FRAME.fullmatch(line):
        function, file = intern(found["function"]), intern(found["file"])
        thread.frames.append(Frame(function=function, file=file, line=to_number(found["line"])))
    elif found := _BUILT_IN.fullmatch(line):
        if found["function"]:
            thread.frames.append(Frame(function=intern(found["function"])))
        elif thread.state is None:
            thread.state = (found["note"] or "").strip("<(>) ").replace("Waiting", "waiting", 1)
    elif line.startswith("    ") and thread.frames and thread.frames[-1].source is None:
        thread.frames[-1].source = line.strip()
    else:
        return False
    return True


FORMAT = Format(
    name=NAME,
    title="py-bt in gdb",
    anchors=(b"Traceback (most recent call first):",),
    read=read,
    precedence=5,
)
