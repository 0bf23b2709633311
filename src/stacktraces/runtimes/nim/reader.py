"""From the line of an anchor to a trace.

=====================================================  ====================================================
line                                                   what comes next
=====================================================  ====================================================
``Traceback (most recent call last)``                  a frame; left out by some versions
``/srv/shop.nim(12) place``                            frames, the outermost first
``[[reraised from:``, ``]]``                           frames of where it was raised before; frames
``Error: unhandled exception: no plum [KeyError]``     nothing; a message of several lines has the type last
=====================================================  ====================================================
"""

from __future__ import annotations

from sys import intern

from ..._number import to_number
from ..._regex import regex
from ...cursor import Cursor
from ...log_records.records import starts_record
from ...model import Error, Frame, Origin, Trace

NAME = "nim"
_FRAME = regex(
    r"\s{0,8}(?P<file>[^\s(][^(\n]{0,500}\.nims?)\((?P<line>\d{1,9})(?:, (?P<column>\d{1,9}))?\)"
    r" {1,80}(?P<name>[^\s(]\S{0,300})\s*\Z"
)
_ERROR = regex(r".{0,200}?Error: unhandled exception: (?P<message>.*)\Z")
_TYPED = regex(r"(?P<message>.*?) ?\[(?P<type>[A-Z]\w{0,200}|:anonymous)\]\s*\Z")
_TRACEBACK = regex(r"Traceback \(most recent call last\)\s*\Z")
_AGAIN = ("[[reraised from:", "]]")
_MOST_LINES = 100
_MOST_FRAMES = 1000


def read(cursor: Cursor) -> Trace | None:
    """The trace that the cursor's line is part of; see :data:`stacktraces.runtimes.Reader`."""
    line = cursor.line
    if line is None:
        return None
    above = cursor.peek(-1) or ""
    if _FRAME.match(above) or above.strip() in _AGAIN:
        return None  # The first of these frames was asked for already.
    start = cursor.offset
    if _TRACEBACK.match(above):
        cursor.back()
        start = cursor.offset
        cursor.advance()
    frames, left_out = _read_frames(cursor)
    error = _read_error(cursor)
    if error is None or not (error.type or frames):
        return None
    error.frames = frames[::-1]
    trace = Trace(error=error, format=NAME, origin=Origin(offset=start))
    if left_out:
        trace.uncertain.append(f"{left_out} frames of a long stack are not here.")
    return trace


def is_frame(line: str) -> bool:
    """Whether ``line`` is a frame of Nim's."""
    return _FRAME.match(line) is not None


def _read_frames(cursor: Cursor) -> tuple[list[Frame], int]:
    frames: list[Frame] = []
    left_out = 0
    closed = False
    while (line := cursor.line) is not None:
        if line.strip() in _AGAIN:
            # What stands between is where it was raised first; the others are where it was raised again.
            again = line.strip() == _AGAIN[0]
            frames = [] if again else frames
            closed = not again
        elif (found := _FRAME.match(line)) is None:
            break
        elif len(frames) >= _MOST_FRAMES:
            left_out += 1
        elif not closed:
            column = to_number(found["column"]) if found["column"] else None
            frames.append(
                Frame(
                    function=intern(found["name"]),
                    file=intern(found["file"]),
                    line=to_number(found["line"]),
                    column=column,
                )
            )
        cursor.advance()
    return frames, left_out


def _read_error(cursor: Cursor) -> Error | None:
    """The error on the cursor's line and those behind it, up to the type."""
    found = _ERROR.match(cursor.line or "")
    if found is None:
        return None
    lines = [found["message"]]
    for _ in range(_MOST_LINES):
        cursor.advance()
        typed = _TYPED.match(lines[-1])
        if typed is not None:
            message = "\n".join([*lines[:-1], typed["message"]])
            return Error(type=intern(typed["type"]), message=message or None)
        if cursor.line is None:
            return Error(message="\n".join(lines) or None)  # It was cut.
        if starts_record(cursor.line):
            break
        lines.append(cursor.line)
    return None
