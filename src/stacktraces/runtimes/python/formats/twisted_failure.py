"""Twisted's failures, as ``Failure.printDetailedTraceback`` and ``printBriefTraceback`` print them.

===============  ==========================================  ===============================
line             sample                                      what comes next
===============  ==========================================  ===============================
opening          ``*--- Failure #9 ---``                     frame
frame            ``/srv/app/shop.py:6: price_of(...)``       locals
locals           `` [ Locals ]``                             variable, globals
globals          `` ( Globals )``                            variable, frame, final line
variable         ``  name : 'fig'``                          variable, globals, frame
final line       ``builtins.KeyError: 'fig'``                message, closing
closing          ``*--- End of Failure #9 ---``              end
brief opening    ``Traceback: <class 'KeyError'>: 'fig'``    more of the message, brief frame
brief frame      ``/srv/app/shop.py:6:price_of``             brief frame, end
===============  ==========================================  ===============================

The default form is a plain traceback.
"""

from __future__ import annotations

from ...._number import to_number
from ...._regex import regex
from ....cursor import Cursor
from ....model import Error, Frame, Origin, Trace
from ..lines import CursorLines
from ..messages import ENDS_EARLY
from ..records import starts_record
from ..syntax import match_error

NAME = "twisted"

_OPENING = regex(r"(?P<margin>.{0,500}?)\*--- Failure #(?P<number>\d+)(?: \(pickled\))? ?---\s*$")
_FRAME = regex(r"(?P<file>\S.*?):(?P<line>\d+): (?P<function>\S.{0,500})\(\.\.\.\)\s*$")
_LOCALS = " [ Locals ]"
_GLOBALS = " ( Globals )"
_VARIABLE = regex(r"  (?P<name>\S+) : (?P<value>.*)$")
_BRIEF = regex(
    r"(?P<margin>.{0,500}?)Traceback: <(?:class|type) '(?:exceptions\.)?(?P<type>[\w.]+)'>:"
    r"(?: (?P<message>.*))?$"
)
_BRIEF_FRAME = regex(r"(?P<file>\S.*?):(?P<line>\d+):(?P<function>\S{1,500})\s*$")
_FRAMES_KEPT = 10_000
_FRAME_LENGTH = 4_096
"""Characters of the longest line that is taken for a frame's."""
_MESSAGE_LINES = 200
_VALUE_LINES = 10_000


def read(cursor: Cursor) -> Trace | None:
    """The failure whose first line the cursor is on; see :data:`stacktraces.runtimes.Reader`."""
    line = cursor.line or ""
    origin = Origin(offset=cursor.offset)
    uncertain: list[str] = []
    error = None
    if match := _OPENING.match(line):
        lines = _below(cursor, match["margin"])
        error = _read_detailed(lines, f"*--- End of Failure #{match['number']}", uncertain)
    elif match := _BRIEF.match(line):
        error = Error(type=match["type"])
        _read_brief(_below(cursor, match["margin"]), error, match["message"])
    if error is None or not error.frames:
        return None
    return Trace(error=error, format=NAME, origin=origin, uncertain=uncertain)


def _below(cursor: Cursor, margin: str) -> CursorLines:
    """The lines below the first one; only its own has what a logger puts before an event."""
    cursor.advance()
    return CursorLines(cursor, margin if (cursor.line or "").startswith(margin) else "")


def _read_detailed(lines: CursorLines, closing: str, uncertain: list[str]) -> Error:
    frames: list[Frame] = []
    while match := _FRAME.match((lines.line or "")[:_FRAME_LENGTH]):
        lines.advance()
        frame = Frame(function=match["function"], file=match["file"], line=to_number(match["line"]))
        _read_variables(lines, frame)
        if len(frames) < _FRAMES_KEPT:
            frames.append(frame)
    error = Error(frames=frames[::-1])
    match = match_error(lines.line or "") if frames else None
    if match is None:
        uncertain.append(ENDS_EARLY)
        return error
    error.type = match["type"]
    message = [match["message"] or ""]
    lines.advance()
    for _ in range(_MESSAGE_LINES):
        line = lines.line
        if line is None or starts_record(line):
            break
        lines.advance()
        if line.startswith(closing):
            break
        message.append(line)
    error.message = "\n".join(message) or None
    return error


def _read_variables(lines: CursorLines, frame: Frame) -> None:
    """What stands below a frame; its local variables are kept."""
    values: dict[str, str] = {}
    in_locals = False
    for _ in range(_VALUE_LINES):
        line = lines.line
        if line is None or not line.startswith(" "):
            break
        if line.rstrip() in (_LOCALS, _GLOBALS):
            in_locals = line.rstrip() == _LOCALS
        elif in_locals and (match := _VARIABLE.match(line)):
            values[match["name"]] = match["value"]
        lines.advance()
    frame.locals = values or None


def _read_brief(lines: CursorLines, error: Error, first: str | None) -> None:
    message = [first or ""]
    for _ in range(_MESSAGE_LINES):
        line = lines.line
        if line is None or starts_record(line) or _BRIEF_FRAME.match(line[:_FRAME_LENGTH]):
            break
        message.append(line)
        lines.advance()
    frames: list[Frame] = []
    while match := _BRIEF_FRAME.match((lines.line or "")[:_FRAME_LENGTH]):
        lines.advance()
        if len(frames) < _FRAMES_KEPT:
            frames.append(
                Frame(function=match["function"], file=match["file"], line=to_number(match["line"]))
            )
    error.frames = frames[::-1]
    error.message = "\n".join(message) or None
