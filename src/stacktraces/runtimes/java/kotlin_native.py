"""Exceptions of Kotlin/Native: types and messages as on the virtual machine, frames with native addresses.

====================================================================  =======================================
line                                                                  what comes next
====================================================================  =======================================
``Uncaught Kotlin exception: kotlin.IllegalStateException: m``        more of the message, a frame
``    at 2   shop.kexe   0x10a2 kfun:shop#load(kotlin.Int){} + 120``   a frame, a cause
``    at 3   shop.kexe   0x10a3 kfun:#main(){} + 4 (/srv/M.kt:3:5)``   the same
``Caused by: kotlin.RuntimeException: m``                             the same as below the header
``    ... and 2 more common stack frames skipped``                    a cause
====================================================================  =======================================
"""

from __future__ import annotations

from sys import intern

from ..._number import to_number
from ..._regex import regex
from ...cursor import Cursor
from ...log_records.records import starts_record
from ...model import Error, Frame, Origin, Trace
from .headers import Header, find_header, match_header
from .links import match_link

NAME = "kotlin_native"
UNCAUGHT = "Uncaught Kotlin exception: "

_FRAME = regex(
    r"\s+at (?P<id>\d{1,5}) {1,9}(?P<module>\S.{0,300}?) {1,60}0x(?P<address>[0-9a-f]{1,16}) "
    r"(?P<symbol>\S.{0,1000}?)"
    r"(?: \+ (?P<offset>\d{1,9}))?"
    r"(?: \((?P<file>[^()]{1,1000}):(?P<line>\d{1,9}):(?P<column>\d{1,9})\))?(?<!\s)\s*$"
)
_FUNCTION = regex(r"kfun:(?P<owner>[^#(]*)#(?P<name>[^({]*)")
_SKIPPED = regex(r"\s+\.\.\. and (?P<count>\d{1,6}) more common stack frames skipped\s*$")
_INTERNAL = "internal"
"""Stands for the name of what has none of its own: ``kfun:shop.main$lambda$0#internal``."""
_SYSTEM = "lib"
"""In the names of the system's libraries; what else there is, is the program."""
_LINES = 200
_FRAMES_KEPT = 1000
_CAUSES_KEPT = 100


def read(cursor: Cursor) -> Trace | None:
    """The trace that the cursor's line is part of; see :data:`stacktraces.runtimes.Reader`."""
    if UNCAUGHT not in (cursor.line or "") and not _go_to_header(cursor):
        return None
    start, line = cursor.offset, cursor.line or ""
    at = line.find(UNCAUGHT)
    error = link = _read_one(cursor, line[at + len(UNCAUGHT) :] if at >= 0 else _text_of(line), [])
    if error is None:
        return None
    for _ in range(_CAUSES_KEPT):
        found = match_link(cursor.line or "")
        cause = (
            _read_one(cursor, found.text, link.frames)
            if found and found.name == "Caused by" and link
            else None
        )
        if cause is None or link is None:
            break
        link.cause, link.cause_kind = cause, "cause"
        link = cause
    return Trace(error=error, format=NAME, origin=Origin(offset=start))


def _go_to_header(cursor: Cursor) -> bool:
    """Go from the first frame to the line with the exception."""
    if _FRAME.match(cursor.line or "") is None:
        return False
    for _ in range(_LINES):
        if not cursor.back():
            return False
        line = cursor.line or ""
        if _FRAME.match(line):
            return False
        if _header(_text_of(line)) is not None:
            return True
        if starts_record(line):
            return False
    return False


def _text_of(line: str) -> str:
    found = find_header(line) if match_header(line.strip()) is None else None
    return line[found[1] :] if found is not None else line.strip()


def _header(text: str) -> Header | None:
    header = match_header(text)
    return header if header is not None and "." in header.type else None


def _read_one(cursor: Cursor, text: str, enclosing: list[Frame]) -> Error | None:
    """The exception whose header is ``text``, on the cursor's line; stays there where no frame follows."""
    here, header = cursor.offset, _header(text)
    if header is None:
        return None
    lines = [header.message or ""]
    cursor.advance()
    for _ in range(_LINES):
        line = cursor.line
        if line is None or starts_record(line) or _FRAME.match(line):
            break
        lines.append(line)
        cursor.advance()
    error = Error(type=header.type, message="\n".join(lines).rstrip() or None)
    while found := _FRAME.match(cursor.line or ""):
        if len(error.frames) < _FRAMES_KEPT:
            error.frames.append(_frame(found.groupdict()))
        cursor.advance()
    if not error.frames:
        cursor.seek(here)
        return None
    if skipped := _SKIPPED.match(cursor.line or ""):
        error.frames += enclosing[-to_number(skipped["count"]) or len(enclosing) :]
        cursor.advance()
    return error


def _frame(found: dict[str, str | None]) -> Frame:
    symbol = found["symbol"] or ""
    named = _FUNCTION.match(symbol)
    function, module = symbol, found["module"] or ""
    if named is not None:
        function = ".".join(each for each in (named["owner"], named["name"]) if each and each != _INTERNAL)
    file, line, column = found["file"], found["line"], found["column"]
    return Frame(
        id=found["id"],
        function=intern(function),
        module=intern(module) if _SYSTEM in module and named is None else None,
        address=to_number(found["address"] or "0", 16),
        offset=to_number(found["offset"]) if found["offset"] else None,
        file=intern(file) if file else None,
        line=to_number(line) if line else None,
        column=to_number(column) if column else None,
    )
