"""macOS spindump: for each thread of each process a tree of calls with how many samples each was in.

===========  ==========================================================================================
line         sample
===========  ==========================================================================================
process      ``Process:         orchardd [4711]``
thread       ``  Thread 0x1a2b    DispatchQueue "com.apple.main-thread"(1)    1001 samples (1-1001)``
call         ``  1001  start + 1903 (dyld + 25487) [0x7ff80a1b2c3d]``
kernel call  ``     *1001  semaphore_wait_trap + 10 (kernel + 1234) [0xffffff80]``
===========  ==========================================================================================

The deepest call of the most samples is taken for a thread's stack. Written from samples on the web.
"""

from __future__ import annotations

import re
from sys import intern

from ...._number import to_number
from ...._regex import regex
from ....cursor import Cursor
from ....model import Frame, Process, Snapshot, Thread
from ... import Format

NAME = "spindump"
_PROCESS = regex(r"Process: +(?P<name>\S.{0,200}?)(?: \((?P<more>.{0,100}?)\))? \[(?P<pid>\d{1,10})\].{0,40}")
_PATH = regex(r"Path: +(?P<path>/.{1,1000}?)\s*")
_THREAD = regex(
    r" {1,4}Thread 0x(?P<id>[0-9a-f]{1,16})(?: +Thread name \"(?P<name>[^\"]{0,200})\")?"
    r"(?: +DispatchQueue (?:\"(?P<queue>[^\"]{0,200})\"|\S+?)(?:\(\d{1,9}\))?)?.{0,40}?"
    r" +\d{1,9} samples? .{0,200}"
)
_CALL = regex(r"(?P<indent> {1,600}+)(?P<kernel>\*?)(?P<count>\d{1,9}+) {1,4}+(?P<call>\S.{0,10000})")
_ADDRESS = regex(r" \[0x(?P<address>[0-9a-f]{1,16}+)\][^\[\]]{0,80}+\Z")
_SYMBOL = regex(
    r"(?P<function>.+?) \+ "
    r"(?P<offset>\d{1,12}) \((?P<module>[^()]{1,200}?) \+ \d{1,12}\)|\?\?\? \((?P<only>[^()]{1,200}?)"
    r"(?: \+ \d{1,12})?\)"
)
_OTHER_LINES = 60


def read(cursor: Cursor) -> Snapshot | None:
    """The process whose first thread the cursor's line names; see :class:`Format`."""
    if _THREAD.fullmatch(cursor.line or "") is None:
        return None
    process = _process_before(cursor)
    end, others = cursor.offset, 0
    calls: list[re.Match[str]] = []
    while (line := cursor.line) is not None and others < _OTHER_LINES:
        others += 1
        if _PROCESS.fullmatch(line):
            break
        if found := _THREAD.fullmatch(line):
            _settle(process, calls)
            thread_id = found["id"]
            process.threads.append(Thread(id=f"0x{thread_id}", os_id=str(to_number(thread_id, 16))))
            process.threads[-1].name = found["name"] or found["queue"]
            others = 0
        elif process.threads and (found := _CALL.fullmatch(line)):
            calls.append(found)
            others, end = 0, cursor.next_offset
        cursor.advance()
    _settle(process, calls)
    cursor.seek(end)
    if not any(each.frames for each in process.threads):
        return None
    return Snapshot(format=NAME, processes=[process])


def _process_before(cursor: Cursor) -> Process:
    process = Process()
    here = cursor.offset
    for _ in range(_OTHER_LINES):
        if not cursor.back():
            break
        if found := _PATH.fullmatch(cursor.line or ""):
            process.executable = found["path"]
        elif found := _PROCESS.fullmatch(cursor.line or ""):
            process.name, process.pid = found["name"], to_number(found["pid"])
            break
    cursor.seek(here)
    return process


def _settle(process: Process, calls: list[re.Match[str]]) -> None:
    """Give the last thread the path of the most samples, from the first call on."""
    path: list[re.Match[str]] = []
    best: list[re.Match[str]] = []
    for each in calls:
        depth = len(each["indent"]) + len(each["kernel"])
        while path and len(path[-1]["indent"]) + len(path[-1]["kernel"]) >= depth:
            path.pop()
        path.append(each)
        if not best or to_number(each["count"]) > to_number(best[-1]["count"]) or _goes_on(best, path):
            best = list(path)
    if process.threads and calls:
        process.threads[-1].frames = [_frame(number, each) for number, each in enumerate(reversed(best))]
    calls.clear()


def _goes_on(best: list[re.Match[str]], path: list[re.Match[str]]) -> bool:
    """Whether ``path`` leads deeper from the end of ``best``: its first child has the most samples."""
    return len(path) > len(best) and path[len(best) - 1] is best[-1]


def _frame(number: int, found: re.Match[str]) -> Frame:
    call = found["call"].rstrip()
    start = call.rfind(" [0x")
    address = _ADDRESS.match(call, start) if start >= 0 else None
    call = call[:start] if address is not None else call
    frame = Frame(id=str(number), address=to_number(address["address"], 16) if address is not None else None)
    symbol = _SYMBOL.fullmatch(call)
    if symbol is None:
        frame.function = intern(call)
    elif symbol["function"] is not None:
        frame.function, frame.module = intern(symbol["function"]), intern(symbol["module"])
        frame.offset = to_number(symbol["offset"])
    else:
        frame.module = intern(symbol["only"])
    return frame


FORMAT = Format(name=NAME, title="macOS spindump", anchors=(b"  Thread 0x",), read=read)
