"""pretty_errors: what it prints in the place of a traceback.

=========  ==============================================  ================================
line       sample                                          what comes next
=========  ==============================================  ================================
ruler      ``---------------------------------------``     blank, frame
frame      ``shop.py 21 chain`` / ``21 chain shop.py``     link, code, blank
link       ``"/srv/app/shop.py", line 21``                 code
code       ``return total(["fig", "kiwi"])``               code, blank
values     ``name: 'kiwi'``, a line for each               blank
blank                                                      frame, values, type
type       ``shop.PriceError:``                            message
=========  ==============================================  ================================

A time may stand on the ruler. Of a chain only the last error is printed. The outermost frame must be a
module's: rulers alone stand in too many logs to be looked at.
"""

from __future__ import annotations

import re

from ...._number import to_number
from ...._regex import regex
from ....cursor import Cursor
from ....model import Error, Frame, Origin, Trace
from ..lines import CursorLines
from ..messages import Reading, read_message

NAME = "pretty_errors"

_RULER = regex(r"([^\w\s])\1{39,}(?P<time>\S.{0,60})?$")
_FRAME = regex(
    r"(?P<file>[^\s\"].{0,1000}?) (?P<line>\d{1,9}) (?P<function>[^\W\d]\w*|<\w+>)$"
    r"|(?P<number>\d{1,9}) (?P<name>[^\W\d]\w*|<\w+>) (?P<path>\S.{0,1000})$"
)
_LINK = regex(r'"(?P<file>[^"]{1,1000})", line \d{1,9}$')
_TYPE = regex(r"(?P<type>[^\W\d]\w*(?:\.[^\W\d]\w*)*):$")
_MOST_LINES = 20_000
_FRAMES_KEPT = 10_000


def read(cursor: Cursor) -> Trace | None:
    """The error whose outermost frame the cursor is on; see :data:`stacktraces.runtimes.Reader`."""
    if not _FRAME.match(cursor.line or "") or not cursor.back():
        return None
    ruler = _RULER.match(cursor.line or "")
    if ruler is None:
        return None
    origin = Origin(offset=cursor.offset)
    cursor.advance()
    _pass_blank(cursor)
    frames: list[Frame] = []
    for _ in range(_MOST_LINES):
        line = cursor.line
        if line is None:
            return None
        if (match := _FRAME.match(line)) is not None:
            frame = _read_frame(cursor, match)
            frames = [*frames, frame] if len(frames) < _FRAMES_KEPT else frames
        elif not frames:
            return None
        elif (match := _TYPE.match(line)) is not None:
            return _trace(cursor, match["type"], frames, origin, ruler["time"])
        else:
            _pass_block(cursor)
        _pass_blank(cursor)
    return None


def _read_frame(cursor: Cursor, match: re.Match[str]) -> Frame:
    frame = Frame(
        function=match["function"] or match["name"],
        file=match["file"] or match["path"],
        line=to_number(match["line"] or match["number"]),
    )
    cursor.advance()
    if (link := _LINK.match(cursor.line or "")) is not None:
        frame.file = link["file"]
        cursor.advance()
    frame.source = (cursor.line or "").strip() or None
    _pass_block(cursor)
    return frame


def _trace(cursor: Cursor, type_: str, frames: list[Frame], origin: Origin, time: str | None) -> Trace:
    cursor.advance()
    lines = CursorLines(cursor, "")
    reading = Reading(alone=cursor.whole)
    error = Error(type=type_, frames=frames[::-1])
    if (first := lines.line) is not None and first.strip():
        lines.advance()
        error.message, error.notes = read_message(lines, first, type_, reading)
    return Trace(
        error=error,
        format=NAME,
        origin=origin,
        preamble=[time] if time else [],
        uncertain=reading.uncertain,
    )


def _pass_block(cursor: Cursor) -> None:
    while (cursor.line or "").strip():
        cursor.advance()


def _pass_blank(cursor: Cursor) -> None:
    while (line := cursor.line) is not None and not line.strip():
        cursor.advance()
