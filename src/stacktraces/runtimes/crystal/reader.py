"""Crystal's exceptions as the runtime prints them.

=====================================================================  ===============================
line                                                                   what comes next
=====================================================================  ===============================
``Unhandled exception: order 17 failed (Shop::OrderError)``            frames
``Unhandled exception in spawn(name: worker): m (KeyError)``           frames
``Unhandled exception: first``, the type at the end of the last line   more of the message
``order 17 failed (Shop::OrderError)`` (logged)                        frames
``  from shop.cr:11:7 in 'price'``                                     frames, a cause
``  from ./shop in '??'``, ``  from ???``                              frames, a cause
``Caused by: Missing hash key: "plum" (KeyError)``                     frames
``Invalid memory access (signal 11) at address 0x0``                   frames of the crash
``[0x5634b61bc4bb] *Shop::total<Int32>:Int32 +3643 in ./shop``         the same
=====================================================================  ===============================
"""

from __future__ import annotations

import re
from sys import intern

from ..._number import to_number
from ..._regex import regex
from ...cursor import Cursor
from ...log_records.records import starts_record
from ...model import Context, Error, Frame, Origin, Trace

NAME = "crystal"
_UNHANDLED = regex(
    r".{0,300}?Unhandled exception(?: in spawn(?:\(name: (?P<fiber>[^)]{1,200}+)\))?)?: (?P<text>.*)\Z"
)
_CAUSED_BY = "Caused by: "
_FRAME = regex(
    r"\s{2,64}+from (?:(?P<unknown>\?\?\?)|(?P<file>\S.{0,1000}?)"
    r"(?::(?P<line>\d{1,9}):(?P<column>\d{1,9}))? in '(?P<name>.{1,1000})')\s*\Z"
)
_CRASH_FRAME = regex(
    r"\s*+\[(?P<address>0x[0-9a-f]{1,16}+)\] (?P<name>\?\?\?|\S.{0,1000}?)"
    r"(?: \+(?P<offset>\d{1,20}+) in (?P<module>\S.{0,500}?))?(?: \(\d{1,20}+ times\))?\s*\Z"
)
_TYPED = regex(r"(?P<message>.*) \((?P<type>[A-Z]\w*+(?:::\w++)*+(?:\(.{0,300}\))?)\)\s*\Z", re.DOTALL)
_CRASH = regex(
    r".{0,300}?(?P<message>Invalid memory access \(signal (?P<signal>\d{1,2})\) at address 0x[0-9a-f]{1,16}"
    r"|Stack overflow \(e\.g\., infinite or very deep recursion\))\s*\Z"
)
_SIGNALS = {"7": "SIGBUS", "10": "SIGBUS"}
FRAMES_KEPT = 1000
_ANCHOR = ".cr:"
_MOST_UNANCHORED = 100
"""Frames of a program without debug information."""
_MESSAGE_LINES = 40
_LONGEST_MESSAGE = 1 << 16
_MOST_CAUSES = 100


def read(cursor: Cursor) -> Trace | None:
    """The trace that the cursor's line is part of; see :data:`stacktraces.runtimes.Reader`."""
    line = cursor.line or ""
    if crash := _CRASH.match(line):
        trace = _read_crash(cursor, crash["message"], crash["signal"])
    elif _FRAME.match(line) and _step_to_first_frame(cursor):
        trace = _read_from_frame(cursor)
    else:
        return None
    if trace is not None and cursor.cut:
        trace.uncertain.append("A line was cut: it is longer than 1 MiB.")
    return trace


def _step_to_first_frame(cursor: Cursor) -> bool:
    """Go to the line above the frames that the cursor is among; False where there is none.

    A frame with an anchor was met before, and nothing was read there.
    """
    for _ in range(_MOST_UNANCHORED):
        if not cursor.back():
            return False
        line = cursor.line or ""
        if not _FRAME.match(line):
            return True
        if _ANCHOR in line:
            return False
    return False


