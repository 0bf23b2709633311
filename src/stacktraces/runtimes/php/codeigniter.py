"""What CodeIgniter logs: behind ``LEVEL - TIME --> `` the error, its place, and since version 4 its stack.

====================================================================  =======================================
line                                                                  what comes next
====================================================================  =======================================
``CRITICAL - 2026-… --> KeyError: no plum``                           ``[Method: GET, Route: /]``, the place
``in APPPATH/Shop.php on line 12.``                                   a call
`` 1 SYSTEMPATH/CodeIgniter.php(934): App\\Shop->index()``             calls, ``[Caused by] TYPE: MESSAGE``
``ERROR - 2026-… --> Severity: Notice --> no plum /srv/X.php 12``     nothing: version 3
====================================================================  =======================================
"""

from __future__ import annotations

from sys import intern

from ..._number import to_number
from ..._regex import regex
from ...cursor import Cursor
from ...model import Error, Frame, Origin, Trace

MARK = " --> "
_RECORD = regex(r"[A-Z]{4,9} - \d{4}-\d\d-\d\d (?:--> )?\d\d:\d\d:\d\d --> (?P<text>.*)\Z")
_OLD = regex(
    r"Severity: (?P<type>[\w ]{1,30}) --> (?P<message>.*) (?P<file>(?:/|[A-Za-z]:\\)\S.{0,500}?) "
    r"(?P<line>\d{1,9})\s*\Z"
)
_OLD_EXCEPTION = regex(r"(?P<type>[A-Z]\w{0,99}): (?P<message>.*)\Z")
_TYPED = regex(r"(?P<type>\\?[A-Za-z_][\w\\]{1,300}): (?P<message>.*)\Z")
_REQUEST = regex(r"\[Method: ")
_PLACE = regex(r"in (?P<file>\S.{0,500}?) on line (?P<line>\d{1,9})\.?\s*\Z")
_CALL = regex(
    r" {0,3}(?P<number>\d{1,4}) (?:(?P<file>\S.{0,500}?)\((?P<line>\d{1,9})\)|\[internal function\]): "
    r"(?P<name>[^(\n]{1,500})\((?P<args>.*)\)\s*\Z"
)
_CAUSED_BY = "[Caused by] "
_MOST_LINES = 20
_MOST_FRAMES = 1000
_MOST_LINKS = 20


def read_codeigniter(cursor: Cursor, name: str) -> Trace | None:
    """The record on the cursor's line, where it tells of an error and its place."""
    record = _RECORD.match(cursor.line or "")
    if record is None:
        return None
    origin = Origin(offset=cursor.offset)
    if old := _OLD.match(record["text"]):
        cursor.advance()
        place = Frame(file=intern(old["file"]), line=to_number(old["line"]))
        error = Error(type=intern(old["type"]), message=old["message"], frames=[place])
        if typed := _OLD_EXCEPTION.match(old["message"]):
            error.type, error.message = intern(typed["type"]), typed["message"]
        return Trace(error=error, format=name, origin=origin)
    first = link = _read_one(cursor, record["text"])
    for _ in range(_MOST_LINKS):
        line = cursor.line or ""
        if link is None or not line.startswith(_CAUSED_BY):
            break
        cause = _read_one(cursor, line.removeprefix(_CAUSED_BY))
        if cause is None:
            break
        link.cause, link.cause_kind = cause, "cause"
        link = cause
    return Trace(error=first, format=name, origin=origin) if first is not None else None


def _read_one(cursor: Cursor, text: str) -> Error | None:
    """The error whose first line says ``text``; ``None`` where no place follows."""
    here = cursor.offset
    typed = _TYPED.match(text)
    cursor.advance()
    lines: list[str] = []
    place = None
    for _ in range(_MOST_LINES):
        line = cursor.line
        if line is None or _RECORD.match(line) or (place := _PLACE.match(line)) is not None:
            break
        if not _REQUEST.match(line):
            lines.append(line)
        cursor.advance()
    if typed is None or place is None:
        cursor.seek(here)
        return None
    cursor.advance()
    message = "\n".join([typed["message"], *lines]).strip()
    error = Error(type=intern(typed["type"]), message=message or None)
    inside = Frame(file=intern(place["file"]), line=to_number(place["line"]))
    while (found := _CALL.match(cursor.line or "")) is not None and len(error.frames) < _MOST_FRAMES:
        error.frames.append(
            Frame(intern(found["name"]), file=inside.file, line=inside.line, args=found["args"] or None)
        )
        inside = (
            Frame(file=intern(found["file"]), line=to_number(found["line"])) if found["file"] else Frame()
        )
        cursor.advance()
    if inside.file:
        error.frames.append(inside)
    return error
