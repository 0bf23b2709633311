"""The page that ASP.NET shows of an exception that nobody caught, as text.

==========================================================  ==========================================
line                                                        what comes next
==========================================================  ==========================================
``Exception Details: System.NullReferenceException: m``     the source, the label of the stack
``Stack Trace:``                                            an exception
``[NullReferenceException: m]``                             its frames
``   Shop.Cart.Load(Int32 id) in C:\\src\\Cart.cs:12``        a frame
``   System.Web.UI.Control.LoadRecursive() +95``            a frame
(a blank line)                                              the exception around it
==========================================================  ==========================================
"""

from __future__ import annotations

from itertools import pairwise
from sys import intern

from ..._regex import regex
from ...cursor import Cursor
from ...model import Error, Frame
from .syntax import match_frame, match_header

DETAILS = "Exception Details: "
_STACK = "Stack Trace:"
_EXCEPTION = regex(r"\[(?P<header>\S[^\n]{0,4000}?)\]?(?<!\s)\s*\Z")
_OFFSET = regex(r" \+\d{1,12}\s*\Z")
_MOST_LINES = 100
_MOST_BLANK = 2
_LINKS_KEPT = 50
_FRAMES_KEPT = 1000


def read_page(cursor: Cursor) -> Error | None:
    """The exception of the page whose details are on the cursor's line; ``None`` where no stack follows."""
    header = match_header((cursor.line or "").strip().removeprefix(DETAILS), certain=True)
    for _ in range(_MOST_LINES):
        cursor.advance()
        if cursor.line is None or cursor.line.strip() == _STACK:
            break
    if header is None or cursor.line is None:
        return None
    cursor.advance()
    errors: list[Error] = []
    while (error := _read_one(cursor)) is not None and len(errors) < _LINKS_KEPT:
        errors.append(error)
    if not errors:
        return None
    for inner, outer in pairwise(errors):
        outer.cause, outer.cause_kind = inner, "cause"
    # The page names the innermost one with its namespace.
    if errors[0].type and header.type.endswith(f".{errors[0].type}"):
        errors[0].type = header.type
    return errors[-1]


def _read_one(cursor: Cursor) -> Error | None:
    here = cursor.offset
    for _ in range(_MOST_BLANK):
        if cursor.line is None or cursor.line.strip():
            break
        cursor.advance()
    found = _EXCEPTION.match(cursor.line or "")
    header = match_header(found["header"], certain=True) if found is not None else None
    if header is None:
        cursor.seek(here)
        return None
    error = Error(type=header.type, message=header.message)
    cursor.advance()
    while (frame := _frame(cursor.line or "")) is not None:
        if len(error.frames) < _FRAMES_KEPT:
            error.frames.append(frame)
        cursor.advance()
    return error


def _frame(line: str) -> Frame | None:
    if not line.startswith("   ") or "(" not in line:
        return None
    frame = match_frame(f"   at {_OFFSET.sub('', line).strip()}")
    if frame is not None and frame.function is not None:
        frame.function = intern(frame.function)
    return frame
