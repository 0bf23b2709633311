"""What R prints of a crash, and testthat of tests that failed.

===================================================================  ========================================
line                                                                 what comes next
===================================================================  ========================================
`` *** caught segfault ***``                                         the address, a blank line, ``Traceback:``
`` 1: .Call("f", x)``                                                calls, the innermost first
``── Failure ('test-shop.R:3:3'): price works ──────``               what was compared, a backtrace
``── Error ('test-shop.R:3:3'): price works ────────``               ``Error in `price("plum")`: no plum``
===================================================================  ========================================
"""

from __future__ import annotations

from sys import intern

from ..._number import to_number
from ..._regex import regex
from ...cursor import Cursor
from ...model import Error, Frame, Origin, Trace
from .stacks import read_tree
from .syntax import function_of

_CRASH = regex(r" \*\*\* caught (?P<type>\w{1,40}) \*\*\*\s*\Z")
_TITLE = regex(
    r"[─-]{2} (?:\d{1,6}\. )?(?P<kind>Failure|Error) \((?:at )?'?(?P<file>[^':()\n]{1,300})[:#]"
    r"(?P<line>\d{1,9})(?::\d{1,9})?'?\): (?P<test>.*)\Z"
)
_ERROR = regex(
    r"(?:<(?P<type>[^>/\n]{1,200})(?:/[^>\n]{1,300})?>\s*\Z"
    r"|Error(?: in `?(?P<call>.{1,1000}?)`?)?: ?(?P<message>.*)\Z)"
)
_BACKTRACE = "Backtrace:"
_TRACEBACK = "Traceback:"
_END = regex(r"[─═]{2}|\[ FAIL |An irrecoverable exception|Possible actions:")
_CALL = regex(r"\s{0,3}\d{1,6}: (?P<call>\S.*)\Z")
_MOST_FRAMES = 1000
_MOST_LINES = 60


def reader_of(line: str) -> str | None:
    """Which of both is on ``line``: ``crash`` or ``test``."""
    if _CRASH.match(line):
        return "crash"
    return "test" if _TITLE.match(line) else None


def read_crash(cursor: Cursor, name: str) -> Trace | None:
    """The crash whose first line the cursor is on."""
    found = _CRASH.match(cursor.line or "")
    if found is None:
        return None
    origin = Origin(offset=cursor.offset)
    cursor.advance()
    lines: list[str] = []
    while (line := cursor.line) is not None and line.strip() and len(lines) < _MOST_LINES:
        lines.append(line)
        cursor.advance()
    here = cursor.offset
    if cursor.line is not None and not cursor.line.strip():
        cursor.advance()
    error = Error(type=intern(found["type"]), message="\n".join(lines) or None)
    if (cursor.line or "").strip() == _TRACEBACK:
        cursor.advance()
        # Numbered from the innermost on, unlike what traceback() prints.
        while (call := _CALL.match(cursor.line or "")) is not None:
            if len(error.frames) < _MOST_FRAMES:
                number = len(error.frames) + 1
                error.frames.append(Frame(function=function_of(call["call"]), id=number))
            cursor.advance()
    if not error.frames:
        cursor.seek(here)
    return Trace(error=error, format=name, origin=origin)


def read_test(cursor: Cursor, name: str) -> Trace | None:
    """The failed test whose title the cursor is on."""
    title = _TITLE.match(cursor.line or "")
    if title is None:
        return None
    origin = Origin(offset=cursor.offset)
    place = Frame(file=intern(title["file"]), line=to_number(title["line"]), id=1)
    cursor.advance()
    error, lines = Error(), []
    if title["kind"] == "Error" and (first := _ERROR.match(cursor.line or "")) is not None:
        error.type = first["type"] or "Error"
        if first["call"]:
            place.function = function_of(first["call"])
        lines = [first["message"]] if first["message"] else []
        cursor.advance()
    while (line := cursor.line) is not None and line.strip() and len(lines) < _MOST_LINES:
        if line.startswith(_BACKTRACE) or _END.match(line):
            break
        if error.type and not lines and (again := _ERROR.match(line)) is not None and again["message"]:
            line = again["message"]
        lines.append(line)
        cursor.advance()
    error.message = "\n".join(lines).rstrip() or None
    error.frames = [place]
    if (cursor.line or "").startswith(_BACKTRACE):
        cursor.advance()
        error.frames = read_tree(cursor).frames or error.frames
    if error.message is None:
        return None
    return Trace(error=error, format=name, origin=origin, preamble=[title["test"].rstrip(" ─-")])
