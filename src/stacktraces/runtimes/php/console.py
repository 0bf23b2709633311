"""Errors as Symfony's console prints them, also that of other frameworks; with ``-v`` with their stack.

====================================================  ======================================
line                                                  what comes next
====================================================  ======================================
``In Cart.php line 7:``                               a box
``  [RuntimeException (7)]  ``                        the message; the type stands with ``-v``
``  order failed            ``                        its next line, a blank one
``Exception trace:``                                  a place
``  at /srv/shop/Cart.php:7``                         a call: where the error was made
`` Shop\\Cart->place() at /srv/shop/console.php:5``    a call, a blank line, a cause
====================================================  ======================================
"""

from __future__ import annotations

from sys import intern

from ..._number import to_number
from ..._regex import regex
from ...cursor import Cursor
from ...model import Error, Frame, Origin, Trace

_HEADING = regex(r"In (?P<file>[^/\\\n]{1,300}) line (?P<line>\d{1,9}):\s*\Z")
_BOX = regex(r"  (?P<text>\S.*?)(?<!\s)\s*\Z")
_TYPE = regex(r"\[(?P<type>[\w\\@]{1,300})(?: \(\S{1,60}\))?\]\Z")
EXCEPTION_TRACE = "Exception trace:"
_CALL = regex(
    r" (?P<name>[^\n()]{0,1000}?)(?:\(\))? {0,2}at (?:n/a:n/a|(?P<file>\S.{0,1000}?):(?P<line>\d{1,9}))\s*\Z"
)
_MAIN = "{main}"
_MOST_LINES = 200
_MOST_LINKS = 50
_MOST_FRAMES = 1000


def read_old_box(cursor: Cursor, name: str) -> Trace | None:
    """The error of Symfony's console before 3.4, which does not say where it was made above the box.

    The cursor is on the heading of the stack below the box.
    """
    stack = cursor.offset
    text: list[str] = []
    for _ in range(_MOST_LINES):
        if not cursor.back():
            return None
        line = cursor.line or ""
        if (named := _TYPE.match(line.strip())) is not None and line.startswith("  ["):
            origin = Origin(offset=cursor.offset)
            cursor.seek(stack)
            error = Error(type=intern(named["type"]), message="\n".join(text[::-1]).strip() or None)
            error.frames = _read_stack(cursor)
            return Trace(error=error, format=name, origin=origin) if error.frames else None
        if line.strip() and not line.startswith("  "):
            return None
        text.append(line.strip())
    return None


def is_heading(line: str) -> bool:
    """Whether ``line`` says where an error was made."""
    return _HEADING.match(line) is not None


def read_box(cursor: Cursor, name: str) -> Trace | None:
    """The error whose heading the cursor is on, with those that led to it, whose boxes follow."""
    origin = Origin(offset=cursor.offset)
    error = link = _read_one(cursor)
    if error is None or link is None:
        return None
    for _ in range(_MOST_LINKS):
        here = cursor.offset
        _pass_blank(cursor)
        cause = _read_one(cursor) if is_heading(cursor.line or "") else None
        if cause is None:
            cursor.seek(here)
            break
        link.cause, link.cause_kind = cause, "cause"
        link = cause
    return Trace(error=error, format=name, origin=origin)


def _read_one(cursor: Cursor) -> Error | None:
    found = _HEADING.match(cursor.line or "")
    if found is None:
        return None
    here = cursor.offset
    cursor.advance()
    error, text = Error(), _read_message(cursor)
    if text and (named := _TYPE.match(text[0])):
        error.type = intern(named["type"])
        text.pop(0)
    if not text and error.type is None:
        cursor.seek(here)
        return None
    error.message = "\n".join(text) or None
    error.frames = _read_stack(cursor) or [Frame(file=found["file"], line=to_number(found["line"]))]
    return error


def _read_message(cursor: Cursor) -> list[str]:
    """The lines of a box, between two lines of blanks."""
    text: list[str] = []
    if not (cursor.line or "").startswith("  ") or (cursor.line or "").strip():
        return text
    cursor.advance()
    while len(text) < _MOST_LINES and (found := _BOX.match(cursor.line or "")) is not None:
        text.append(found["text"])
        cursor.advance()
    return text


def _pass_blank(cursor: Cursor) -> None:
    while cursor.line is not None and not cursor.line.strip():
        cursor.advance()


def _read_stack(cursor: Cursor) -> list[Frame]:
    """The frames below the heading of a stack: each function with the place inside it."""
    here = cursor.offset
    _pass_blank(cursor)
    if (cursor.line or "").rstrip() != EXCEPTION_TRACE:
        cursor.seek(here)
        return []
    cursor.advance()
    frames: list[Frame] = []
    inside: Frame | None = None
    while (found := _CALL.match(cursor.line or "")) is not None:
        if inside is not None and found["name"] and len(frames) < _MOST_FRAMES:
            frames.append(Frame(function=intern(found["name"]), file=inside.file, line=inside.line))
        inside = (
            Frame(file=intern(found["file"]), line=to_number(found["line"])) if found["file"] else Frame()
        )
        cursor.advance()
    if inside is not None and inside.file:
        frames.append(Frame(function=_MAIN, file=inside.file, line=inside.line))
    return frames
