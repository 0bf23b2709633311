"""Script stack traces: ``at Get-Price, C:\\srv\\shop\\orders.ps1: line 3``, innermost first."""

from __future__ import annotations

from sys import intern

from ..._number import to_number
from ..._regex import regex
from ...cursor import Cursor
from ...model import Frame

FRAMES_KEPT = 1000
_FRAME = regex(
    r"\s{0,64}(?:at|bei|à|en|em|in|位置:?) (?P<name>[^,\n]{1,500}+), (?P<file>\S.{0,1000}?): \w{1,20} "
    r"(?P<line>\d{1,9})\s*\Z"
)


def frame_of(text: str, number: int) -> Frame | None:
    """The frame that ``text`` prints, the ``number``-th of its stack."""
    found = _FRAME.match(text)
    if found is None:
        return None
    file = found["file"]
    return Frame(
        function=intern(found["name"]),
        file=None if file.startswith("<") else intern(file),
        line=to_number(found["line"]),
        id=number,
    )


def is_frame(text: str) -> bool:
    """Whether ``text`` prints a frame."""
    return _FRAME.match(text) is not None


def read_stack(cursor: Cursor) -> tuple[list[Frame], int]:
    """The frames from the cursor on, which is left behind them, and how many were left out."""
    frames: list[Frame] = []
    left_out = 0
    while (frame := frame_of(cursor.line or "", len(frames) + 1)) is not None:
        if len(frames) < FRAMES_KEPT:
            frames.append(frame)
        else:
            left_out += 1
        cursor.advance()
    return frames, left_out
