"""From the line of an anchor to a trace.

=====================================  ==============================================================
line                                   what comes next
=====================================  ==============================================================
``no plum``                            ``    while executing``
``    while executing``                the command, in quotation marks, over one or more lines
``"error "no plum" "``                 a frame, ``    invoked from within``
``    (procedure "price" line 1)``     frames, ``    invoked from within``
``    (file "shop.tcl" line 5)``       the end
=====================================  ==============================================================
"""

from __future__ import annotations

from sys import intern

from ..._number import to_number
from ..._regex import regex
from ...cursor import Cursor
from ...log_records.records import starts_record
from ...model import Error, Frame, Origin, Trace

NAME = "tcl"
_STARTS = regex(r"    while (?:executing|compiling)\s*\Z")
_WITHIN = regex(r"    (?:invoked from within|while (?:executing|compiling))\s*\Z")
_FRAME = regex(
    r"    \((?P<kind>[\w ]{1,40}|) ?\"(?P<name>[^\"\n]{1,500})\""
    r"(?: method \"(?P<method>[^\"\n]{1,300})\")?"
    r"(?: (?!line )[a-z]{1,20}){0,4}(?: line (?P<line>\d{1,9}))?\)\s*\Z"
)
_OTHER = regex(r"    \(.{1,500}\)\s*\Z")
_FILE = "file"
# What loggers put before a record's text: a time, a level, a name.
_RECORD = regex(r".{0,120}?\d\d:\d\d:\d\d\S{0,20}(?: [\[\w.,:\]-]{1,60}:)? ")
_MOST_LINES = 60
"""Lines of one command, of which each frame shows the start."""
_MOST_FRAMES = 1000
_MOST_BARE = 20
"""Commands before the first frame: one that runs another is inside a procedure or a file soon."""


def read(cursor: Cursor) -> Trace | None:
    """The trace that the cursor's line is part of; see :data:`stacktraces.runtimes.Reader`."""
    if _STARTS.match(cursor.line or "") is None:
        return None
    heading = cursor.offset
    message, start = _message_above(cursor)
    if message is None:
        return None
    cursor.seek(heading)
    frames = _read_frames(cursor)
    if not frames:
        return None
    error = Error(message=message, frames=frames)
    return Trace(error=error, format=NAME, origin=Origin(offset=start))


def _message_above(cursor: Cursor) -> tuple[str | None, int]:
    """The message, the line above the heading, and where it starts."""
    heading = cursor.offset
    if not cursor.back() or not (line := cursor.line or "").strip():
        return None, heading
    record = _RECORD.match(line) if starts_record(line) else None
    return (line[record.end() :] if record else line), cursor.offset


def _read_frames(cursor: Cursor) -> list[Frame]:
    """The frames from the heading on; passes over them and the commands between."""
    frames: list[Frame] = []
    behind = cursor.offset
    bare = 0
    while (line := cursor.line) is not None:
        if _WITHIN.match(line):
            cursor.advance()
            bare += 1
            if not _pass_command(cursor) or (bare > _MOST_BARE and not frames):
                break
        elif (found := _FRAME.match(line)) is not None:
            if len(frames) < _MOST_FRAMES:
                frames.append(_frame(found.groupdict()))
            cursor.advance()
        elif _OTHER.match(line):
            cursor.advance()
        else:
            break
        behind = cursor.offset
    cursor.seek(behind)
    return frames


def _frame(found: dict[str, str | None]) -> Frame:
    name, line = found["name"] or "", to_number(found["line"]) if found["line"] else None
    if (found["kind"] or "").strip() == _FILE:
        return Frame(file=intern(name), line=line)
    if found["method"]:
        name = f"{name} {found['method']}"
    return Frame(function=intern(name), line=line)


def _pass_command(cursor: Cursor) -> bool:
    """Pass over a command in quotation marks; False where none stands here."""
    if not (cursor.line or "").startswith('"'):
        return False
    for _ in range(_MOST_LINES):
        cursor.advance()
        line = cursor.line
        if (
            line is None
            or not line.strip()
            or _WITHIN.match(line)
            or _OTHER.match(line)
            or starts_record(line)
        ):
            break
    return True
