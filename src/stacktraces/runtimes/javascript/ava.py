"""Failures of tests as AVA prints them: assertions, and frames that begin with an angle.

==========================================================  ===========================================
line                                                        what comes next
==========================================================  ===========================================
``  shop › compares``                                       a blank line, the place
``  test/shop.js:4``                                        a blank line, source
``   4: test('compares', t => { t.is(1 + 1, 3); });``       source, a blank line, text
``  Difference (- actual, + expected):``                    text
``  TypeError: no item``, ``  TypeError {``                 text, which tells the type
``    message: 'no item',``                                 text
``  › price (lib/shop.js:1:43)``                            a frame, the end
==========================================================  ===========================================

An assertion without frames has the test at that place as its one frame.
"""

from __future__ import annotations

from sys import intern

from ..._number import to_number
from ..._regex import regex
from ...cursor import Cursor
from ...model import Error, Frame, Origin, Trace
from .frames import match_frame
from .headers import find_header

NAME = "ava"
_MARGIN = "  "
_PLACE = regex(r"  (?P<file>\S{1,1000}\.[cm]?[jt]sx?):(?P<line>\d{1,9})\s*\Z")
_SOURCE = regex(r"\s{1,8}\d{1,9}: ")
_OBJECT = regex(r"  (?P<type>[A-Z][\w$]{0,200}) \{\s*\Z")
_MESSAGE = regex(r" {4}message: '(?P<message>.*)',\s*\Z")
_FRAME = regex(r"  › (?P<text>\S.*)\Z")
_TRIED = regex(
    r"  (?:Difference \(- actual|Value is not |Function returned:|Promise (?:rejected|resolved) with:)"
)
"""Text of another failure, which was tried."""
_BLANKS_AT_END = 2
_MOST_BACK, _MOST_LINES, _MOST_FRAMES = 60, 200, 1000


def read(cursor: Cursor) -> Trace | None:
    """The failure in whose text the cursor is; see :data:`stacktraces.runtimes.Reader`."""
    here = cursor.offset
    place = _step_to_place(cursor)
    if place is None:
        cursor.seek(here)
        return None
    test = (cursor.peek(-2) or "").strip()
    origin = Origin(offset=cursor.offset)
    cursor.advance()
    _pass_source(cursor)
    error = Error()
    lines = _read_text(cursor, error)
    _read_frames(cursor, error)
    if cursor.offset <= here or not (error.frames or error.type or lines):
        cursor.seek(here)
        return None
    if error.type is None:
        error.message = "\n".join(lines).strip() or None
    if not error.frames:
        place.function = intern(test) if test else None
        error.frames = [place]
    return Trace(error=error, format=NAME, origin=origin, preamble=[test] if test else [])


def _step_to_place(cursor: Cursor) -> Frame | None:
    """Go back to the line of the place, between blank ones and above source."""
    for _ in range(_MOST_BACK):
        if not cursor.back():
            return None
        found = _PLACE.match(cursor.line or "")
        if found is not None:
            follows = not (cursor.peek() or "").strip() and _SOURCE.match(cursor.peek(2) or "")
            return Frame(file=intern(found["file"]), line=to_number(found["line"])) if follows else None
        line = cursor.line or ""
        if match_frame(line) or _FRAME.match(line) or _TRIED.match(line):
            return None
    return None


def _pass_source(cursor: Cursor) -> None:
    for _ in range(_MOST_LINES):
        line = cursor.line
        if line is None or (line.strip() and _SOURCE.match(line) is None):
            return
        cursor.advance()


def _read_text(cursor: Cursor, error: Error) -> list[str]:
    """The lines up to the frames, or to several blank ones; what they say of a thrown error is taken."""
    lines: list[str] = []
    blanks = 0
    for _ in range(_MOST_LINES):
        line = cursor.line
        if line is None or _FRAME.match(line) or match_frame(line) or (line.strip() and line[:2] != _MARGIN):
            break
        blanks = 0 if line.strip() else blanks + 1
        if blanks == _BLANKS_AT_END:
            break
        header = find_header(line)
        if header is not None and header.at_start and error.type is None:
            error.type, error.message = header.type, header.message
        elif found := _OBJECT.match(line):
            error.type = error.type or intern(found["type"])
        elif (found := _MESSAGE.match(line)) and error.message is None:
            error.message = found["message"].replace("\\'", "'")
        lines.append(line.removeprefix(_MARGIN).rstrip())
        cursor.advance()
    return lines


def _read_frames(cursor: Cursor, error: Error) -> None:
    while found := _FRAME.match(cursor.line or ""):
        frame = match_frame(f"    at {found['text']}")
        if frame is None:
            break
        if len(error.frames) < _MOST_FRAMES:
            error.frames.append(frame.frame())
        cursor.advance()
