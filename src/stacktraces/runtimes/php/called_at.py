"""Stacks whose lines end with ``called at [FILE:1]``: Magento's reports, PHP's own text before 8.1.

========================================================================  ==========================
line                                                                      what comes next
========================================================================  ==========================
``Exception #0 (KeyError): no plum``                                      the same again, or ``<pre>``
``<pre>#1 Shop\\Cart->place() called at [app/Cart.php:301]``               calls, ``</pre>``
``#0  place() called at [/srv/shop/Cart.php:301]``                        calls
========================================================================  ==========================
"""

from __future__ import annotations

from sys import intern

from ..._number import to_number
from ..._regex import regex
from ...cursor import Cursor
from ...model import Error, Frame, Origin, Trace

MARK = ") called at ["
_CALL = regex(
    r"(?:<pre>)?#(?P<number>\d{1,5}) {1,3}(?P<name>[^(\n]{1,1000})\((?P<args>.*)\) called at "
    r"\[(?P<file>[^\]\n]{1,1000}):(?P<line>\d{1,9})\]\s*\Z"
)
_HEADER = regex(r"Exception #\d{1,3} \((?P<type>\\?[A-Za-z_][\w\\]{0,300})\): (?P<message>.*)\Z")
_MOST_LINES = 30
_MOST_FRAMES = 1000


def read_called_at(cursor: Cursor, name: str) -> Trace | None:
    """The stack whose first call the cursor is on."""
    first = cursor.offset
    above = cursor.peek(-1) or ""
    if _CALL.match(cursor.line or "") is None or _CALL.match(above):
        return None
    error, start = _error_above(cursor) or (Error(), first)
    cursor.seek(first)
    inside, count = Frame(), 0
    while (found := _CALL.match(cursor.line or "")) is not None:
        count += 1
        if len(error.frames) < _MOST_FRAMES:
            error.frames.append(
                Frame(intern(found["name"]), file=inside.file, line=inside.line, args=found["args"] or None)
            )
            inside = Frame(file=intern(found["file"]), line=to_number(found["line"]))
        cursor.advance()
    error.frames.append(inside)
    if (cursor.line or "").strip() == "</pre>":
        cursor.advance()
    if error.type is None and count < 2:
        return None
    return Trace(error=error, format=name, origin=Origin(offset=start))


def _error_above(cursor: Cursor) -> tuple[Error, int] | None:
    """The error of the heading above, which is printed twice; and where the first of both starts."""
    found: tuple[Error, int] | None = None
    below: list[str] = []
    for _ in range(_MOST_LINES):
        if not cursor.back():
            break
        line = cursor.line or ""
        header = _HEADER.match(line)
        if header is not None:
            message = "\n".join([header["message"], *below[::-1]]).strip()
            error = Error(type=intern(header["type"]), message=message or None)
            if found is not None:
                return (found[0], cursor.offset) if found[0] == error else found
            found, below = (error, cursor.offset), []
            continue
        if found is not None and line.strip():
            break
        below.append(line)
    return found
