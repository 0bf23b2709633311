"""Stacks with source lines: what gin prints of a panic that it recovered, and errors of go-errors.

==============  ======================================================  =====================
line            sample                                                  what comes next
==============  ======================================================  =====================
record          ``2026/11/28 [Recovery] … panic recovered:``            request, message
request         ``GET /price HTTP/1.1`` and headers, a blank line       message
message         ``assignment to entry in nil map``                      place
message         ``*errors.errorString no stock of plum``                place
place           ``/srv/app/main.go:19 (0x75214d)``                      source, place
source          ``<TAB>(*Context).Next: c.handlers[c.index](c)``        place
==============  ======================================================  =====================

The source lines are there only where the sources are. Functions stand without their package.
"""

from __future__ import annotations

from sys import intern

from ..._number import to_number
from ..._regex import regex
from ...cursor import Cursor
from ...log_records.records import starts_record
from ...model import Error, Frame, Origin, Trace
from .syntax import Lines

RECOVERED = "panic recovered:"
_PLACE = regex(r"(?P<file>\S.{0,4000}\.(?:go|s)):(?P<line>\d{1,9}) \((?P<pc>0x[0-9a-f]{1,16})\)\Z")
_SOURCE = regex(r"\t(?P<function>[\w.*()]{1,400}|\?\?\?): (?P<source>.*)\Z")
_TYPED = regex(r"(?P<type>\*?[\w./-]{1,200}\.\w{1,200}) (?P<message>.*)\Z")
_UNKNOWN = "???"
_MOST_FRAMES = 1000
_MOST_LINES = 64
_LONGEST_MESSAGE = 1 << 16


def is_part(line: str) -> bool:
    """Whether ``line`` can be of such a stack: the record of a recovered panic, or the last frame."""
    return line.rstrip().endswith(RECOVERED) or line.startswith("\tgoexit: ")


def read_source_stack(cursor: Cursor, name: str) -> Trace | None:
    """The stack that the cursor's line is part of, in the format ``name``."""
    lines = Lines(cursor)
    if (cursor.line or "").rstrip().endswith(RECOVERED):
        start = cursor.offset
        cursor.advance()
        error = Error(type="panic", message=_message_of_panic(lines))
    else:
        _step_to_first(lines)
        error = _error_before(lines)
        start = cursor.offset
        if error.type is not None:
            cursor.advance()
    error.frames = _read_frames(lines)
    return Trace(error=error, format=name, origin=Origin(offset=start)) if error.frames else None


def _message_of_panic(lines: Lines) -> str | None:
    """The lines above the first place; a request that stands above ends with a blank line."""
    text: list[str] = []
    for _ in range(_MOST_LINES):
        line = lines.line
        if line is None or starts_record(line) or line.endswith(RECOVERED):
            return None
        if _PLACE.match(line):
            return "\n".join(text)[:_LONGEST_MESSAGE] or None
        if line:
            text.append(line)
        else:
            text.clear()
        lines.advance()
    return None


def _step_to_first(lines: Lines) -> None:
    cursor = lines.cursor
    first = cursor.offset
    in_source = True
    for _ in range(2 * _MOST_FRAMES):
        if not cursor.back():
            break
        line = lines.line or ""
        if _PLACE.match(line):
            first, in_source = cursor.offset, False
        elif in_source or not _SOURCE.match(line):
            break
        else:
            in_source = True
    cursor.seek(first)


def _error_before(lines: Lines) -> Error:
    """What the line above the first place says, and a move to it if it tells of an error."""
    line = lines.peek(-1) or ""
    found = _TYPED.match(line)
    if found is None:
        return Error()
    lines.cursor.back()
    return Error(type=found["type"], message=found["message"][:_LONGEST_MESSAGE])


def _read_frames(lines: Lines) -> list[Frame]:
    frames: list[Frame] = []
    while (place := _PLACE.match(lines.line or "")) and len(frames) < _MOST_FRAMES:
        frame = Frame(
            file=intern(place["file"]), line=to_number(place["line"]), address=to_number(place["pc"], 16)
        )
        lines.advance()
        if source := _SOURCE.match(lines.line or ""):
            frame.function = intern(source["function"]) if source["function"] != _UNKNOWN else None
            frame.source = source["source"].strip() or None
            lines.advance()
        frames.append(frame)
    return frames
