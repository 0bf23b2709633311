"""Errors of WordPress's database: ``WordPress database error MESSAGE for query QUERY made by A, B->c``."""

from __future__ import annotations

from sys import intern

from ..._regex import regex
from ...cursor import Cursor
from ...model import Error, Frame, Origin, Trace

MARK = "WordPress database error "
_TYPE = MARK.strip()
_LINE = regex(
    rf"(?:\[[^\]]{{10,60}}\] |.{{0,300}}?(?<!\w)){MARK}(?P<message>.{{0,1000}}?)"
    r"(?: for query (?P<query>.*))? made by (?P<calls>.*)\Z"
)
_CALL = regex(r"(?<!\s)\s*+(?P<name>[^,(]{1,300}(?:\([^)]{0,300}\))?)(?:,|\Z)")
_MOST_LINES = 60
_MOST_FRAMES = 1000
_LONGEST = 1 << 16


def read_database_error(cursor: Cursor, name: str) -> Trace | None:
    """The error on the cursor's line, whose query may have any lines."""
    origin = Origin(offset=cursor.offset)
    text = cursor.line or ""
    for _ in range(_MOST_LINES):
        cursor.advance()
        if " made by " in text or cursor.line is None or len(text) > _LONGEST:
            break
        text += " " + cursor.line.strip()
    found = _LINE.match(text) if len(text) <= _LONGEST else None
    if found is None:
        return None
    calls = [intern(each["name"].strip()) for each in _CALL.finditer(found["calls"])]
    frames = [Frame(call) for call in calls[::-1][:_MOST_FRAMES]]
    return Trace(error=Error(type=_TYPE, message=found["message"], frames=frames), format=name, origin=origin)
