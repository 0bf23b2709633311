"""From the line of an anchor to a trace.

==============================================================  ==================================
line                                                            what comes next
==============================================================  ==================================
``thread 7042 panic: index out of bounds: index 4, len 2``      frames
``error: NoPlum``                                               frames, the innermost first
``/srv/shop.zig:4:37: 0x1034a2c in price (shop)``               the source line, a mark below it
``???:?:?: 0x7f2c in ??? (libc.so.6)``                          frames
==============================================================  ==================================
"""

from __future__ import annotations

from sys import intern

from ..._number import to_number
from ..._regex import regex
from ...cursor import Cursor
from ...log_records.records import starts_record
from ...model import Error, Frame, Origin, Trace

NAME = "zig"
_FRAME = regex(
    r"(?:(?P<file>[^\s:?](?:[^:\n]|:(?!\d)){0,500}):(?P<line>\d{1,9}):(?P<column>\d{1,9})|\?\?\?:\?:\?): "
    r"(?P<address>0x[0-9a-f]{1,16}) in (?P<name>\S.{0,300}?) \((?P<module>[^()\n]{1,200})\)\s*\Z"
)
_PANIC = regex(r".{0,200}?thread \d{1,20} panic: (?P<message>.*)\Z")
_ERROR = regex(r"(?:.{0,200}?[^\w.])?error: (?P<type>[A-Za-z_]\w{0,200})\s*\Z")
_UNKNOWN = "???"
_TYPE = "panic"
_MOST_ABOVE = 40
_MOST_FRAMES = 1000


def read(cursor: Cursor) -> Trace | None:
    """The trace that the cursor's line is part of; see :data:`stacktraces.runtimes.Reader`."""
    if _FRAME.match(cursor.line or "") is None:
        return None
    first = cursor.offset
    error, start = _error_above(cursor)
    if error is None:
        return None
    cursor.seek(first)
    while (found := _FRAME.match(cursor.line or "")) is not None:
        frame = _frame(found.groupdict())
        cursor.advance()
        here = cursor.offset
        source = cursor.line or ""
        if source[:1].isspace() and source.strip():
            cursor.advance()
            if (cursor.line or "").strip("~ ") == "^":
                frame.source = source.strip()
                cursor.advance()
            else:
                cursor.seek(here)
        if len(error.frames) < _MOST_FRAMES:
            error.frames.append(frame)
    return Trace(error=error, format=NAME, origin=Origin(offset=start))


def _frame(found: dict[str, str | None]) -> Frame:
    name, file = found["name"] or "", found["file"]
    return Frame(
        function=None if name == _UNKNOWN else intern(name),
        module=intern(found["module"] or ""),
        file=intern(file) if file else None,
        line=to_number(found["line"]) if found["line"] else None,
        column=to_number(found["column"]) if found["column"] else None,
        address=to_number(found["address"], 16) if found["address"] else None,
    )


def _error_above(cursor: Cursor) -> tuple[Error | None, int]:
    """The error above the first frame, which the cursor is on, and where it starts."""
    lines: list[str] = []
    for number in range(_MOST_ABOVE):
        if not cursor.back():
            break
        line = cursor.line or ""
        if panic := _PANIC.match(line):
            message = "\n".join([panic["message"], *lines[::-1]]).strip()
            return Error(type=_TYPE, message=message or None), cursor.offset
        if number == 0 and (returned := _ERROR.match(line)):
            return Error(type=intern(returned["type"])), cursor.offset
        if _FRAME.match(line) or starts_record(line):
            break
        lines.append(line)
    return None, cursor.offset
