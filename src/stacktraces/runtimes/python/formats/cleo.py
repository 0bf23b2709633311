"""cleo's errors, which Poetry prints with ``-v``: the code around each call, the error above the innermost.

==================  ==========================================================  ========================
line                sample                                                      what comes next
==================  ==========================================================  ========================
stack               ``  Stack trace:``                                          frame
frame               ``  2  /srv/app/shop.py:11 in total``                       code
code                ``        9│ def total(order):``                            code, current line, blank
current line        ``    →  11│     return sum(order)``                        code, blank
type                ``  KeyError``                                              message
message             ``  'fig'``                                                 message, innermost frame
innermost frame     ``  at /srv/app/shop.py:6 in price_of``                     code
chain               ``The following error occurred when trying to handle …``    stack, type
==================  ==========================================================  ========================

Blank lines stand between the parts. Without ``-v`` neither stack nor code is printed, and nothing is read.
"""

from __future__ import annotations

from ...._number import to_number
from ...._regex import regex
from ....cursor import Cursor
from ....model import Error, Frame, Origin, Trace
from ..lines import CursorLines
from ..messages import ENDS_EARLY
from ..syntax import skip_blank

NAME = "cleo"

_STACK = "  Stack trace:"
_FRAME = regex(r"  (?P<number>\d+) {1,9}(?P<file>\S.*):(?P<line>\d+) in (?P<function>\S.*)$")
_INNERMOST = regex(r"  at (?P<file>\S.*):(?P<line>\d+) in (?P<function>\S.*)$")
_CODE = regex(r" {2,20}(?P<arrow>→)? {0,20}\d+│ ?(?P<source>.*)$")
_TYPE = regex(r"  (?P<type>[^\W\d][\w.]*)\s*$")
_CHAIN = "The following error occurred when trying to handle this error:"
_LINES_BACK = 60
_FRAMES_KEPT = 10_000
_LINKS_KEPT = 30
_MESSAGE_LINES = 80


def read(cursor: Cursor) -> Trace | None:
    """The error that the cursor's line of code is of; see :data:`stacktraces.runtimes.Reader`."""
    if not _CODE.match(cursor.line or "") or not _go_to_start(cursor):
        return None
    origin = Origin(offset=cursor.offset)
    lines = CursorLines(cursor, "")
    error: Error | None = None
    for _ in range(_LINKS_KEPT):
        here = lines.mark()
        link = _read_link(lines)
        if link is None:
            lines.reset(here)
            break
        if error is not None:
            link.cause, link.cause_kind = error, "context"
        error = link
        here = lines.mark()
        skip_blank(lines)
        if (lines.line or "").rstrip() != _CHAIN:
            lines.reset(here)
            break
        lines.advance()
        skip_blank(lines)
    if error is None:
        return None
    uncertain = [] if error.type is not None else [ENDS_EARLY]
    return Trace(error=error, format=NAME, origin=origin, uncertain=uncertain)


def _go_to_start(cursor: Cursor) -> bool:
    """Go back to ``Stack trace:``, to the first frame that is left, or to the type if there is no stack."""
    start = None
    for _ in range(_LINES_BACK):
        if not cursor.back():
            break
        line = cursor.line or ""
        if line.rstrip() == _STACK or (start is None and _TYPE.match(line) and _is_alone(cursor)):
            return True
        if _FRAME.match(line):
            start = cursor.offset
        elif not line.startswith("  ") and line.strip():
            break
    if start is not None:
        cursor.seek(start)
    return start is not None


def _is_alone(cursor: Cursor) -> bool:
    """Whether blank lines stand around the cursor's line, or the text starts with it."""
    return not (cursor.peek() or "").strip() and not (cursor.peek(-1) or "").strip()


def _read_link(lines: CursorLines) -> Error | None:
    frames: list[Frame] = []
    if (lines.line or "").rstrip() == _STACK:
        lines.advance()
        skip_blank(lines)
    while match := _FRAME.match(lines.line or ""):
        lines.advance()
        frame = Frame(function=match["function"], file=match["file"], line=to_number(match["line"]))
        _read_code(lines, frame)
        if len(frames) < _FRAMES_KEPT:
            frames.append(frame)
        skip_blank(lines)
    named = _TYPE.match(lines.line or "")
    if named is None:
        # The text ends within the stack: its frames are told, and are not read again at each of them.
        return Error(frames=frames[::-1]) if len(frames) > 1 else None
    lines.advance()
    skip_blank(lines)
    message: list[str] = []
    for _ in range(_MESSAGE_LINES):
        line = lines.line
        if line is None or (line.strip() and not line.startswith("  ")):
            return None
        lines.advance()
        if match := _INNERMOST.match(line):
            innermost = Frame(function=match["function"], file=match["file"], line=to_number(match["line"]))
            _read_code(lines, innermost)
            text = "\n".join(message).strip()
            return Error(type=named["type"], message=text or None, frames=[innermost, *frames[::-1]])
        message.append(line[2:].rstrip())
    return None


def _read_code(lines: CursorLines, frame: Frame) -> None:
    while match := _CODE.match(lines.line or ""):
        if match["arrow"]:
            frame.source = match["source"].strip() or None
        lines.advance()
