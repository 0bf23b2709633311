"""Errors of PyTorch's C++ part with their stack, as a process that aborts and its logs print them.

=======  ==========================================================================  ===============
line     sample                                                                      what comes next
=======  ==========================================================================  ===============
message  ``terminate called after throwing an instance of 'c10::Error'``             message
message  ``  what():  CUDA error: an illegal memory access was encountered``         message, blank
message  ``[rank0]:[E1128 10:00:00.1 ProcessGroupNCCL.cpp:1515] [PG 0] …``            message, blank
raised   ``Exception raised from f at ../c10/CUDA.cpp:43 (most recent call first):``  frame
frame    ``frame #1: c10::detail::check(char) + 0x64 (0x7f1a in /usr/libc10.so)``    frame
=======  ==========================================================================  ===============
"""

from __future__ import annotations

from sys import intern

from ...._number import to_number
from ...._regex import regex
from ....cursor import Cursor
from ....log_records.records import starts_record
from ....model import Error, Frame, Origin, Trace

NAME = "torch"
_RAISED = regex(
    r"Exception raised from (?P<function>.+) at (?P<file>.{1,400}?):(?P<line>\d{1,9}) \(most recent call"
    r" first\):\s*$"
)
_FRAME = regex(
    r"frame #(?P<id>\d{1,5}): (?P<function>.+?)(?: \+ (?P<offset>0x[0-9a-f]{1,16}))? "
    r"\((?:(?P<address>0x[0-9a-f]{1,16}) in (?P<module>.{1,400})|(?P<file>[^()]+):(?P<line>\d{1,9}))\)\s*$"
)
_TERMINATE = regex(r"terminate called after throwing an instance of '(?P<type>.*)'$")
_WHAT = regex(r"  what\(\):  (?P<text>.*)$")
_GLOG = regex(
    r"(?:\[rank\d{1,6}\]: ?)?\[?[EWF]\d{4,8} \d\d:\d\d:\d\d\.\d{1,9} [^\]]{1,200}\]"
    r" (?P<text>.*)$"
)
_TYPED = regex(r"(?P<type>[A-Za-z_][\w.:]{0,100}(?:Error|Exception)): (?P<text>.*)$")
_UNKNOWN = "<unknown function>"
_MOST_BACK = 40
_LONGEST_MESSAGE = 1 << 16


def read(cursor: Cursor) -> Trace | None:
    """The error whose stack starts on the cursor's line; see :data:`stacktraces.runtimes.Reader`."""
    raised = _RAISED.match(cursor.line or "")
    if raised is None:
        return None
    heading = cursor.offset
    error, start = _message_before(cursor)
    cursor.seek(heading)
    frames = _read_frames(cursor)
    place = Frame(function=raised["function"], file=raised["file"], line=to_number(raised["line"]))
    error.frames = frames or [place]
    if frames:
        error.notes.append(f"raised from {place.function} at {place.file}:{place.line}")
    if error.type is None:
        _read_end(cursor, error)
    return Trace(error=error, format=NAME, origin=Origin(offset=start))


def _message_before(cursor: Cursor) -> tuple[Error, int]:
    """The error without its frames, from the lines above the current one, and where they start."""
    heading = start = cursor.offset
    texts: list[str] = []
    for _ in range(_MOST_BACK):
        if not cursor.back():
            break
        line = cursor.line or ""
        if _FRAME.match(line) or _RAISED.match(line):
            break
        if found := _TERMINATE.match(line):
            return _error(found["type"], texts), cursor.offset
        what = _WHAT.match(line)
        found = _GLOG.match(line) or _TYPED.match(line) if what is None else None
        texts.append((what or found or {"text": line})["text"])
        start = cursor.offset
        if found is not None:
            return _error(found.groupdict().get("type"), texts), start
        if starts_record(line):
            return _error(None, texts), start
    return Error(), heading


def _error(kind: str | None, texts: list[str]) -> Error:
    lines = texts[::-1]
    while lines and not lines[-1].strip():
        lines.pop()
    return Error(type=kind, message="\n".join(lines)[:_LONGEST_MESSAGE] or None)


def _read_frames(cursor: Cursor) -> list[Frame]:
    frames: list[Frame] = []
    cursor.advance()
    while found := _FRAME.match(cursor.line or ""):
        function = found["function"]
        frame = Frame(id=found["id"], function=intern(function) if function != _UNKNOWN else None)
        frame.offset = to_number(found["offset"][2:], 16) if found["offset"] else None
        if found["address"]:
            frame.address, frame.module = to_number(found["address"][2:], 16), intern(found["module"])
        else:
            frame.file, frame.line = intern(found["file"]), to_number(found["line"])
        frames.append(frame)
        cursor.advance()
    return frames


def _read_end(cursor: Cursor, error: Error) -> None:
    """Take the end of the process by the same error, where it stands right behind what was logged of it."""
    here = cursor.offset
    if cursor.line is not None and not cursor.line.strip():
        cursor.advance()
    found = _TERMINATE.match(cursor.line or "")
    if found is not None:
        cursor.advance()
        what = _WHAT.match(cursor.line or "")
        if what is not None and (error.message or "").startswith(what["text"]):
            for _ in range(_MOST_BACK):
                cursor.advance()
                if _RAISED.match(cursor.line or ""):
                    _read_frames(cursor)
                    error.type = found["type"]
                    return
                if cursor.line is None:
                    break
    cursor.seek(here)
