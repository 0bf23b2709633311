"""Failed tests as xUnit's runner prints them while others run: each line behind ``[xUnit.net TIME]``.

==================================================================  =====================================
line                                                                what comes next
==================================================================  =====================================
``[xUnit.net 00:00:01.23]     Shop.Tests.CartTests.Total [FAIL]``   the message
``[xUnit.net 00:00:01.23]       System.Exception : no cart``        more of it, the label of the stack
``[xUnit.net 00:00:01.23]       Stack Trace:``                      frames
``[xUnit.net 00:00:01.23]         /src/Cart.cs(12,0): at F()``      a frame; without a place, ``at F()``
==================================================================  =====================================

What ``dotnet test`` prints of the same test further on is the same failure.
"""

from __future__ import annotations

from sys import intern

from ..._number import to_number
from ..._regex import regex
from ...cursor import Cursor
from ...model import Error, Frame, Origin, Trace
from .labelled import chain_of
from .syntax import match_frame

MARK = "[xUnit.net "
_LINE = regex(r"\[xUnit\.net \d\d:\d\d:\d\d\.\d{1,7}\] (?P<text>.*)\Z")
_TEST = regex(r" {2,8}(?P<name>\S.*) \[FAIL\]\s*\Z")
_PLACE = regex(r"\s+(?P<file>\S.{0,1000})\((?P<line>\d{1,9}),\d{1,9}\): at (?P<call>\S.*)\Z")
_STACK = "Stack Trace:"
_MOST_LINES = 1000
_AHEAD = 1 << 20


def read_failure(cursor: Cursor, name: str) -> Trace | None:
    """The failure of the test that is named on the cursor's line; ``name`` is the format's."""
    test = _TEST.match(_text(cursor) or "")
    if test is None:
        return None
    trace = Trace(error=Error(), format=name, origin=Origin(offset=cursor.offset), preamble=[test[0].strip()])
    lines: list[str] = []
    for _ in range(_MOST_LINES):
        cursor.advance()
        text = _text(cursor)
        if text is None or _TEST.match(text):
            return None
        if text.strip() == _STACK:
            break
        lines.append(text)
    error = chain_of(lines)
    if error is None:
        return None
    trace.error = error
    cursor.advance()
    while (text := _text(cursor)) is not None and (frame := _frame(text)) is not None:
        if len(error.frames) < _MOST_LINES:
            error.frames.append(frame)
        cursor.advance()
    trace.told_again = _is_told_again(cursor, test["name"])
    return trace if error.frames else None


def _text(cursor: Cursor) -> str | None:
    found = _LINE.match(cursor.line or "")
    return found["text"] if found is not None else None


def _frame(text: str) -> Frame | None:
    found = _PLACE.match(text)
    if found is None:
        return match_frame(text) if text.lstrip().startswith("at ") else None
    frame = match_frame(f"   at {found['call']}")
    if frame is not None:
        frame.file, frame.line = intern(found["file"]), to_number(found["line"]) or None
    return frame


def _is_told_again(cursor: Cursor, test: str) -> bool:
    stop = min(cursor.offset + _AHEAD, cursor.end)
    found = cursor.buffer.find(f"  Failed {test} [".encode(), cursor.offset, stop) >= 0
    cursor.ended = cursor.ended or (not found and stop == cursor.end)
    return found
