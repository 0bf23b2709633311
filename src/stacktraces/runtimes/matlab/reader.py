"""From the line of an anchor to a trace.

================================================  ====================================================
line                                              what comes next
================================================  ====================================================
``error: no plum``                                ``error: called from`` (Octave)
``    shop>price at line 6 column 5``             frames
``Error using shop>price (line 6)``               the message (MATLAB); the place lacks for built-in ones
``no plum``                                       its further lines, a blank one
``Error in shop (line 2)``                        the source line, a blank one, frames
``Caused by:``                                    another error, indented
================================================  ====================================================
"""

from __future__ import annotations

from sys import intern

from ..._number import to_number
from ..._regex import regex
from ...cursor import Cursor
from ...log_records.records import starts_record
from ...model import Error, Frame, Origin, Trace

NAME = "matlab"
_CALLED_FROM = "error: called from"
_MESSAGE = regex(r"(?P<before>.{0,200}?)error: (?P<message>.*)\Z")
_FRAME = regex(
    r"    (?P<name>[\w>.@/<\-]{1,300}) at line (?P<line>\d{1,9})(?: column (?P<column>\d{1,9}))?\s*\Z"
)
_USING = regex(r"(?P<margin>\s*+)Error using (?P<name>\S.*?)(?: \(line (?P<line>\d{1,9})\))?(?<!\s)\s*\Z")
_IN = regex(r"\s*+Error in (?P<name>\S.*?) \(line (?P<line>\d{1,9})\)\s*\Z")
_CAUSED_BY = "Caused by:"
_MOST_LINES = 60
_MOST_FRAMES = 1000


def read(cursor: Cursor) -> Trace | None:
    """The trace that the cursor's line is part of; see :data:`stacktraces.runtimes.Reader`."""
    if (cursor.line or "").strip() == _CALLED_FROM:
        return _read_octave(cursor)
    start = cursor.offset
    error = _read_using(cursor)
    if error is None or not any(frame.line is not None for frame in error.frames):
        return None
    here = cursor.offset
    _pass_blank(cursor)
    if (cursor.line or "").strip() == _CAUSED_BY:
        cursor.advance()
        cause = _read_using(cursor)
        if cause is not None:
            error.cause, error.cause_kind = cause, "cause"
            here = cursor.offset
    cursor.seek(here)
    return Trace(error=error, format=NAME, origin=Origin(offset=start))


def _read_octave(cursor: Cursor) -> Trace | None:
    heading = cursor.offset
    lines: list[str] = []
    found = None
    for _ in range(_MOST_LINES):
        if (
            not cursor.back()
            or (cursor.line or "").strip() == _CALLED_FROM
            or _FRAME.match(cursor.line or "")
        ):
            return None
        found = _MESSAGE.match(cursor.line or "")
        if found is not None:
            break
        lines.append(cursor.line or "")
    if found is None:
        return None
    origin = Origin(offset=cursor.offset)
    cursor.seek(heading)
    cursor.advance()
    error = Error(message="\n".join([found["message"], *lines[::-1]]).strip() or None)
    while (frame := _FRAME.match(cursor.line or "")) is not None:
        if len(error.frames) < _MOST_FRAMES:
            column = to_number(frame["column"]) if frame["column"] else None
            error.frames.append(Frame(intern(frame["name"]), line=to_number(frame["line"]), column=column))
        cursor.advance()
    return Trace(error=error, format=NAME, origin=origin) if error.frames else None


def _read_using(cursor: Cursor) -> Error | None:
    """The error that MATLAB tells of from the cursor's line on; passes over it."""
    found = _USING.match(cursor.line or "")
    if found is None:
        return None
    error = Error()
    line = to_number(found["line"]) if found["line"] else None
    error.frames.append(Frame(intern(found["name"]), line=line))
    cursor.advance()
    lines: list[str] = []
    for _ in range(_MOST_LINES):
        text = cursor.line
        if text is None or not text.strip() or starts_record(text) or _IN.match(text):
            break
        lines.append(text.strip())
        cursor.advance()
    error.message = "\n".join(lines) or None
    while len(error.frames) < _MOST_FRAMES:
        here = cursor.offset
        _pass_blank(cursor)
        place = _IN.match(cursor.line or "")
        if place is None:
            cursor.seek(here)
            break
        cursor.advance()
        frame = Frame(intern(place["name"]), line=to_number(place["line"]))
        source = cursor.line or ""
        if source.strip() and not starts_record(source) and (source[:1].isspace() or _stands_alone(cursor)):
            frame.source = source.strip()
            cursor.advance()
        error.frames.append(frame)
    return error


def _stands_alone(cursor: Cursor) -> bool:
    """Whether a blank line, or nothing, follows the cursor's line, which is of no error."""
    line = cursor.line or ""
    return not (cursor.peek() or "").strip() and not (_USING.match(line) or _IN.match(line))


def _pass_blank(cursor: Cursor) -> None:
    for _ in range(3):
        if cursor.line is None or cursor.line.strip():
            return
        cursor.advance()
