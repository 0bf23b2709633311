"""The text that minidump_stackwalk (Breakpad) and minidump-stackwalk (rust-minidump) make of a minidump.

========  ===========================================================  ===========================
line      sample                                                       what comes next
========  ===========================================================  ===========================
reason    ``Crash reason:  SIGSEGV /SEGV_MAPERR``                      address, thread
address   ``Crash address: 0x0``                                       thread
thread    ``Thread 0 (crashed)``, ``Thread 3 io (crashed) - tid: 77``  frame
thread    ``Thread 1``                                                 frame: no part of the error
frame     `` 0  app!shop::pick(int) [pick.cc : 12 + 0x5]``             register, found, frame
frame     `` 1  libc.so.6 + 0x2724a``, `` 2  0x7ffe1234``              the same
register  ``    rax = 0x0000000000000000   rdx = 0x0000000000000001``  register, found
found     ``    Found by: call frame info``                            frame
========  ===========================================================  ===========================
"""

from __future__ import annotations

import re
from sys import intern

from ...._number import to_number
from ...._regex import regex
from ....cursor import Cursor
from ....model import Error, Frame, Origin, RelatedStack, Trace
from ..symbol_lines import FRAMES_KEPT, LONGEST_LINE

NAME = "minidump"
STACKS_KEPT = 100

_REASON = regex(r"Crash reason: +(?P<text>\S.*)$")
_ADDRESS = regex(r"Crash address: +\S|Assertion: |Crashing instruction: ")
_THREAD = regex(r"Thread (?P<title>\d+.*?)(?P<crashed> \(crashed\))?(?: - tid: \d+)?$")
_FRAME = regex(r" {0,3}(?P<id>\d{1,4}) {2}(?P<rest>\S.*)$")
_PLACE = regex(r"(?P<call>.*\S) \[(?P<file>[^\[\]]*?) ?: ?(?P<line>\d+)(?: \+ 0x[0-9a-f]+)?\]$")
_OFFSET = regex(r"(?P<call>.*\S) \+ 0x(?P<offset>[0-9a-f]+)$")
_BARE = regex(r"0x[0-9a-f]+$")
_START = regex(r"Operating system: ")
_BACK = 20
_TO_THREAD = 60
_WITHIN = regex(r"\s{3,}\S|$|Found by: |<no frames>")


def read(cursor: Cursor) -> Trace | None:
    """The report that the cursor's line, ``Crash reason:``, is part of."""
    reason = _REASON.match((cursor.line or "").rstrip())
    if reason is None:
        return None
    here = cursor.offset
    trace = Trace(error=error_of(reason["text"]), format=NAME, origin=Origin(offset=_start(cursor)))
    cursor.seek(here)
    cursor.advance()
    end = cursor.offset
    for _ in range(_TO_THREAD):
        line = (cursor.line or "").rstrip()
        if cursor.line is None or _REASON.match(line):
            break
        if _THREAD.match(line):
            end = _read_threads(cursor, trace.error)
            break
        if _ADDRESS.match(line):
            trace.error.message = f"{trace.error.message}\n{line}"
        cursor.advance()
    cursor.seek(end)
    if not trace.error.frames:
        trace.uncertain.append("The report ends before its stack.")
    return trace


def _start(cursor: Cursor) -> int:
    here = cursor.offset
    for _ in range(_BACK):
        if not cursor.back():
            break
        if _START.match(cursor.line or ""):
            return cursor.offset
    return here


def error_of(reason: str) -> Error:
    """The error that a crash's reason names: ``SIGSEGV /SEGV_MAPERR``."""
    return Error(type=reason.partition(" /")[0].strip(), message=reason)


def _read_threads(cursor: Cursor, error: Error) -> int:
    """Take the stacks of all threads; gives where the last one ends."""
    end, strange = cursor.offset, 0
    frames: list[Frame] | None = None
    while (line := cursor.line) is not None and strange <= 1:
        text = line[:LONGEST_LINE].rstrip()
        if found := _THREAD.match(text):
            frames = _stack(error, found)
        elif frames is None:
            break
        elif found := _FRAME.match(text):
            if len(frames) < FRAMES_KEPT:
                frames.append(_frame(found))
        elif not _WITHIN.match(text):
            strange += 1
            cursor.advance()
            continue
        strange = 0
        cursor.advance()
        end = cursor.offset if text else end
    error.related = [each for each in error.related if each.frames]
    return end


def _stack(error: Error, found: re.Match[str]) -> list[Frame]:
    if found["crashed"] and not error.frames:
        return error.frames
    stack = RelatedStack(title=f"Thread {found['title']}", frames=[])
    if len(error.related) < STACKS_KEPT:
        error.related.append(stack)
    return stack.frames


def _frame(found: re.Match[str]) -> Frame:
    frame, rest = Frame(id=found["id"]), found["rest"]
    if _BARE.match(rest):
        frame.address = to_number(rest, 16)
        return frame
    if place := _PLACE.match(rest):
        rest, frame.file, frame.line = place["call"], intern(place["file"]), to_number(place["line"])
    elif offset := _OFFSET.match(rest):
        rest, frame.offset = offset["call"], to_number(offset["offset"], 16)
    module, mark, function = rest.partition("!")
    if mark:
        frame.function = intern(function)
    frame.module = intern(module)
    return frame
