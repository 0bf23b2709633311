"""Stacks that backward-cpp prints: the outermost frame first, with the source around each.

========  =============================================================  =======================
line      sample                                                         what comes next
========  =============================================================  =======================
heading   ``Stack trace (most recent call last):``, ``… in thread 7:``   frame
frame     ``#5    Object "./app", at 0x5582, in _start``                 frame
frame     ``#2    Source "/srv/a.cpp", line 10, in main [0x5582]``       source, inlined, frame
inlined   ``#1  | Source "/srv/a.h", line 3, in get``                    source, inlined, frame
source    ``      >  10:   return take(3);``                             source, frame, signal
signal    ``Segmentation fault (Address not mapped to object [(nil)])``  end
========  =============================================================  =======================
"""

from __future__ import annotations

from sys import intern

from ...._number import to_number
from ...._regex import regex
from ....cursor import Cursor
from ....model import Error, Frame, Origin, Trace
from ..abort_messages import read_message
from ..symbol_lines import FRAMES_KEPT

NAME = "backward"
_HEADING = regex(r"Stack trace \(most recent call last\)(?: in thread (?P<thread>\d{1,20}))?:?\s*$")
_FRAME = regex(
    r"(?:#(?P<id>\d{1,6})|  ) {1,8}(?P<inlined>\| )?"
    r"(?:Source \"(?P<file>[^\"\n]*)\", line (?P<line>\d{1,9}), in (?P<function>.*?)"
    r"(?: \[0x(?P<address>[0-9a-f]{1,16})\])?"
    r"|Object \"(?P<module>[^\"\n]*)\", at 0x(?P<object_address>[0-9a-f]{1,16}), in ?(?P<symbol>.*))$"
)
_SOURCE = regex(r"[ |]{4,16}(?P<mark>>?) {0,8}\d{1,9}: ?(?P<text>.*)$")
_SIGNALS = {
    "Segmentation fault": "SIGSEGV",
    "Aborted": "SIGABRT",
    "Floating point exception": "SIGFPE",
    "Bus error": "SIGBUS",
    "Illegal instruction": "SIGILL",
    "Trace/breakpoint trap": "SIGTRAP",
    "Bad system call": "SIGSYS",
}
_SIGNAL = regex(r"(?P<name>" + "|".join(_SIGNALS) + r") \((?P<why>.*)\)\s*$")
_MOST_LINES = 20_000
_MESSAGE_LINES_BACK = 3


def read(cursor: Cursor) -> Trace | None:
    """The stack whose heading the cursor is on; see :data:`stacktraces.runtimes.Reader`."""
    heading = _HEADING.match(cursor.line or "")
    if heading is None:
        return None
    start = cursor.offset
    cursor.advance()
    frames = _read_frames(cursor)
    if not frames:
        return None
    error = Error(frames=frames[::-1])
    if found := _SIGNAL.match(cursor.line or ""):
        error.type, error.message = _SIGNALS[found["name"]], found[0].rstrip()
        cursor.advance()
    end = cursor.offset
    start = _take_message(cursor, start, error)
    cursor.seek(end)
    trace = Trace(error=error, format=NAME, origin=Origin(offset=start))
    trace.context.thread = heading["thread"]
    return trace


def _read_frames(cursor: Cursor) -> list[Frame]:
    frames: list[Frame] = []
    for _ in range(_MOST_LINES):
        line = cursor.line
        if line is None:
            break
        if found := _FRAME.match(line):
            groups = found.groupdict()
            frame = Frame(id=groups["id"], inlined=groups["inlined"] is not None)
            _take_place(frame, groups)
            if len(frames) < FRAMES_KEPT:
                frames.append(frame)
        elif frames and (source := _SOURCE.match(line)):
            if source["mark"]:
                frames[-1].source = source["text"].strip() or None
        else:
            break
        cursor.advance()
    return frames


def _take_place(frame: Frame, groups: dict[str, str | None]) -> None:
    function = (groups["function"] or groups["symbol"] or "").strip()
    frame.function = intern(function) if function else None
    address = groups["address"] or groups["object_address"]
    frame.address = to_number(address, 16) if address else None
    if groups["file"]:
        frame.file = intern(groups["file"])
        frame.line = to_number(groups["line"]) if groups["line"] else None
    elif groups["module"] and not groups["module"].startswith("[0x"):
        frame.module = intern(groups["module"])


def _take_message(cursor: Cursor, start: int, error: Error) -> int:
    """Take what the process said right before the stack, as it aborted; where the trace starts then."""
    cursor.seek(start)
    for _ in range(_MESSAGE_LINES_BACK):
        if not cursor.back():
            break
        at = cursor.offset
        said = read_message(cursor)
        if said is not None and cursor.offset == start:
            error.type, error.message = said.type, said.message
            return at
        cursor.seek(at)
    return start
