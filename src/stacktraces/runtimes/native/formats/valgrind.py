"""Errors that valgrind's tools report: memcheck, helgrind, drd.

=========  ====================================================================  ========================
line       sample                                                                what comes next
=========  ====================================================================  ========================
thread     ``==9692== Thread 3 worker:``                                         heading
heading    ``==9692== Invalid read of size 8``                                   detail, frame
heading    ``==9692== 77 bytes in 1 blocks are definitely lost in loss record…`` frame
detail     ``==9692== Locks held: none``                                         frame
frame      ``==9692==    at 0x10B075: shop::total(int) (shop.cc:8)``             frame, second, blank
frame      ``==9692==    by 0x4842F2F: ??? (in /usr/lib/libfoo.so)``             frame, second, blank
second     ``==9692==  Address 0x4d6fc80 is 0 bytes inside a block of size 8…``  frame, second, blank
second     ``==9692== This conflicts with a previous write of size 4 by …``      detail, frame
blank      ``==9692== ``                                                         heading, second, end
=========  ====================================================================  ========================

A time may stand before the process id (``--time-stamp=yes``). The lines of several processes, and what the
program itself prints, may stand between them.
"""

from __future__ import annotations

import re
from sys import intern
from typing import NamedTuple

from ...._number import to_number
from ...._regex import regex
from ....cursor import Cursor
from ....model import Context, Error, Frame, Origin, RelatedStack, Trace

NAME = "valgrind"
FRAMES_KEPT = 1_000
STACKS_KEPT = 100

_LINE = regex(r"==(?:\d\d:\d\d:\d\d:\d\d\.\d{3} )?+(?P<pid>\d++)==(?: (?P<text>.*))?$")
_HEADING = regex(
    r"Invalid |Mismatched |Conditional jump |Use of uninit|Syscall param |Source and destination "
    r"|Jump to the invalid |Argument '|Uninitialised |Process terminating |Possible data race |Thread #|Lock "
    r"|[\d,]++ (?:\(.*\) )?bytes in |Conflicting |Recursive |Illegal |The impossible |Unlocking |Mutex "
    r"|Destroying |Bad |Probably a race"
)
_FRAME = regex(r"   (?:at|by) 0x(?P<address>[0-9A-F]++): (?P<rest>.*)$")
_PLACE = regex(r"(?P<function>.*) \((?:in (?P<module>.{0,400})|(?P<file>[^()]*):(?P<line>\d++))\)$")
_CONFLICT = regex(
    r"This conflicts with |Lock at 0x|Required order |Other segment |The conflicting "
    r"|Allocation context: |[a-z]\w{2,20} 0x[0-9a-f]{1,16} was first observed at:"
)
_OBSERVED = "Observed (incorrect) order "
"""Stands below helgrind's heading of locks that were taken in another order, and a blank line."""
_THREAD = regex(r"Thread (?P<thread>\d++(?: .*)?):$")
_ANNOUNCEMENT = regex(r"Thread #\d++ (?:was created|is the program's root thread)")
_SIGNAL = regex(r"Process terminating with default action of signal \d++ \((?P<name>\w++)\)")
_LOST = regex(r"[\d,]++ (?:\([^)]*\) )?bytes in [\d,]++ blocks are (?P<how>[a-z]++ [a-z]++) in loss record")
_BY_THREAD = regex(
    r"Thread #\d++(?:: lock (?P<order>order) \"|'s call to (?P<call>\w++) failed|(?:: | )(?P<text>.*))"
)
_KIND = regex(r"(?P<kind>.*?)(?: of size \d| at 0x| during | by thread \d| in \w++\(|: |\d|$)")
_FOREIGN_LINES = 20
"""Lines of others that may stand between two of a process."""
_HEADING_LINES = 8


class _Row(NamedTuple):
    pid: str | None
    """``None`` where the line has none."""
    text: str
    """Without what stands before it; "" for a blank line."""


def read(cursor: Cursor) -> Trace | None:
    """The error whose first frame the cursor is on; see :data:`stacktraces.runtimes.Reader`."""
    row = _row(cursor)
    if row is None or not _FRAME.match(row.text):
        return None
    pid, frame = row.pid, cursor.offset
    heading, start = _heading(cursor, pid)
    thread = _THREAD.match(heading[0]) if heading else None
    heading = heading[1:] if thread is not None else heading
    if not heading or _ANNOUNCEMENT.match(heading[0]) or not _HEADING.match(heading[0]):
        return None
    cursor.seek(frame)
    error = Error(type=_kind(heading[0]), message="\n".join(heading), frames=_read_frames(cursor, pid))
    _read_related(cursor, pid, error)
    context = Context(pid=pid, thread=thread["thread"] if thread is not None else None)
    return Trace(error=error, format=NAME, origin=Origin(offset=start), context=context)


