"""Failures as JUnit's console launcher lists them: frames without ``at``.

==============================================================  ==============================
line                                                            what comes next
==============================================================  ==============================
``  JUnit Jupiter:OrdersTest:total()``                          the test's source
``    MethodSource [className = 'shop.OrdersTest', …]``         the error
``    => java.lang.IllegalStateException: no stock``            the message's next line, a frame
``       shop.Orders.total(Orders.java:14)``                    a frame, a cause
``       [...]``, ``       ... 3 more``                         the same
``     Caused by: java.io.IOException: disk``                   its message, its frames
==============================================================  ==============================
"""

from __future__ import annotations

from ..._regex import regex
from ...cursor import Cursor
from ...model import Error, Frame, Origin, RelatedStack, Trace
from .frames import FRAMES_KEPT, read_frame
from .headers import match_header

NAME = "junit_console"
_ERROR = regex(r" {4}=> (?P<text>\S.*)$")
_LINK = regex(r" {5,60}(?P<name>Caused by|Suppressed): (?P<text>\S.*)$")
_LEFT_OUT = regex(r"\s+(?:\[\.\.\.\]|\.\.\. \d{1,9} more)\s*$")
_END = regex(r" {2}\S|Test run (?:finished|aborted)|Failures \(\d|\[\s{1,9}\d|\s*$")
_BEHIND_MESSAGE = (_ERROR, _LINK, _LEFT_OUT, _END)
_MARGIN = 7
_FRAMES_COLUMN = 5
_MOST_LINES = 300
_MOST_LINKS = 100


def read(cursor: Cursor) -> Trace | None:
    """The failure on whose line ``=>`` the cursor is; see :data:`stacktraces.runtimes.Reader`."""
    found = _ERROR.match(cursor.line or "")
    if found is None:
        return None
    here = cursor.offset
    above = [(cursor.peek(-2) or "").strip(), (cursor.peek(-1) or "").strip()]
    preamble = above if "Source [" in above[-1] else []
    origin = Origin(offset=cursor.offset)
    error = last = _read_error(cursor, found["text"])
    for _ in range(_MOST_LINKS):
        link = _LINK.match(cursor.line or "")
        if link is None:
            break
        other = _read_error(cursor, link["text"])
        if link["name"] == "Suppressed":
            last.related.append(RelatedStack(title=f"Suppressed: {link['text']}", frames=other.frames))
        else:
            last.cause, last.cause_kind = other, "cause"
            last = other
    if error.type is None or not (error.frames or preamble):
        cursor.seek(here)
        return None
    return Trace(error=error, format=NAME, origin=origin, preamble=preamble)


def _read_error(cursor: Cursor, text: str) -> Error:
    """The error whose first line, on the cursor, is ``text``; goes behind its frames."""
    header = match_header(text)
    error = Error(type=header.type if header else None)
    message = [(header.message or "") if header else text]
    cursor.advance()
    for _ in range(_MOST_LINES):
        line = cursor.line
        if line is None or _frame_of(line) or any(each.match(line) for each in _BEHIND_MESSAGE):
            break
        message.append(line[_MARGIN:] if line[:_MARGIN].isspace() else line)
        cursor.advance()
    error.message = "\n".join(message).rstrip() or None
    while (line := cursor.line) is not None:
        frame = _frame_of(line)
        if frame is not None and len(error.frames) < FRAMES_KEPT:
            error.frames.append(frame)
        elif frame is None and not _LEFT_OUT.match(line):
            break
        cursor.advance()
    return error


def _frame_of(line: str) -> Frame | None:
    return read_frame(f"\tat {line.strip()}") if line[:_FRAMES_COLUMN].isspace() else None
