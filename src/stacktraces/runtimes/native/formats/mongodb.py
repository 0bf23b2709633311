"""The backtrace that MongoDB's servers log when they die.

=========  =========================================================================  ====================
line       sample                                                                     what comes next
=========  =========================================================================  ====================
reason     ``2019-07-29T10:00:00.1 F - [conn1] Got signal: 11 (Segmentation fault).``  begin
reason     ``2019-07-29T10:00:00.1 F - [conn1] Invariant failure n > 0 src/a.cpp 12``  begin
begin      ``----- BEGIN BACKTRACE -----``                                            object, frame
object     ``{"backtrace":[{"b":"5561B6","o":"203B4CA","s":"_ZN5mongo1fEv"}],…}``      frame, end
frame      `` mongod(_ZN5mongo15printStackTraceERSo+0x41) [0x55f48c960d9c]``          frame, end
end        ``-----  END BACKTRACE  -----``
=========  =========================================================================  ====================

MongoDB 4.4 and later log both as objects; unwrapping makes of them the text that older ones print.
"""

from __future__ import annotations

from sys import intern
from typing import Any

import msgspec

from ...._number import to_number
from ...._regex import regex
from ....cursor import Cursor
from ....model import Error, Frame, Origin, Trace
from ..abort_messages import ASSERTION
from ..symbol_lines import FRAMES_KEPT, LONGEST_LINE, SIGNALS, of_symbols

NAME = "mongodb"
_BEGIN, _END = "----- BEGIN BACKTRACE -----", "-----  END BACKTRACE  -----"
_SIGNAL = regex(
    r"(?:.*\s)?(?P<message>(?:Got|got|Received) signal:? (?P<number>\d{1,2})\b.{0,1000}?)"
    r"(?<![. ,])[. ,]*(?:stack trace: ?)?$"
)
_INVARIANT = regex(
    r"(?:.*\s)?Invariant failure:? (?P<text>.{0,1000}?)"
    r"(?: (?P<file>[\w./\\-]+\.(?:cpp|h|cc)) (?:@ )?(?P<line>\d+))?(?<!\s)\s*$"
)
_FATAL = regex(r"(?:.*\s)?(?P<text>Fatal [Aa]ssertion \d+.*?)(?: at (?P<file>\S+) (?P<line>\d+))?$")
_LINES_BACK = 10
_STRANGE_LINES = 4


def read(cursor: Cursor) -> Trace | None:
    """The backtrace whose first line the cursor is on; see :data:`stacktraces.runtimes.Reader`."""
    if _BEGIN not in (cursor.line or ""):
        return None
    here = cursor.offset
    error, start = _reason(cursor)
    cursor.seek(here)
    cursor.advance()
    error.frames = _read_frames(cursor)
    if not error.frames:
        return None
    return Trace(error=error, format=NAME, origin=Origin(offset=start))


def _reason(cursor: Cursor) -> tuple[Error, int]:
    """What the lines before say that happened, and where the first of them stands."""
    start, found = cursor.offset, Error()
    for _ in range(_LINES_BACK):
        if not cursor.back():
            break
        line = (cursor.line or "")[:LONGEST_LINE]
        if _END in line:
            break
        if assertion := _INVARIANT.match(line) or _FATAL.match(line):
            found = Error(type=ASSERTION, message=assertion["text"].strip())
            if assertion["file"]:
                found.frames = [Frame(file=assertion["file"], line=to_number(assertion["line"]))]
            return found, cursor.offset
        if found.type is None and (signal := _SIGNAL.match(line)):
            number = int(signal["number"])
            found = Error(type=SIGNALS.get(number, f"signal {number}"), message=signal["message"])
            start = cursor.offset
    return found, start


def _read_frames(cursor: Cursor) -> list[Frame]:
    frames: list[Frame] = []
    packed: list[Frame] = []
    end, strange = cursor.offset, 0
    while (line := cursor.line) is not None and strange <= _STRANGE_LINES:
        text = line.strip()
        cursor.advance()
        if _END in text:
            end = cursor.offset
            break
        if (frame := of_symbols(text)) is not None:
            if len(frames) < FRAMES_KEPT:
                frames.append(frame)
        elif text.startswith('{"backtrace"'):
            packed = _packed(text)
        else:
            strange += 1
            continue
        end, strange = cursor.offset, 0
    cursor.seek(end)
    return frames or packed


class _Call(msgspec.Struct):
    """A call in the object."""

    o: Any = None
    s: Any = None


def _packed(text: str) -> list[Frame]:
    """The frames in the object that MongoDB prints before them, for those who look symbols up."""
    end = text.find("],")
    try:
        calls = (
            msgspec.json.decode((text[:end] + "]}").encode(), type=dict[str, list[_Call]]) if end > 0 else {}
        )
    except (ValueError, RecursionError):
        return []
    found = []
    for call in calls.get("backtrace", [])[:FRAMES_KEPT]:
        function = intern(call.s) if isinstance(call.s, str) else None
        offset = to_number(call.o, 16) if isinstance(call.o, str) and function is None else None
        found.append(Frame(function=function, offset=offset))
    return found
