"""What UndefinedBehaviorSanitizer prints.

=======  ====================================================================  =====================
line     sample                                                                what comes next
=======  ====================================================================  =====================
error    ``a.cc:28:47: runtime error: shift exponent 33 is too large for …``   note, frame, summary
note     ``0x7ffd10: note: pointer points here``                               bytes
bytes    `` 00 00 00 00  01 02``, ``             ^``                           frame, summary
frame    ``    #0 0x5592 in main /srv/a.cc:28``                                frame, summary
summary  ``SUMMARY: UndefinedBehaviorSanitizer: undefined-behavior a.cc:28``
=======  ====================================================================  =====================

Without a stack the place of the error is its one frame.
"""

from __future__ import annotations

from ...._number import to_number
from ...._regex import regex
from ....cursor import Cursor
from ....model import Error, Frame, Origin, Trace
from ..sanitizer_frames import FRAME, read_stack

NAME = "undefined_behavior"
TYPE = "UndefinedBehaviorSanitizer"

_ERROR = regex(
    r"(?P<file>(?:[A-Za-z]:(?=[\\/]))?[^\s:][^:]*+):(?P<line>\d++)(?::(?P<column>\d++))?: runtime error: "
    r"(?P<message>.+)$"
)
# What the message begins with, up to what varies: "shift exponent", "signed integer overflow".
_KIND = regex(r"[a-z]+(?: [a-z-]+)*+(?=[ :]|$)")
_NOTE = regex(
    r"(?:0x[0-9a-f]++|\S++:\d++(?::\d++)?|<unknown>): note: |(?: [0-9a-f]{2}\b| ++)++\^?\s*+$|\s++\^"
)
_SUMMARY = regex(r"SUMMARY: UndefinedBehaviorSanitizer: ")
_NOTE_LINES = 4


def read(cursor: Cursor) -> Trace | None:
    """The error that the cursor is on; see :data:`stacktraces.runtimes.Reader`."""
    found = _ERROR.match(cursor.line or "")
    if found is None:
        return None
    origin = Origin(offset=cursor.offset)
    kind = _KIND.match(found["message"])
    error = Error(type=f"{TYPE}: {kind[0]}" if kind else TYPE, message=found["message"])
    cursor.advance()
    for _ in range(_NOTE_LINES):
        if not cursor.line or not _NOTE.match(cursor.line):
            break
        cursor.advance()
    if FRAME.match(cursor.line or ""):
        error.frames = read_stack(cursor)
    else:
        column = to_number(found["column"]) if found["column"] else None
        error.frames = [Frame(file=found["file"], line=to_number(found["line"]), column=column)]
    _pass_summary(cursor)
    return Trace(error=error, format=NAME, origin=origin)


def _pass_summary(cursor: Cursor) -> None:
    end = cursor.offset
    if cursor.line == "":
        cursor.advance()
    if _SUMMARY.match(cursor.line or ""):
        cursor.advance()
    else:
        cursor.seek(end)
