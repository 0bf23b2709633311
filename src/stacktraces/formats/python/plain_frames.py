"""The frames that nearly all tracebacks consist of, taken from the bytes of a log many lines at once.

What is not plainly one (locals, notes, other tools' marks, anything beyond ASCII) is left to ``frames``,
which reads line by line and gives the same frames.
"""

from __future__ import annotations

from ..._regex import regex
from ...cursor import Cursor
from ...model import Frame
from .._number import to_number

_AT_ONCE = 1000
_PLAIN = regex(
    rb'  File "((?!<)[ !#-~]{1,4096}+)", line (\d{1,9}), in ([ !#-~]{1,4096}+)\n'
    rb"(?:    ([!-\]_-}][\t -~]{0,4096}+)\n(?: {4,4096}[~^][~^ ]{0,4096}+\n)?)?"
    # What comes next tells that nothing more belongs to the frame.
    rb'(?=  File "|[A-Za-z])'
)


def read_plain_frames(cursor: Cursor) -> list[Frame]:
    """The plain frames from the cursor on, outermost first, not more than 1,000; moves it behind them."""
    buffer, at, end = cursor.buffer, cursor.offset, cursor.end
    frames: list[Frame] = []
    while len(frames) < _AT_ONCE and (match := _PLAIN.match(buffer, at, end)):
        file, line, function, source = match.groups()
        frames.append(
            Frame(
                function=function.decode(),
                file=file.decode(),
                line=to_number(line),
                source=source.decode().rstrip() if source else None,
            )
        )
        at = match.end()
    if frames:
        cursor.seek(at)
    return frames
