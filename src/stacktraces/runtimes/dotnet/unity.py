"""What a Unity program logs as an error: its message, and the stack of the call that logged it.

======================================================  =========================================
line                                                    what comes next
======================================================  =========================================
``no cart``                                             more of the message, the stack
``UnityEngine.StackTraceUtility:ExtractStackTrace ()``  the stack
``UnityEngine.Debug:LogError (object)``                 the stack; what logs no error is passed by
``Shop.Cart:Load () (at Assets/Scripts/Cart.cs:20)``    the stack
======================================================  =========================================
"""

from __future__ import annotations

from sys import intern

from ..._regex import regex
from ...cursor import Cursor
from ...log_records.records import starts_record
from ...model import Error, Frame
from .syntax import match_frame

LOGS_ERROR = "UnityEngine.Debug:Log"
_LOGGED = regex(
    r"UnityEngine\.Debug:(?P<method>Log(?:Error|Exception|Assertion)?(?:Format)?) ?\([^()]{0,500}\)\s*\Z"
)
_ENGINE = regex(r"(?P<name>UnityEngine\.[\w.+`]{1,300}:[\w.<>]{1,200}) ?\((?P<args>[^()]{0,500})\)\s*\Z")
_MOST_LINES = 50
_FRAMES_KEPT = 1000


def read_logged(cursor: Cursor) -> tuple[Error, int] | None:
    """The error that the call on the cursor's line logs, and where it starts; ``None`` for what is none."""
    found = _LOGGED.match(cursor.line or "")
    if found is None or found["method"] in ("Log", "LogFormat"):
        return None
    first = cursor.offset
    while cursor.back() and _ENGINE.match(cursor.line or ""):
        first = cursor.offset
        if LOGS_ERROR in (cursor.line or ""):
            return None  # From there nothing was found.
    cursor.seek(first)
    lines: list[str] = []
    start = first
    for _ in range(_MOST_LINES):
        if not cursor.back() or not (cursor.line or "").strip() or match_frame(cursor.line or "") is not None:
            break
        lines.insert(0, cursor.line or "")
        start = cursor.offset
        if starts_record(cursor.line or ""):
            break
    cursor.seek(first)
    error = Error(message="\n".join(lines).strip() or None)
    while (frame := _frame(cursor.line or "")) is not None:
        if len(error.frames) < _FRAMES_KEPT:
            error.frames.append(frame)
        cursor.advance()
    return (error, start) if lines else None


def _frame(line: str) -> Frame | None:
    if (found := _ENGINE.match(line)) is not None:
        return Frame(function=intern(found["name"].replace(":", ".")), args=found["args"])
    return match_frame(line)
