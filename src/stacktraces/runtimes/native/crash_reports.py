"""How crash handlers of databases, browsers and libraries start: a message before is part of it."""

from __future__ import annotations

from ..._regex import regex
from ...cursor import Cursor

STARTS = regex(
    r"(?:.*\s)?(?:mysqld|mariadbd)\S* got (?:signal \d+|exception 0x)|(?:\[[^\]]*\] ?)?Received signal \d+"
    r"|.*=== [A-Z]+ BUG REPORT START: |.*Got signal: \d+ \(|Stack trace \(most recent call last\)"
)
_NEAR = 3


def follows(cursor: Cursor) -> bool:
    """Whether a crash handler's report starts at the cursor's line or within the next few lines."""
    return any(STARTS.match(cursor.peek(distance) or "") for distance in range(_NEAR))
