"""Leaks that LeakSanitizer reports: each is an error of its own.

=======  ================================================================  ===============
line     sample                                                            what comes next
=======  ================================================================  ===============
head     ``==10039==ERROR: LeakSanitizer: detected memory leaks``          leak
leak     ``Direct leak of 77 byte(s) in 1 object(s) allocated from:``      frame
frame    ``    #0 0x7fdc in malloc (/lib/libasan.so+0x8)``                 frame, leak, summary
summary  ``SUMMARY: AddressSanitizer: 77 byte(s) leaked in 1 alloc…``
=======  ================================================================  ===============
"""

from __future__ import annotations

from ...._regex import regex
from ....cursor import Cursor
from ....model import Error, Origin, Trace
from ..sanitizer_frames import read_stack

NAME = "leak"

_LEAK = regex(r"(?P<kind>Direct|Indirect) leak of (?P<size>.*) allocated from:$")
_HEAD = regex(r"==\d++==ERROR: LeakSanitizer: ")
_SUMMARY = regex(r"SUMMARY: \w++: \d++ byte\(s\) leaked")
_RULE = regex(r"={18,}+$")
_HEAD_LINES = 4


def read(cursor: Cursor) -> Trace | None:
    """The leak whose first line the cursor is on; see :data:`stacktraces.runtimes.Reader`."""
    leak = _LEAK.match(cursor.line or "")
    if leak is None:
        return None
    body = cursor.offset
    origin = Origin(offset=_start(cursor))
    cursor.seek(body)
    cursor.advance()
    error = Error(type=f"LeakSanitizer: {leak['kind'].lower()} leak", message=leak[0])
    error.frames = read_stack(cursor)
    _pass_summary(cursor)
    return Trace(error=error, format=NAME, origin=origin) if error.frames else None


def _start(cursor: Cursor) -> int:
    """Where the report starts that this leak is the first of; else the leak's own line."""
    start = cursor.offset
    for _ in range(_HEAD_LINES):
        if not cursor.back() or (cursor.line and not _HEAD.match(cursor.line)):
            break
        if cursor.line:
            start = cursor.offset
            if cursor.back() and _RULE.match(cursor.line or ""):
                start = cursor.offset
            break
    return start


def _pass_summary(cursor: Cursor) -> None:
    end = cursor.offset
    while cursor.line == "":
        cursor.advance()
    if _SUMMARY.match(cursor.line or ""):
        cursor.advance()
    else:
        cursor.seek(end)
