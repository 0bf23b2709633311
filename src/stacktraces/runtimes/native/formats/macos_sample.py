"""macOS ``sample`` and Activity Monitor's "Sample Process": call trees of all threads, outermost frame first.

===========  =================================================================  ========================
line         sample                                                             what comes next
===========  =================================================================  ========================
process      ``Analysis of sampling Orchard (pid 4711) every 1 millisecond``    process, path, call graph
path         ``Path:            /Applications/Orchard.app/…/Orchard``           call graph
call graph   ``Call graph:``                                                    thread
thread       ``    2600 Thread_1234   DispatchQueue_1: com.apple.main-thread``  frame, thread
frame        ``    + !   2600 main  (in Orchard) + 80  [0x104c1a6f0]  a.c:9``   frame, thread
===========  =================================================================  ========================

The column of a frame's count tells how deep it is. Of a thread's stacks the one that was sampled most
often is taken. Written from reports that people published.
"""

from __future__ import annotations

import re
from sys import intern

import msgspec

from ...._number import to_number
from ...._regex import regex
from ....cursor import Cursor
from ....model import Frame, Process, Snapshot, Thread

NAME = "macos_sample"

_PROCESS = regex(r"(?:Analysis of s|S)ampling .*?\(pid (?P<pid>\d+)\)|Process: .*\[(?P<id>\d+)\]")
_PATH = regex(r"Path:\s+(?P<path>/\S.*)")
_LINE = regex(r"(?P<rail>[ +!:|]{2,4000}+)(?P<count>\d+) (?P<what>\S.*)")
_THREAD = regex(r"Thread_(?P<id>\w+)(?P<rest>(?:[:\s].*)?)")
_OFFSET = regex(r" \+ (\d+)")
_ADDRESS = regex(r"\[0x([0-9a-f]++)[^\[\]]*+\](?:\s+(?P<file>[^\s:]+):(?P<line>\d+))?")
_HEADER_LINES = 40


class _Node(msgspec.Struct):
    column: int
    count: int
    what: str
    children: list[_Node] = []


def read(cursor: Cursor) -> Snapshot | None:
    """The report whose call graph the cursor is on; see :class:`Format`."""
    if (cursor.line or "").rstrip() != "Call graph:":
        return None
    process = _process(cursor)
    cursor.advance()
    thread: _Node | None = None
    open_: list[_Node] = []
    while (found := _LINE.fullmatch((cursor.line or "").rstrip())) is not None:
        node = _Node(len(found["rail"]), to_number(found["count"]), found["what"])
        while open_ and open_[-1].column >= node.column:
            open_.pop()
        if open_:
            open_[-1].children.append(node)
        elif heading := _THREAD.fullmatch(node.what):
            if thread is not None:
                process.threads[-1].frames = _frames(thread)
            process.threads.append(_thread(heading))
            thread = node
        else:
            break
        open_.append(node)
        cursor.advance()
    if thread is None:
        return None
    process.threads[-1].frames = _frames(thread)
    return Snapshot(format=NAME, processes=[process])


def _process(cursor: Cursor) -> Process:
    """What the lines above the cursor's say of the process; the cursor stays."""
    process = Process()
    here = cursor.offset
    for _ in range(_HEADER_LINES):
        if not cursor.back():
            break
        line = (cursor.line or "").rstrip()
        if found := _PROCESS.match(line):
            process.pid = to_number(found["pid"] or found["id"])
        elif found := _PATH.fullmatch(line):
            process.executable = found["path"]
    cursor.seek(here)
    return process


def _thread(heading: re.Match[str]) -> Thread:
    """``Thread_1235: worker``, ``Thread_1234   DispatchQueue_1: com.apple.main-thread  (serial)``."""
    name = heading["rest"].strip().removeprefix(":").strip()
    if "DispatchQueue_" in name:
        name = name.partition("DispatchQueue_")[2].partition(": ")[2].removesuffix("(serial)").strip()
    return Thread(id=heading["id"], os_id=heading["id"], name=name or None)


def _frames(thread: _Node) -> list[Frame]:
    frames: list[Frame] = []
    node = thread
    while node.children:
        node = max(node.children, key=lambda each: each.count)
        frames.append(_frame(node.what))
    frames.reverse()
    for number, frame in enumerate(frames):
        frame.id = str(number)
    return frames


def _frame(what: str) -> Frame:
    name, _, rest = what.partition("  (in ")
    module, _, place = rest.partition(")")
    frame = Frame(function=None if name.startswith("???") else intern(name), module=intern(module) or None)
    if offset := _OFFSET.match(place):
        frame.offset = to_number(offset[1])
    if found := _ADDRESS.search(place):
        frame.address = to_number(found[1], 16)
        if found["file"]:
            frame.file, frame.line = intern(found["file"]), to_number(found["line"])
    return frame
