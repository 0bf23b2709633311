"""WinDbg and cdb: the stacks of all threads, ``~*k`` and its kin; innermost frame first.

===========  ====================================================================  ================
line         sample                                                                what comes next
===========  ====================================================================  ================
thread       ``.  0  Id: 1a2c.1b30 Suspend: 1 Teb: 000000e2`5b2c1000 Unfrozen``    columns, thread
columns      `` # Child-SP          RetAddr               Call Site``              frame
frame        ``02 000000e2`5b3ff750 00007ff7`12342000     app!serve+0x1c [a.c @ 10]``   frame, thread
===========  ====================================================================  ================

``.`` marks the current thread, ``#`` the one that raised the exception. 32-bit programs show ``ChildEBP``
and addresses without a tick. Written from Microsoft's documentation of the debugger.
"""

from __future__ import annotations

import re
from sys import intern

from ...._number import to_number
from ...._regex import regex
from ....cursor import Cursor
from ....model import Frame, Process, Snapshot, Thread

_MOST_HEADINGS = 50
NAME = "windbg"

_THREAD = regex(
    r"[.# ]{1,3}\s*(?P<number>\d+)\s+Id: (?P<pid>[0-9a-f]+)\.(?P<tid>[0-9a-f]+) Suspend: .* Teb: \S+.*"
)
_NAME = regex(r'.*"(?P<name>[^"]+)"\s*')
_COLUMNS = regex(
    r"\s*(?:# )?(?:Child-SP|ChildEBP)\s+RetAddr\s++(?:Args to Child\s++)?(?:: )?(?:Call Site)?\s*"
)
_FRAME = regex(
    r"(?:[0-9a-f]{2,3} )?(?P<stack>[0-9a-f]{8}(?:`?[0-9a-f]{8})?|\(Inline(?: Function)?\))\s+"
    r"(?:[0-9a-f]{8}(?:`?[0-9a-f]{8})?|-{8}(?:`-{8})?)\s+(?:: (?:[0-9a-f`]+ ){4}: )?(?P<call>\S.*)"
)
# !uniqstack writes these below a thread, and what it left out at the end.
_DETAIL = regex(r"\s+(?:Start|Priority): |Processing \d+ threads|Total threads: ")
_DUPLICATES = regex(r"Duplicate callstacks: (?P<count>\d+) .*")
_OFFSET = regex(r"\+0x(?P<offset>[0-9a-f]+)\Z")


def read(cursor: Cursor) -> Snapshot | None:
    """The process whose first thread the cursor is on; see :class:`Format`."""
    first = _THREAD.fullmatch((cursor.line or "").rstrip())
    if first is None:
        return None
    process = Process(pid=to_number(first["pid"], 16))
    snapshot = Snapshot(format=NAME, processes=[process])
    end = cursor.offset
    while (line := cursor.line) is not None:
        line = line.rstrip()
        if found := _THREAD.fullmatch(line):
            if found["pid"] != first["pid"]:
                break
            if _only_headings(process):
                return None
            name = _NAME.fullmatch(line)
            tid = str(to_number(found["tid"], 16))
            process.threads.append(Thread(id=found["number"], os_id=tid, name=name["name"] if name else None))
        elif found := _FRAME.fullmatch(line):
            process.threads[-1].frames.append(_frame(found, len(process.threads[-1].frames)))
        elif duplicates := _DUPLICATES.fullmatch(line):
            cursor.advance()
            others = _numbers(cursor.line or "")
            snapshot.uncertain.append(_without_stacks(len(others) or to_number(duplicates["count"])))
        elif line.strip() and not (_COLUMNS.fullmatch(line) or _DETAIL.match(line)):
            break
        cursor.advance()
        end = cursor.offset if line else end
    cursor.seek(end)
    if not any(thread.frames for thread in process.threads):
        return None
    return snapshot


def _numbers(line: str) -> list[str]:
    """The numbers of threads that ``!uniqstack`` lists."""
    return [each for each in line.replace(",", " ").split() if each.isdecimal()]


def _without_stacks(count: int) -> str:
    return (
        f"{count:,} threads have a stack of another one, and which is not told: !uniqstack leaves them out."
    )


def _frame(found: re.Match[str], number: int) -> Frame:
    frame = Frame(id=str(number), inlined=found["stack"].startswith("("))
    call = found["call"]
    before, bracket, place = call.rpartition(" [")
    file, at, line = place.removesuffix("]").rpartition(" @ ")
    if bracket and at and place.endswith("]") and line.isdecimal():
        call, frame.file, frame.line = before, intern(file), to_number(line)
    if offset := _OFFSET.search(call):
        call, frame.offset = call[: offset.start()], to_number(offset["offset"], 16)
    module, mark, _ = call.partition("!")
    if mark:
        frame.module = intern(module)
    # The debugger's own name of a function holds its module: what it is asked for by.
    frame.function = intern(call)
    return frame


def _only_headings(process: Process) -> bool:
    """Whether so many threads without a frame were met that this is no dump."""
    return len(process.threads) == _MOST_HEADINGS and not any(each.frames for each in process.threads)
