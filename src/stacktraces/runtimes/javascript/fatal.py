"""What Node prints when it aborts: no memory is left, its own checks fail, or a program asks for it.

=================================================================  =======================================
line                                                               what comes next
=================================================================  =======================================
``FATAL ERROR: Reached heap limit Allocation failed - JavaScript   the first section; before Node 20, its
heap out of memory``                                               frames
``  #  node[71]: void node::fs::Open(…) at ../src/a.cc:21``        the check
``  #  Assertion failed: (argc) >= (3)``                           the first section
``----- Native stack trace -----``                                 a native frame
`` 1: 0xb78db3 node::OOMErrorHandler(char const*) [node]``         a native frame, the next section
``----- JavaScript stack trace -----``                             a call
``1: die (/srv/app.js:1:24)``                                      a call, the end
=================================================================  =======================================
"""

from __future__ import annotations

from collections.abc import Callable
from sys import intern
from typing import TypeAlias

from ..._number import to_number
from ..._regex import regex
from ...cursor import Cursor
from ...model import Context, Error, Frame, Origin, RelatedStack, Trace
from .frames import match_frame

NATIVE_STACK = "----- Native stack trace -----"
_SCRIPT_STACK = "----- JavaScript stack trace -----"
_FATAL = regex(r"(?:[^\n]{0,200} )?(?P<type>FATAL ERROR): (?P<message>\S.*)$")
_CHECKED = regex(
    r"  #  (?P<program>\S.{0,400})\[(?P<pid>\d{1,10})\]"
    r": (?P<function>.+) at (?P<file>.{1,400}):(?P<line>\d{1,9})$"
)
_CHECK = regex(r"  #  Assertion failed: (?P<message>.*)$")
_NATIVE = regex(
    r" {0,3}(?P<id>\d{1,4}): (?:0x)?(?P<address>[0-9a-fA-F]{5,16})(?: (?P<function>.*?))?"
    r"(?: ?\[(?P<module>[^\[\]]+)\])?$"
)
_CALL = regex(r"(?P<id>\d{1,4}): (?P<call>\S.*)$")
_OUT_OF_MEMORY = ("JavaScript heap out of memory", "Allocation failed")
_MOST_FRAMES = 1000
_MOST_BLANK = 2
_FrameOf: TypeAlias = Callable[[str], "Frame | None"]


def is_fatal(line: str) -> bool:
    """Whether ``line`` may be the first of such a report, or its first section's."""
    return line == NATIVE_STACK or _CHECK.match(line) is not None or _FATAL.match(line) is not None


def read_fatal(cursor: Cursor, name: str) -> Trace | None:
    """The report whose line the cursor is on; ``None`` where it is no report of Node's."""
    line = cursor.line or ""
    error, context, start = Error(type="SIGABRT"), Context(), cursor.offset
    certain = False
    if found := _FATAL.match(line):
        error.type, error.message = found["type"], found["message"]
        certain = found["message"].endswith(_OUT_OF_MEMORY)
        cursor.advance()
    elif found := _CHECK.match(line):
        error.type, error.message = "Assertion failed", found["message"]
        checked = _CHECKED.match(cursor.peek(-1) or "")
        cursor.advance()
        if checked is not None:
            here = cursor.offset
            cursor.seek(start)
            cursor.back()
            start = cursor.offset
            cursor.seek(here)
            context.pid = checked["pid"]
            error.notes.append(f"in {checked['function']} at {checked['file']}:{checked['line']}")
    native = _read_section(cursor, NATIVE_STACK, _native_frame)
    if native:
        error.related.append(RelatedStack(title="Native stack trace", frames=native))
    error.frames = _read_section(cursor, _SCRIPT_STACK, _call)
    if not (native or error.frames or certain):
        return None
    return Trace(error=error, format=name, origin=Origin(offset=start), context=context)


def read_stacks_below(cursor: Cursor, error: Error) -> None:
    """Take the stacks that Node prints below ``error`` where that made it abort: they are related to it."""
    if cursor.line != NATIVE_STACK:
        return
    for title, frame_of in ((NATIVE_STACK, _native_frame), (_SCRIPT_STACK, _call)):
        frames = _read_section(cursor, title, frame_of)
        if frames:
            error.related.append(RelatedStack(title=title.strip("- "), frames=frames))


def _read_section(cursor: Cursor, title: str, frame_of: _FrameOf) -> list[Frame]:
    """The frames below ``title``, or right here where a native stack has no title; goes behind them."""
    here = cursor.offset
    _pass_blank(cursor)
    if cursor.line == title:
        cursor.advance()
        _pass_blank(cursor)
    elif title == _SCRIPT_STACK:
        cursor.seek(here)
        return []
    frames: list[Frame] = []
    while (line := cursor.line) is not None and (frame := frame_of(line.rstrip())) is not None:
        if len(frames) < _MOST_FRAMES:
            frames.append(frame)
        cursor.advance()
    if not frames:
        cursor.seek(here)
    return frames


def _pass_blank(cursor: Cursor) -> None:
    for _ in range(_MOST_BLANK):
        if cursor.line != "":
            return
        cursor.advance()


def _native_frame(line: str) -> Frame | None:
    found = _NATIVE.match(line)
    if found is None:
        return None
    return Frame(
        id=found["id"],
        function=intern(found["function"]) if found["function"] else None,
        module=intern(found["module"]) if found["module"] else None,
        address=to_number(found["address"], 16),
    )


def _call(line: str) -> Frame | None:
    found = _CALL.match(line)
    called = match_frame(f"    at {found['call']}") if found is not None else None
    if found is None or called is None:
        return None
    frame = called.frame()
    frame.id = found["id"]
    return frame