def _row(cursor: Cursor) -> _Row | None:
    """The line, which may bear no process id where each process's lines were put apart already."""
    line = cursor.line
    if line is None:
        return None
    found = _LINE.match(line)
    return _Row(found["pid"], (found["text"] or "").rstrip()) if found else _Row(None, line.rstrip())


def _heading(cursor: Cursor, pid: str | None) -> tuple[list[str], int]:
    """The lines of that process up to the blank one before the cursor, and where they start."""
    heading: list[str] = []
    start, foreign = cursor.offset, 0
    while len(heading) < _HEADING_LINES and foreign < _FOREIGN_LINES and cursor.back():
        row = _row(cursor)
        if row is None or row.pid != pid:
            foreign += 1
            continue
        if not row.text and heading and heading[0].startswith(_OBSERVED):
            continue
        if not row.text or _FRAME.match(row.text):
            break
        heading.insert(0, row.text.strip())
        start = cursor.offset
    return heading, start


def _kind(heading: str) -> str:
    if signal := _SIGNAL.match(heading):
        return signal["name"]
    if lost := _LOST.match(heading):
        return lost["how"]
    if by_thread := _BY_THREAD.match(heading):
        if not by_thread["text"]:
            return "lock order violated" if by_thread["order"] else f"call to {by_thread['call']} failed"
        heading = by_thread["text"]
    found = _KIND.match(heading)
    return (found["kind"] if found else heading).strip() or heading


def _read_frames(cursor: Cursor, pid: str | None) -> list[Frame]:
    frames: list[Frame] = []
    while (row := _next(cursor, pid)) is not None and (found := _FRAME.match(row.text)):
        if frames and row.text.startswith("   at "):
            break
        if len(frames) < FRAMES_KEPT:
            frames.append(_frame(found))
        cursor.advance()
    return frames


def _next(cursor: Cursor, pid: str | None) -> _Row | None:
    """Go to the next line of the process, over those of others; ``None``, and no move, where none is near."""
    here = cursor.offset
    for _ in range(_FOREIGN_LINES):
        row = _row(cursor)
        if row is not None and row.pid == pid:
            return row
        if cursor.line is None:
            break
        cursor.advance()
    cursor.seek(here)
    return None


def _frame(found: re.Match[str]) -> Frame:
    frame = Frame(address=to_number(found["address"], 16))
    place = _PLACE.match(found["rest"])
    function = place["function"] if place else found["rest"]
    frame.function = None if function == "???" else intern(function)
    if place and place["module"]:
        frame.module = intern(place["module"])
    elif place:
        frame.file, frame.line = intern(place["file"]), to_number(place["line"])
    return frame


def _read_related(cursor: Cursor, pid: str | None, error: Error) -> None:
    """Further stacks of the error, and the signal that ended the process in the very place of it."""
    title: list[str] = []
    end = cursor.offset
    blank = False
    while (row := _next(cursor, pid)) is not None:
        if _FRAME.match(row.text):
            stack = RelatedStack(title="\n".join(title), frames=_read_frames(cursor, pid))
            if len(error.related) < STACKS_KEPT:
                error.related.append(stack)
            title, blank, end = [], False, cursor.offset
            continue
        goes_on = row.text.startswith(" ") or (title and not blank) or not row.text
        if not goes_on and not _CONFLICT.match(row.text) and not _ends_it(cursor, pid, row, error):
            break
        blank = not row.text
        if row.text:
            title.append(row.text.strip())
        cursor.advance()
        end = cursor.offset if row.text.startswith(" ") else end
    cursor.seek(end)


def _ends_it(cursor: Cursor, pid: str | None, row: _Row, error: Error) -> bool:
    """Whether the process ended by a signal in the frames of ``error``: one event, reported twice."""
    if not _SIGNAL.match(row.text):
        return False
    here = cursor.offset
    for _ in range(_HEADING_LINES):
        cursor.advance()
        following = _next(cursor, pid)
        if following is None or not following.text or _FRAME.match(following.text):
            break
    same = _read_frames(cursor, pid) == error.frames
    cursor.seek(here)
    return same
