"""Tracebacks in the table of rich's log handler: indented, padded to the terminal's width, and wrapped at it.

==================  =====================================================================  ================
line                sample                                                                 what comes next
==================  =====================================================================  ================
record              ``[10:00:00] ERROR    failed                              shop.py:23``  header
header              ``                    Traceback (most recent call last):           ``  line
line                ``                      File "/srv/app/shop.py", line 11, in       ``  rest, line, end
rest                ``                    checkout                                     ``  rest, line, end
==================  =====================================================================  ================

All lines of the table are of one width. A line that starts where the header does is the rest of the one
before, if its first word had no room there.
"""

from __future__ import annotations

import unicodedata

from ...._regex import regex
from ....cursor import Cursor
from ....model import Origin, Trace
from ..reader import read as read_traceback
from ..syntax import CHAIN_LINES, is_likely_error

NAME = "rich_log"

_HEADER = regex(r"(?P<indent> {9,80})Traceback \(most(?: recent(?: call(?: last\):)?+)?+)?+ +$")
_RECORD = regex(r"[\[\d ].{0,60}? (?P<level>[A-Z]{4,8}) .*?(?: (?P<place>\S+\.\w+:\d+))?$")
_MOST_LINES = 5_000
_MOST_BEFORE = 60
_CARETS = regex(r" *[\^~]+$")


def read(cursor: Cursor) -> Trace | None:
    """The traceback whose first header the cursor is on; see :data:`stacktraces.runtimes.Reader`."""
    line = cursor.line or ""
    header = _HEADER.match(line) if line.endswith(" ") and line.startswith(" " * 9) else None
    if header is None or _HEADER.match(cursor.peek() or ""):
        return None
    start, width, indent = cursor.offset, _width(line), len(header["indent"])
    place = _place(cursor, indent, width)
    cursor.seek(start)
    lines: list[str] = []
    while (
        (line := cursor.line or "")[:indent].isspace() and _width(line) == width and len(lines) < _MOST_LINES
    ):
        lines.append(line[indent:].rstrip())
        cursor.advance()
    behind = cursor.offset
    inner = Cursor("\n".join([*_unwrapped(lines, width - indent - place), ""]).encode())
    inner.whole = True
    trace = read_traceback(inner)
    if trace is None:
        cursor.seek(start)
        return None
    cursor.seek(behind)
    trace.format, trace.origin = NAME, Origin(offset=start)
    return trace


def _width(line: str) -> int:
    """Columns that ``line`` takes on a terminal."""
    if line.isascii():
        return len(line)
    return sum(1 + (unicodedata.east_asian_width(each) in "WF") for each in line)


def _place(cursor: Cursor, indent: int, width: int) -> int:
    """Columns of the record's place in the code, at the right of the table; 0 where it has none."""
    for _ in range(_MOST_BEFORE):
        if not cursor.back() or (line := cursor.line) is None or _width(line) != width:
            return 0
        if line[:indent].strip():
            record = _RECORD.match(line)
            return len(record["place"]) + 1 if record is not None and record["place"] else 0
    return 0


def _unwrapped(lines: list[str], room: int) -> list[str]:
    """``lines`` as they were before they were wrapped at ``room`` columns."""
    found: list[str] = []
    last = ""
    for line in lines:
        first = line.partition(" ")[0]
        is_rest = first and last and _width(last) + 1 + _width(first) > room and not is_likely_error(line)
        carets = _CARETS.match(last) is not None
        if is_rest and line not in CHAIN_LINES and (not carets or _CARETS.match(line)):
            # A word that is longer than the room has lines of its own, which it fills.
            is_cut = carets or (_width(last) == room and " " not in last.strip())
            found[-1] += line if is_cut else f" {line}"
        else:
            found.append(line)
        last = line
    return found
