"""traceback-with-variables: a traceback with the variables below each frame's code; Frappe logs it.

===========  ====================================================  ===================
line         sample                                                what comes next
===========  ====================================================  ===================
header       ``Traceback with variables (most recent call last):``  frame
frame        ``  File "/srv/app/shop.py", line 6, in price_of``    code, variable, frame
code         ``    return catalog[name]["price"]``                 variable, frame
variable     ``      name = 'fig'``                                more of it, variable
final line   ``builtins.KeyError: 'fig'``                          message, end
===========  ====================================================  ===================
"""

from __future__ import annotations

from ...._number import to_number
from ...._regex import regex
from ....cursor import Cursor
from ....log_records.records import learn
from ....model import Error, Frame, Origin, Trace
from ..lines import CursorLines
from ..messages import ENDS_EARLY, Reading, read_message
from ..records import starts_record
from ..syntax import match_error

NAME = "traceback_with_variables"

_HEADER = "Traceback with variables (most recent call last):"
_FRAME = regex(r'  File "(?P<file>[^"]*)", line (?P<line>\d+), in (?P<function>.*)$')
_VARIABLE = regex(r" {6}(?P<name>[^\s=]+) = (?P<value>.*)$")
_FRAMES_KEPT = 10_000
_VALUE_LENGTH = 10_000


def read(cursor: Cursor) -> Trace | None:
    """The traceback whose header the cursor is on; see :data:`stacktraces.runtimes.Reader`."""
    margin, header, behind = (cursor.line or "").partition(_HEADER)
    if not header or behind.strip():
        return None
    before = cursor.peek(-1)
    origin = Origin(offset=cursor.offset)
    reading = Reading(
        uncertain=[], record=learn(before), alone=cursor.whole, in_record=starts_record(before or "")
    )
    cursor.advance()
    if not (cursor.line or "").startswith(margin):
        margin = ""
    lines = CursorLines(cursor, margin)
    frames: list[Frame] = []
    while match := _FRAME.match(lines.line or ""):
        lines.advance()
        frame = Frame(function=match["function"], file=match["file"], line=to_number(match["line"]))
        _read_body(lines, frame)
        if len(frames) < _FRAMES_KEPT:
            frames.append(frame)
    if not frames:
        return None
    error = Error(frames=frames[::-1])
    if match := match_error(lines.line or ""):
        lines.advance()
        error.type = match["type"]
        error.message, error.notes = read_message(lines, match["message"], match["type"], reading)
    else:
        reading.note(ENDS_EARLY)
    return Trace(error=error, format=NAME, origin=origin, uncertain=reading.uncertain)


def _read_body(lines: CursorLines, frame: Frame) -> None:
    """The code of a frame, and its variables."""
    values: dict[str, str] = {}
    name: str | None = None
    while (line := lines.line) is not None and line.startswith("    "):
        if match := _VARIABLE.match(line):
            name = match["name"]
            values[name] = match["value"]
        elif name is not None and len(values[name]) < _VALUE_LENGTH:
            values[name] += "\n" + line.strip()
        elif frame.source is None:
            frame.source = line.strip() or None
        lines.advance()
    frame.locals = values or None
