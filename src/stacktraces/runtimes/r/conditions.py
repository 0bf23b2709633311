"""Errors as rlang prints them, which many packages use.

=============================================  ==============================================================
line                                           what comes next
=============================================  ==============================================================
``<error/shop_error>``                         the class of the error that follows
``Error in `price()`:``, ``Error:``            the message
``! no price for plum``                        more of the message: ``ℹ``, ``✖``, ``•`` and further lines
``Caused by error in `total()`:``              the message of the cause
``Backtrace:``                                 the stack of the last cause, see :mod:`.stacks`
``Run `rlang::last_trace()` to see …``         the end
=============================================  ==============================================================
"""

from __future__ import annotations

from itertools import pairwise
from sys import intern

from ..._number import to_number
from ..._regex import regex
from ...cursor import Cursor
from ...log_records.records import starts_record
from ...model import Error, Frame, Origin, Trace
from .stacks import read_tree
from .syntax import CALLS, HALTED, LONGEST_MESSAGE, function_of, match_header, match_quoted

_CLASS = regex(r"<error/(?P<type>[\w.]{1,200})>\s*\Z")
_RULER = "---"
_BACKTRACE = "Backtrace:"
_MESSAGE = "! "
_ADVICE = "Run `rlang::"
_CAUSED_BY = "Caused by error"
_LOOK_BACK = 40
_MOST_LINES = 200
_MOST_CAUSES = 100


def step_to_condition(cursor: Cursor, line: str) -> bool:
    """Go to the first line of the condition that ``line`` is in, which the cursor is on.

    False, and no move, where it is in none.
    """
    here = cursor.offset
    # Only these lines stand below the first one.
    for _ in range(_LOOK_BACK if line.startswith((_CAUSED_BY, _BACKTRACE)) else 1):
        line = cursor.line or ""
        if _is_first(cursor, line):
            before = cursor.peek(-1)
            if before is not None and _CLASS.match(before):
                cursor.back()
            return True
        if (starts_record(line) and cursor.offset != here) or line.strip() == HALTED or not cursor.back():
            break
    cursor.seek(here)
    return False


def _is_first(cursor: Cursor, line: str) -> bool:
    following = cursor.peek() or ""
    if _CLASS.match(line):
        return match_quoted(following) is not None
    if not line.startswith(_CAUSED_BY) and match_quoted(line) and following.startswith(_MESSAGE):
        return True
    # try() prints the first line as R does.
    return match_header(line) is not None and following.startswith(_CAUSED_BY)


def read_conditions(cursor: Cursor, name: str) -> Trace | None:
    """The condition whose first line the cursor is on, with its causes and its backtrace."""
    start = cursor.offset
    kind = None
    if found := _CLASS.match(cursor.line or ""):
        kind = intern(found["type"])
        cursor.advance()
    errors: list[Error] = []
    while len(errors) < _MOST_CAUSES and (error := _read_one(cursor)) is not None:
        errors.append(error)
    if not errors:
        return None
    errors[0].type = kind or "Error"
    left_out = _read_backtrace(cursor, errors[-1])
    for error, cause in pairwise(errors):
        error.cause, error.cause_kind = cause, "cause"
    if (cursor.line or "").startswith(CALLS):
        cursor.advance()
    if (cursor.line or "").strip() == HALTED:
        cursor.advance()
    trace = Trace(error=errors[0], format=name, origin=Origin(offset=start))
    if left_out:
        trace.uncertain.append(f"{left_out} frames of a long stack are not here.")
    return trace


def _read_one(cursor: Cursor) -> Error | None:
    """The error whose header the cursor is on."""
    line = cursor.line or ""
    lines: list[str] = []
    found = match_quoted(line)
    if found is None:
        found = match_header(line)
        if found is None:
            return None
        lines.append(found["message"])
    cursor.advance()
    while (line := cursor.line or "") and len(lines) < _MOST_LINES and not _ends_message(line):
        lines.append(line.removeprefix(_MESSAGE))
        cursor.advance()
    error = Error(type="Error", message="\n".join(lines)[:LONGEST_MESSAGE] or None)
    if found["call"]:
        frame = Frame(function=function_of(found["call"]), id=1)
        place = found.groupdict()
        if place.get("file"):
            frame.file, frame.line = intern(place["file"]), to_number(place["line"])
        error.frames = [frame]
    return error


def _ends_message(line: str) -> bool:
    return (
        line.startswith((_CAUSED_BY, _BACKTRACE, _ADVICE, CALLS, "Error: ", "Error in "))
        or line.strip() in (HALTED, _RULER)
        or starts_record(line)
        or (match_quoted(line) is not None)
    )


def _read_backtrace(cursor: Cursor, root: Error) -> int:
    """Give the stack below the messages to ``root``; gives how many frames were left out."""
    here = cursor.offset
    for _ in range(2):
        if not (cursor.line or "").strip() or (cursor.line or "").strip() == _RULER:
            cursor.advance()
    if not (cursor.line or "").startswith(_BACKTRACE):
        cursor.seek(here)
        return 0
    cursor.advance()
    calls = read_tree(cursor)
    if not calls.frames:
        cursor.seek(here)
        return 0
    root.frames = calls.frames
    if (cursor.line or "").startswith(_ADVICE):
        cursor.advance()
    return calls.left_out
