"""The stacks of Julia's errors, below ``Stacktrace:``."""

from __future__ import annotations

import re
from collections.abc import Callable
from sys import intern

from ..._number import to_number
from ..._regex import regex
from ...cursor import Cursor
from ...model import Frame

FRAMES_KEPT = 1000
_FRAME = regex(r"\s{0,64}\[(?P<number>\d{1,6})\] (?P<call>\S.*)\Z")
_AT = regex(r"(?P<call>.*?) at (?P<place>\S.*)\Z")
_PLACE = regex(r"\s{2,80}@ (?:(?P<module>[^\W\d][\w.]{0,200}+) )?(?P<place>\S.*)\Z")
_FILE = regex(r"(?P<file>\S.*?):(?P<line>\d{1,9})(?P<inlined> \[inlined\])?\s*\Z")
_REPEATS = regex(r" \(repeats \d{1,9} times\)\s*\Z")
_PASSED = regex(r"\s{0,80}(?:--- the .{1,200} ---|⋮.{0,200}|\.{3})\s*\Z")
_INLINED = " [inlined]"
_LONGEST_NAME = 500


def read_frames(cursor: Cursor, text_of: Callable[[str], str]) -> tuple[list[Frame], int]:
    """The frames from the cursor on, which is left behind them, and how many were left out.

    ``text_of`` takes from a line what stands before the text.
    """
    frames: list[Frame] = []
    left_out = 0
    while cursor.line is not None:
        line = text_of(cursor.line)
        if found := _FRAME.match(line):
            frame = _frame(found)
            frame.id = len(frames) + 1
            if len(frames) < FRAMES_KEPT:
                frames.append(frame)
            else:
                left_out += 1
        elif place := _PLACE.match(line):
            if not frames:
                break
            if not left_out:
                _take_place(frames[-1], place["place"])
                frames[-1].module = intern(place["module"]) if place["module"] else None
        elif not (frames and _PASSED.match(line)):
            break
        cursor.advance()
    return frames, left_out


def _frame(found: re.Match[str]) -> Frame:
    call = _REPEATS.sub("", found["call"])
    frame = Frame()
    # Up to Julia 1.5 the place stands on the same line.
    if (at := _AT.match(call)) and _FILE.match(at["place"]):
        call = at["call"]
        _take_place(frame, at["place"])
    frame.function = intern(_name(call.removesuffix(_INLINED).strip())[:_LONGEST_NAME])
    return frame


def _take_place(frame: Frame, text: str) -> None:
    found = _FILE.match(text)
    if found is None:
        frame.file = text.removesuffix(_INLINED)
    else:
        frame.file, frame.line = intern(found["file"]), to_number(found["line"])
        frame.inlined = found["inlined"] is not None


def _name(call: str) -> str:
    """The function that ``call`` names, before its arguments: ``f(x::Int64)``, ``(::Shop.var"#1#2")(x)``."""
    if call.startswith("("):
        end = call.find(")(")
        return call[: end + 1] if end >= 0 else call
    quoted = call.find('"', call.find('var"') + 4) if call.startswith('var"') else -1
    end = call.find("(", max(quoted, 0))
    return call[:end] if end > 0 else call


def is_frame(text: str) -> bool:
    """Whether ``text`` is a line of a frame."""
    return _FRAME.match(text) is not None or _PLACE.match(text) is not None
