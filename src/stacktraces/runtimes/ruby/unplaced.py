"""Errors of a script that could not be loaded, which have no frame: their place is in the message."""

from __future__ import annotations

from ..._number import to_number
from ..._regex import regex
from ...cursor import Cursor
from ...log_records.records import starts_record
from ...model import Error, Frame, Origin, Trace

_TYPES = r"SyntaxError|LoadError"
# ``x.rb:1: syntax error found (SyntaxError)``, ``ruby: No such file or directory -- x.rb (LoadError)``
_LINE = regex(
    rf"(?:(?P<program>\S{{0,200}}ruby\S{{0,20}}): )?(?:(?P<file>[^\s:]\S{{0,1000}}?):(?P<line>\d{{1,9}}+): )?"
    rf"(?P<message>.*) \((?P<type>{_TYPES})\)\s*\Z"
)
# Before 3.4 the type is not printed.
_SYNTAX_ERROR = regex(
    r"(?P<file>[^\s:]\S{0,1000}?\.(?:rb|rake|ru)):(?P<line>\d{1,9}+): "
    r"(?P<message>syntax error, unexpected .*)\Z"
)
_MOST_LINES = 40


def read_unplaced(cursor: Cursor, name: str) -> Trace | None:
    """The error on the cursor's line. ``None`` where it is not Ruby's own line of one."""
    found = _LINE.match(cursor.line or "")
    if found is not None and not (found["program"] or found["file"]):
        return None
    type = found["type"] if found else "SyntaxError"
    found = found or _SYNTAX_ERROR.match(cursor.line or "")
    if found is None:
        return None
    origin = Origin(offset=cursor.offset)
    cursor.advance()
    text = [found["message"]]
    while (line := cursor.line) and len(text) < _MOST_LINES and not starts_record(line):
        if not line.startswith((" ", ">", "\t")) and "^" not in line and "~" not in line:
            break
        text.append(line)
        cursor.advance()
    frames = [Frame(file=found["file"], line=to_number(found["line"]))] if found["file"] else []
    return Trace(error=Error(type=type, message="\n".join(text), frames=frames), format=name, origin=origin)
