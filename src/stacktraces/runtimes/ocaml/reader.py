"""OCaml's exceptions as the runtime prints them.

===================================================================================  ===================
line                                                                                 what it is
===================================================================================  ===================
``Fatal error: exception Shop.Order("A", 17)``                                       the header
``Raised at Shop.price in file "shop.ml", line 4, characters 17-33``                 the innermost frame
``Called from Shop.total in file "shop.ml" (inlined), line 2, characters 1-6``       the next one
``Re-raised at Shop.main in file "shop.ml", line 9, characters 4-19``                a frame that passed it on
===================================================================================  ===================
"""

from __future__ import annotations

import re
from sys import intern

from ..._number import to_number
from ..._regex import regex
from ...cursor import Cursor
from ...log_records.records import starts_record
from ...model import Error, Frame, Origin, Trace
from .. import starts_trace

NAME = "ocaml"
_FATAL = regex(r".{0,300}?Fatal error: exception (?P<text>\S.*)\Z")
_FRAME = regex(
    r"\s*+(?P<kind>Raised at|Raised by primitive operation at|Re-raised at|Called from) "
    r"(?:(?P<unknown>unknown location)|(?:(?P<name>\S.{0,500}?) in )?file \"(?P<file>[^\"]{1,1000}+)\""
    r"(?P<inlined> \(inlined\))?, lines? (?P<line>\d{1,9}+)(?:-\d++)?, characters \d++-\d++)\s*\Z"
)
_EXCEPTION = regex(
    r"(?P<type>[A-Z][\w']*+(?:\.[A-Z][\w']*+){0,40}+)(?:\((?P<args>.*)\)\s*|: (?P<message>.*)|\s*)\Z",
    re.DOTALL,
)
_NAMED = regex(r"(?:.*[ :])?(?=[A-Z][\w'.]*+(?:\(.{0,1000}\))?\s*\Z)")
FRAMES_KEPT = 1000
_MESSAGE_LINES = 100
_LONGEST_MESSAGE = 1 << 16


def read(cursor: Cursor) -> Trace | None:
    """The trace that the cursor's line is part of; see :data:`stacktraces.runtimes.Reader`."""
    line = cursor.line
    if line is None:
        return None
    start = cursor.offset
    if found := _FATAL.match(line):
        cursor.advance()
        text = _message(cursor, found["text"])
    elif _FRAME.match(line) and cursor.back():
        start = cursor.offset
        before = cursor.line or ""
        named = _NAMED.match(before)
        if named is None:
            return None
        text = before[named.end() :]
        cursor.advance()
    else:
        return None
    exception = _EXCEPTION.match(text)
    if exception is None:
        return None
    message = exception["args"] if exception["args"] is not None else exception["message"]
    error = Error(type=intern(exception["type"]), message=message)
    left_out = _take_frames(cursor, error)
    uncertain = [f"{left_out} frames of a long stack are not here."] if left_out else []
    if cursor.cut:
        uncertain.append("A line was cut: it is longer than 1 MiB.")
    return Trace(error=error, format=NAME, origin=Origin(offset=start), uncertain=uncertain)


def _message(cursor: Cursor, first: str) -> str:
    """``first`` with the lines up to the first frame; alone where no frame follows."""
    here = cursor.offset
    texts = [first]
    for _ in range(_MESSAGE_LINES):
        line = cursor.line
        if line is None or starts_record(line) or _FATAL.match(line):
            break
        if _FRAME.match(line):
            return "\n".join(texts)[:_LONGEST_MESSAGE]
        if starts_trace(line, cursor.peek() or "", but=NAME):
            break
        texts.append(line)
        cursor.advance()
    cursor.seek(here)
    return first[:_LONGEST_MESSAGE]


def _take_frames(cursor: Cursor, error: Error) -> int:
    """Add the frames from the cursor on to ``error``; gives how many were not kept."""
    left_out = 0
    while (line := cursor.line) is not None and (found := _FRAME.match(line)):
        if error.frames and found["kind"].startswith("Raised"):
            break
        cursor.advance()
        if found["unknown"] is not None:
            continue
        if len(error.frames) >= FRAMES_KEPT:
            left_out += 1
            continue
        error.frames.append(
            Frame(
                function=intern(found["name"]) if found["name"] else None,
                file=intern(found["file"]),
                line=to_number(found["line"]),
                inlined=found["inlined"] is not None,
                id=len(error.frames) + 1,
            )
        )
    return left_out
