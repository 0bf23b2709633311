"""Exceptions of Objective-C that nobody caught, as Foundation prints them.

=======  =======================================================================  ===============
line     sample                                                                   what comes next
=======  =======================================================================  ===============
said     ``*** Terminating app due to uncaught exception 'NSRange…', reason: …``  heading, reason
heading  ``*** First throw call stack:``                                          frame
frame    ``	3   Shop      0x0000000100003f24 -[Cart total] + 84``                 frame, end
frames   ``(0x18a1b2c3d 0x18a1b1c3d 0x100003f24)``                                end
end      ``)``                                                                    what ends it
ends     ``libc++abi: terminating due to uncaught exception of type NSException``  nothing
=======  =======================================================================  ===============
"""

from __future__ import annotations

from ...._number import to_number
from ...._regex import regex
from ....cursor import Cursor
from ....log_records.records import starts_record
from ....model import Error, Frame, Origin, Trace
from ..abort_messages import read_message
from ..apple_lines import FRAME, of_apple
from ..symbol_lines import read_frames

NAME = "apple_exception"
SAID = "*** Terminating app due to uncaught exception '"
_SAID = regex(
    r".{0,400}?\*\*\* Terminating app due to uncaught exception '(?P<type>[^']{1,300})'"
    r"(?:, reason: '?(?P<message>.*))?$"
)
_HEADING = regex(
    r"(?:\*\*\* )?(?:First throw|Call) ?(?:call )?stack( at first throw)?:\s*$|\*\*\* Call stack at "
)
_ADDRESSES = regex(r"\((?:0x[0-9a-f]{1,16} ?){1,2000}+\)\s*$")
_ADDRESS = regex(r"0x(?P<address>[0-9a-f]{1,16})")
_MOST_LINES = 60
_MOST_FRAMES = 1_000


def read(cursor: Cursor) -> Trace | None:
    """The exception that the cursor's line tells of; see :data:`stacktraces.runtimes.Reader`."""
    found = _SAID.match(cursor.line or "")
    if found is None:
        return None
    origin = Origin(offset=cursor.offset)
    cursor.advance()
    message = _read_message(cursor, found["message"])
    error = Error(type=found["type"], message=message.removesuffix("'") if message else None)
    error.frames = _read_stack(cursor)
    here = cursor.offset
    end = read_message(cursor)
    if end is None or end.type != "NSException":
        cursor.seek(here)
    return Trace(error=error, format=NAME, origin=origin)


def _read_message(cursor: Cursor, message: str | None) -> str | None:
    """The reason, which goes on over lines up to the heading of the stack, if one is near."""
    lines = [message or ""]
    start = cursor.offset
    for _ in range(_MOST_LINES):
        line = cursor.line
        if line is None or starts_record(line):
            break
        if _HEADING.match(line):
            return "\n".join(lines) or None
        lines.append(line)
        cursor.advance()
    cursor.seek(start)
    return message


def _read_stack(cursor: Cursor) -> list[Frame]:
    here = cursor.offset
    if not _HEADING.match(cursor.line or ""):
        return []
    cursor.advance()
    if _ADDRESSES.match(cursor.line or ""):
        found = [
            Frame(address=to_number(each["address"], 16)) for each in _ADDRESS.finditer(cursor.line or "")
        ]
        cursor.advance()
        return found[:_MOST_FRAMES]
    if (cursor.line or "").strip() == "(":
        cursor.advance()
    frames = read_frames(cursor, of_apple) if FRAME.match(cursor.line or "") else []
    if not frames:
        cursor.seek(here)
    elif (cursor.line or "").strip() == ")":
        cursor.advance()
    return frames
