"""What Chromium logs of a page's console: ``[…:INFO:CONSOLE:12] "Uncaught Error: m", source: URL (12)``.

Its log has the place of an error that nobody caught, and no stack.
"""

from __future__ import annotations

from ..._number import to_number
from ..._regex import regex
from ...cursor import Cursor
from ...model import Error, Frame
from .headers import Header, find_header
from .starts import Start

_LINES = 100
_START = regex(r".*:CONSOLE[:(]\d{1,9}\)?\] \"Uncaught (?:\(in promise\) )?(?P<text>.*)$")
_END = regex(r"(?P<text>.*)\", source: (?P<file>\S*) \((?P<line>\d{1,9})\)$")


def read_console(cursor: Cursor) -> tuple[Error, Start] | None:
    """The error on the cursor's line; ``None`` where it is none that nobody caught."""
    match = _START.match(cursor.line or "")
    if match is None:
        return None
    offset = cursor.offset
    text, lines = match["text"], []
    for _ in range(_LINES):
        cursor.advance()
        if end := _END.match(text):
            break
        lines.append(text)
        if cursor.line is None or _START.match(cursor.line):
            return None
        text = cursor.line
    else:
        return None
    message = "\n".join([*lines, end["text"]])
    header = find_header(message.partition("\n")[0])
    if header is not None and header.at_start:
        rest = message.partition("\n")[2]
        error = Error(type=header.type, message="\n".join(filter(None, [header.message, rest])) or None)
    else:
        header = Header(None, message)
        error = Error(message=message or None)
    if end["file"]:
        error.frames = [Frame(file=end["file"], line=to_number(end["line"]) or None)]
    return error, Start(offset, header, offset)
