"""The frames that nearly all tracebacks consist of, taken from the bytes of a log many lines at once.

What is not plainly one (locals, notes, other tools' marks, anything beyond ASCII) is left to ``frames``,
which reads line by line and gives the same frames.
"""

from __future__ import annotations

import re

from msgspec.structs import replace

from ..._regex import regex
from ...cursor import Cursor
from ...model import Frame

AT_ONCE = 1000
"""Frames that are taken in one go, at most."""
_PLAIN = regex(
    rb'  File "((?!<)[ !#-~]{1,4096}+)", line (\d{1,9}), in ([ !#-~]{1,4096}+)\n'
    rb"(?:    ([!-\]_-}][\t -~]{0,4096}+)\n(?: {4,4096}[~^][~^ ]{0,4096}+\n)?)?"
    # What comes next tells that nothing more belongs to the frame.
    rb'(?=  File "|[A-Za-z])'
)


_END_OF_COLOUR = b"[0m"
"""Where it stands, the escape characters of colours may be written out."""
_NEXT = b'\n  File "'
_REMEMBERED = 4096
"""Frames whose text is remembered: the stacks of one program have most of theirs in common."""
_LONGEST_REMEMBERED = 1024
_read: dict[bytes, Frame] = {}


def read_plain_frames(cursor: Cursor) -> list[Frame]:
    """The plain frames from the cursor on, outermost first, not more than 1,000; moves it behind them."""
    buffer, at, end = cursor.buffer, cursor.offset, cursor.end
    frames: list[Frame] = []
    while len(frames) < AT_ONCE:
        # Where the next frame follows at once, a text that was read means the same again.
        stop = buffer.find(_NEXT, at, at + _LONGEST_REMEMBERED) + 1
        if 0 < stop <= end - len(_NEXT) and (known := _read.get(bytes(buffer[at:stop]))) is not None:
            frames.append(replace(known))
            at = stop
        elif (match := _PLAIN.match(buffer, at, end)) and _END_OF_COLOUR not in match[0]:
            frames.append(_frame(match))
            at = match.end()
        else:
            break
    if frames:
        cursor.seek(at)
    return frames


def _frame(match: re.Match[bytes]) -> Frame:
    file, line, function, source = match.groups()
    frame = Frame(
        function=function.decode(),
        file=file.decode(),
        line=int(line),
        source=source.decode().rstrip() if source else None,
    )
    if len(match[0]) <= _LONGEST_REMEMBERED:
        if len(_read) >= _REMEMBERED:
            _read.clear()
        _read[match[0]] = replace(frame)
    return frame
