"""The stack that chi's middleware prints of a panic that it recovered.

======================================  ===============================
line                                    what comes next
======================================  ===============================
`` panic: boom``                        a blank one, the place it is of
`` -> main.get``                        its place
`` ->   /srv/app/main.go:12``           a blank one, a function
``    net/http.HandlerFunc.ServeHTTP``  its place
``      /usr/lib/go/server.go:2122``    a function
======================================  ===============================
"""

from __future__ import annotations

from sys import intern

from ..._number import to_number
from ..._regex import regex
from ...cursor import Cursor
from ...model import Error, Frame, Origin, Trace

_PANIC = regex(r" panic: (?P<message>.*)\Z")
_MARK = " -> "
_FUNCTION = regex(r"(?: ->|   ) (?P<function>[^\s\"]{1,4000})\s*\Z")
_PLACE = regex(r"(?: ->|   )   (?P<file>\S[^:\n]{0,4000}(?::[/\\][^:\n]*)?):(?P<line>\d{1,9})\s*\Z")
_MOST_FRAMES = 1000
_MOST_BLANK = 3
_MOST_MESSAGE = 60


def starts_pretty_stack(cursor: Cursor) -> bool:
    """Whether the cursor is on the line of a panic that such a stack follows."""
    if _PANIC.match(cursor.line or "") is None:
        return False
    here = cursor.offset
    found = _to_mark(cursor) is not None
    cursor.seek(here)
    return found


def read_pretty_stack(cursor: Cursor, name: str) -> Trace | None:
    """The panic whose line the cursor is on, where :func:`starts_pretty_stack` holds."""
    start = cursor.offset
    text = _to_mark(cursor)
    frames: list[Frame] = []
    while len(frames) < _MOST_FRAMES:
        here = cursor.offset
        _pass_blank(cursor)
        function = _FUNCTION.match(cursor.line or "")
        place = _PLACE.match(cursor.peek() or "")
        if function is None or place is None:
            cursor.seek(here)
            break
        file, line = intern(place["file"]), to_number(place["line"])
        frames.append(Frame(function=intern(function["function"]), file=file, line=line))
        cursor.advance()
        cursor.advance()
    if not frames or text is None:
        return None
    error = Error(type="panic", message="\n".join(text) or None, frames=frames)
    return Trace(error=error, format=name, origin=Origin(offset=start))


def _to_mark(cursor: Cursor) -> list[str] | None:
    """Go from the panic's line to the function that it is of; its message's lines. ``None`` for no such."""
    found = _PANIC.match(cursor.line or "")
    text = [found["message"]] if found is not None else []
    cursor.advance()
    for _ in range(_MOST_MESSAGE):
        line = cursor.line
        if line is None:
            return None
        if line.startswith(_MARK) and _PLACE.match(cursor.peek() or ""):
            while text and not text[-1].strip():
                text.pop()
            return text
        text.append(line)
        cursor.advance()
    return None


def _pass_blank(cursor: Cursor) -> None:
    for _ in range(_MOST_BLANK):
        if cursor.line is None or cursor.line.strip():
            return
        cursor.advance()