def _read_from_frame(cursor: Cursor) -> Trace | None:
    """The trace whose message ends on the cursor's line, above its first frame."""
    if not _TYPED.match(cursor.line or ""):
        return None
    last = cursor.offset
    text, fiber = _step_to_header(cursor)
    # What nobody caught may have an empty message; other lines may only look like a header.
    first = cursor.line or ""
    if not _UNHANDLED.match(first) and (first.startswith((_CAUSED_BY, " ")) or starts_record(first)):
        return None
    start = cursor.offset
    cursor.seek(last)
    cursor.advance()
    trace = Trace(error=_typed(text), format=NAME, origin=Origin(offset=start))
    trace.context = Context(thread=fiber)
    left_out = _take_frames(cursor, trace.error) + _take_causes(cursor, trace.error)
    if left_out:
        trace.uncertain.append(f"{left_out} frames of a long stack are not here.")
    return trace


def _step_to_header(cursor: Cursor) -> tuple[str, str | None]:
    """Go from a message's last line to its first; gives the message, and the fiber that raised the error.

    Only the words of what nobody caught tell where a message starts: the first of them, since a message may
    hold them as well. Without them it is of one line.
    """
    last = header = cursor.offset
    lines: list[str] = []
    text, fiber = cursor.line or "", None
    for _ in range(_MESSAGE_LINES):
        line = cursor.line or ""
        if unhandled := _UNHANDLED.match(line):
            header, fiber = cursor.offset, unhandled["fiber"]
            text = "\n".join([unhandled["text"], *reversed(lines)])
        lines.append(line)
        if (
            (starts_record(line) and cursor.offset < last)
            or not cursor.back()
            or _FRAME.match(cursor.line or "")
        ):
            break
    cursor.seek(header)
    return text, fiber


def _typed(text: str) -> Error:
    found = _TYPED.match(text)
    if found is None:
        return Error(message=text[:_LONGEST_MESSAGE])
    return Error(type=intern(found["type"]), message=found["message"][:_LONGEST_MESSAGE])


def _take_frames(cursor: Cursor, error: Error) -> int:
    """Add the frames from the cursor on to ``error``; gives how many were not kept."""
    left_out = 0
    while found := _FRAME.match(cursor.line or ""):
        cursor.advance()
        if found["unknown"] is not None:
            continue
        if len(error.frames) >= FRAMES_KEPT:
            left_out += 1
            continue
        error.frames.append(
            Frame(
                function=None if found["name"] == "??" else intern(found["name"]),
                file=intern(found["file"]),
                line=to_number(found["line"]) if found["line"] else None,
                column=to_number(found["column"]) if found["column"] else None,
                id=len(error.frames) + 1,
            )
        )
    return left_out


def _take_causes(cursor: Cursor, error: Error) -> int:
    """Add the causes from the cursor on to ``error``; gives how many frames were not kept."""
    left_out = 0
    for _ in range(_MOST_CAUSES):
        here = cursor.offset
        text = _text_of_cause(cursor)
        if text is None:
            cursor.seek(here)
            break
        error.cause, error.cause_kind = _typed(text), "cause"
        error = error.cause
        left_out += _take_frames(cursor, error)
    return left_out


def _text_of_cause(cursor: Cursor) -> str | None:
    """What is printed of the cause that starts on the cursor's line, up to its first frame; goes there."""
    if not (cursor.line or "").startswith(_CAUSED_BY):
        return None
    lines: list[str] = []
    for _ in range(_MESSAGE_LINES):
        line = cursor.line
        if line is None or starts_record(line):
            return None
        lines.append(line)
        cursor.advance()
        if _FRAME.match(cursor.line or "") and _TYPED.match(line):
            return "\n".join(lines).removeprefix(_CAUSED_BY)
    return None


def _read_crash(cursor: Cursor, message: str, signal: str | None) -> Trace | None:
    """A signal that ended the program; its frames have addresses and no places."""
    start = cursor.offset
    cursor.advance()
    error = Error(type=_SIGNALS.get(signal or "", "SIGSEGV"), message=message)
    while (found := _CRASH_FRAME.match(cursor.line or "")) and len(error.frames) < FRAMES_KEPT:
        cursor.advance()
        if found["name"] != "???":
            error.frames.append(
                Frame(
                    function=None if found["name"] == "??" else intern(found["name"]),
                    module=found["module"],
                    address=int(found["address"], 16),
                    offset=to_number(found["offset"]) if found["offset"] else None,
                    id=len(error.frames) + 1,
                )
            )
    if not error.frames:
        return None
    return Trace(error=error, format=NAME, origin=Origin(offset=start))
