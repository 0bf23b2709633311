"""Stacks without a heading: what zap logs, and errors of pkg/errors and its kin printed with ``%+v``.

==============  ==============================================  ==========================
line            sample                                          what comes next
==============  ==============================================  ==========================
message         ``no stock of plum``                            function
function        ``main.(*cart).checkout``                       place
place           ``<TAB>/srv/app/main.go:17``                    function, message
==============  ==============================================  ==========================

The root cause stands first. A wrapper's message follows with the stack where it was made, which is a part of
the stack before it; another error's is not.
"""

from __future__ import annotations

from sys import intern

from ..._number import to_number
from ..._regex import regex
from ...cursor import Cursor
from ...log_records.records import starts_record
from ...model import Error, Frame, Origin, Trace
from .logged import message_of_record
from .panics import panic_calls
from .syntax import Lines, margin_of

_FUNCTION = regex(r"(?:[^\s():,\[\]\"'=\\]|\(\*|\)(?=\.)|\[\.\.\.\])++\Z")
_PLACE = regex(r"[ \t]+(?P<file>\S[^:\t]*(?::[/\\][^:\t]*)?\.(?:go|s|c|cgo1\.go)):(?P<line>\d{1,9})\Z")
_LONGEST_NAME = 4000
_MOST_FRAMES = 1000
_MOST_LINKS = 100
_LONGEST_MESSAGE = 1 << 16


def read_bare_stack(cursor: Cursor, name: str) -> Trace | None:
    """The stack that the cursor's line is part of, in the format ``name``."""
    line = cursor.line or ""
    if _PLACE.match(line) and not cursor.back():
        return None
    margin = margin_of(cursor.line or "")
    lines = Lines(cursor, margin)
    if not _at_frame(lines):
        return None
    _step_to_first(lines)
    start = cursor.offset
    message = _message_before(lines)
    if message is not None and cursor.offset < start:
        start = cursor.offset
        lines.advance()
    frames = _read_frames(lines)
    error = Error(message=message, frames=frames)
    for _ in range(_MOST_LINKS):
        wrapper = _read_wrapper(lines, error)
        if wrapper is None:
            break
        error = wrapper
    calls = panic_calls(error.frames)
    if calls and error.cause is None:
        error.type, error.frames = "panic", error.frames[calls[0] :]
    return Trace(error=error, format=name, origin=Origin(offset=start))


def _at_frame(lines: Lines) -> bool:
    line = lines.line
    if not line or len(line) > _LONGEST_NAME or _FUNCTION.match(line) is None:
        return False
    place = _PLACE.match(lines.peek() or "")
    # zerolog prints neither packages nor folders.
    return place is not None and ("." in line or "/" not in place["file"])


def _step_to_first(lines: Lines) -> None:
    """Go back to the innermost frame of the stack."""
    cursor = lines.cursor
    for _ in range(_MOST_FRAMES):
        here = cursor.offset
        if not (cursor.back() and cursor.back() and _at_frame(lines)):
            cursor.seek(here)
            return


def _message_before(lines: Lines) -> str | None:
    """The message above the current line, and a move to it if the line holds nothing else.

    A log record of its own stays what it is: the line before the trace.
    """
    cursor = lines.cursor
    here = cursor.offset
    if not cursor.back():
        return None
    line = lines.line
    if not line or _PLACE.match(line) or starts_record(line):
        cursor.seek(here)
        return message_of_record(line) if line else None
    return line[:_LONGEST_MESSAGE]


def _read_frames(lines: Lines) -> list[Frame]:
    frames: list[Frame] = []
    while _at_frame(lines) and len(frames) < _MOST_FRAMES:
        frame = Frame(function=intern(lines.line or ""))
        lines.advance()
        if place := _PLACE.match(lines.line or ""):
            frame.file, frame.line = intern(place["file"]), to_number(place["line"])
        lines.advance()
        frames.append(frame)
    return frames


def _read_wrapper(lines: Lines, cause: Error) -> Error | None:
    """The error that wraps ``cause``, if its message and stack follow; ``None``, and no move, otherwise."""
    here = lines.cursor.offset
    message = lines.line
    if message and not message[:1].isspace() and not starts_record(message) and not _at_frame(lines):
        lines.advance()
        frames = _read_frames(lines)
        if frames and _was_called_by(cause.frames, frames):
            return Error(message=message[:_LONGEST_MESSAGE], frames=frames, cause=cause, cause_kind="cause")
    lines.cursor.seek(here)
    return None


def _was_called_by(inner: list[Frame], outer: list[Frame]) -> bool:
    """Whether ``inner`` was called where ``outer`` stood: all but its first frame are the same."""
    depth = len(inner) - len(outer)
    return depth > 0 and inner[depth].function == outer[0].function and inner[depth + 1 :] == outer[1:]
