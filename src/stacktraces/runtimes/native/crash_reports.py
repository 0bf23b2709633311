"""How crash handlers of databases, browsers and libraries start: a message before is part of it."""

from __future__ import annotations

from ..._regex import regex
from ...cursor import Cursor
from ...log_records.records import starts_record

STARTS = regex(
    r"(?:.*\s)?(?:mysqld|mariadbd)\S* got (?:signal \d+|exception 0x)|(?:\[[^\]]*\] ?)?Received signal \d+"
    r"|.*=== [A-Z]+ BUG REPORT START: |.*Got signal: \d+ \(|Stack trace \(most recent call last\)"
)
_NEAR = 3
_RAISED = regex(r"Exception raised from .* \(most recent call first\):\s*$")
_MOST_LINES = 24


def follows(cursor: Cursor) -> bool:
    """Whether a crash handler's report starts at the cursor's line or within the next few lines."""
    return raised_behind(cursor) or any(
        STARTS.match(cursor.peek(distance) or "") for distance in range(_NEAR)
    )


def raised_behind(cursor: Cursor) -> bool:
    """Whether PyTorch's stack follows the rest of a message, which holds one blank line at most."""
    for distance in range(_MOST_LINES):
        line = cursor.peek(distance)
        if line is None or (not line.strip() and not (cursor.peek(distance + 1) or "").strip()):
            return False
        if _RAISED.match(line):
            return True
        if starts_record(line):
            return False
    return False
