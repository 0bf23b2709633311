"""What elfutils' eu-stack prints of a process or a core file; innermost frame first.

===========  ===================================================================  ======================
line         sample                                                               what comes next
===========  ===================================================================  ======================
process      ``PID 9347 - process``, ``PID 9347 - core``                          thread
thread       ``TID 9347:``                                                        frame, problem, thread
frame        ``#3  0x000055af7b82d338 - 1 main - /srv/app``                       place, build, frame, …
place        ``    /srv/src/app.c:17:9`` (``--source``)                           build, frame, thread
build        ``    [3f2a…]@0x55af7b82c000+0x1338`` (``--build-id``)               place, frame, thread
problem      ``eu-stack: dwfl_thread_getframes tid 9347 at 0x55af …: No DWARF``   thread, end
===========  ===================================================================  ======================

A frame's ``- 1`` (``--activation``), symbol and module may each be absent.
"""

from __future__ import annotations

import re
from sys import intern

from ...._number import to_number
from ...._regex import regex
from ....cursor import Cursor
from ....model import Frame, Process, Snapshot, Thread
from ..._collected import MARK, collected
from ..fatal_stacks import mark_by_stack

NAME = "eu_stack"

_PROCESS = regex(r"PID (?P<pid>\d+) - (?:process|core)")
_THREAD = regex(r"TID (?P<tid>\d+):")
_FRAME = regex(r"#(?P<id>\d+) +0x(?P<address>[0-9a-f]+)(?: - 1(?= |$)| {4}(?= |$))?(?P<rest> .*)?")
_MODULE = regex(r" - ([/\[].*)")
_PLACE = regex(r" {4}(?P<file>\S.*?):(?P<line>\d+)(?::(?P<column>\d+))?")
_BUILD = regex(r" {4}\[[0-9a-f]+\]@0x[0-9a-f]+\+0x[0-9a-f]+")
_PROBLEM = regex(r"\S*eu-stack: (?P<text>.*)")
_LONGEST_HEADER = 30
"""Lines of the collector between its own and the tool's."""
_UNREAD_THREADS = 1000
"""Lines about threads that could not be read, before the first frame of any."""


def read(cursor: Cursor) -> Snapshot | None:
    """The process whose first frame, or the collector's line, the cursor is on; see :class:`Format`."""
    line = cursor.line or ""
    if line.startswith(MARK):
        for _ in range(_LONGEST_HEADER):
            if not (cursor.line or "").startswith("REM "):
                break
            cursor.advance()
    elif not _FRAME.fullmatch(line) or not _step_to_process(cursor):
        return None
    return _read(cursor)


def _step_to_process(cursor: Cursor) -> bool:
    """Go back from the first frame to the line of its process, or of its thread where there is none."""
    start = None
    for _ in range(_UNREAD_THREADS):
        if not cursor.back():
            break
        line = cursor.line or ""
        if _PROCESS.fullmatch(line):
            return True
        if _THREAD.fullmatch(line):
            start = cursor.offset
        elif not _PROBLEM.fullmatch(line):
            break
    if start is not None:
        cursor.seek(start)
    return start is not None


@collected("eu-stack")
def _read(cursor: Cursor) -> Snapshot | None:
    process = Process()
    if found := _PROCESS.fullmatch(cursor.line or ""):
        process.pid = to_number(found["pid"])
        cursor.advance()
    snapshot = Snapshot(format=NAME, processes=[process], tool="eu-stack")
    while (line := cursor.line) is not None:
        if thread := _THREAD.fullmatch(line):
            cursor.advance()
            process.threads.append(_read_thread(cursor, thread["tid"]))
        elif problem := _PROBLEM.fullmatch(line):
            snapshot.uncertain.append(f"eu-stack: {problem['text']}.")
            cursor.advance()
        else:
            break
    if doubt := mark_by_stack(process):
        snapshot.uncertain.append(doubt)
    return snapshot if process.threads else None


def _read_thread(cursor: Cursor, tid: str) -> Thread:
    thread = Thread(id=tid, os_id=tid)
    frames = thread.frames
    while (line := cursor.line) is not None:
        if found := _FRAME.fullmatch(line):
            frame = _frame(found)
            if frames and frames[-1].address == frame.address and frames[-1].function != frame.function:
                frames[-1].inlined = True  # Into this one: what was inlined has no address of its own.
            frames.append(frame)
        elif frames and (place := _PLACE.fullmatch(line)):
            _take_place(frames[-1], place)
        elif problem := _PROBLEM.fullmatch(line):
            thread.uncertain.append(problem["text"])
        elif not _BUILD.fullmatch(line):
            break
        cursor.advance()
    return thread


def _frame(found: re.Match[str]) -> Frame:
    rest = found["rest"] or ""
    split = _MODULE.search(rest)
    symbol = rest[: split.start()] if split else rest
    frame = Frame(
        id=intern(found["id"]),
        function=intern(symbol.strip()) or None,
        module=intern(split[1]) if split else None,
        address=to_number(found["address"], 16),
    )
    if split:
        # "/usr/lib/libc.so.6   ./nptl/futex-internal.c:57:12": the place is joined, as pt-pmp keeps it.
        module, _, place = split[1].rpartition("   ")
        if module and (joined := _PLACE.fullmatch(f"    {place.lstrip()}")):
            frame.module = intern(module.rstrip())
            _take_place(frame, joined)
    return frame


def _take_place(frame: Frame, place: re.Match[str]) -> None:
    frame.file, frame.line = intern(place["file"]), to_number(place["line"])
    frame.column = to_number(place["column"]) if place["column"] else None
