"""Back from a trace's first header to where it starts: causes without a header, a remote's opening."""

from __future__ import annotations

from ..._regex import regex
from ...cursor import Cursor
from .records import starts_record
from .syntax import CHAIN_LINES, LOCATION, REMOTE, REMOTE_QUOTE, is_likely_error, match_error

_BLANK_LINES = 3
_BARE_CAUSE_LINES = 50
_LOCATION_LINES = 12
_FRAME_LINES = 200
_FRAME = regex(r'  File ".*", line \d+, in ')


def _previous(cursor: Cursor, margin: str) -> str | None:
    """Go one line back: that line, without its margin."""
    if not cursor.back():
        return None
    line = cursor.line or ""
    if line.startswith(margin):
        return line[len(margin) :]
    return None if line.strip() else ""


def _previous_not_blank(cursor: Cursor, margin: str) -> str | None:
    for _ in range(_BLANK_LINES + 1):
        line = _previous(cursor, margin)
        if line is None or line.strip():
            return line
    return None


def step_over_remote(cursor: Cursor, margin: str) -> bool:
    """Go back to the line that opens a remote traceback, where the cursor is on its first line."""
    here = cursor.offset
    if (_previous(cursor, margin) or "").rstrip() == REMOTE_QUOTE and REMOTE.match(
        _previous(cursor, margin) or ""
    ):
        return True
    cursor.seek(here)
    return False


def step_over_bare_cause(cursor: Cursor, margin: str) -> bool:
    """Go back to the error without a traceback that the cursor's line came of, where there is one."""
    here = cursor.offset
    if (_previous_not_blank(cursor, margin) or "").rstrip() in CHAIN_LINES:
        line = _previous_not_blank(cursor, margin)
        nearest = cursor.offset if line is not None and match_error(line) else None
        for _ in range(_BARE_CAUSE_LINES):
            if line is None or starts_record(line):
                break
            if is_likely_error(line):
                if not step_over_location(cursor, margin):
                    _step_over_frames(cursor, margin)
                return True
            line = _previous(cursor, margin)
        if nearest is not None:
            cursor.seek(nearest)
            return True
    cursor.seek(here)
    return False


def _step_over_frames(cursor: Cursor, margin: str) -> None:
    """Go back to the first frame of the error that the cursor is on, where its header was cut off."""
    here = cursor.offset
    for _ in range(_FRAME_LINES):
        line = _previous(cursor, margin)
        if line is None or not line.startswith("  "):
            break
        if _FRAME.match(line):
            here = cursor.offset
    cursor.seek(here)


def step_over_location(cursor: Cursor, margin: str) -> bool:
    """Go back to the location of the ``SyntaxError`` that the cursor is on, where it has one."""
    here = cursor.offset
    for _ in range(_LOCATION_LINES):
        line = _previous(cursor, margin)
        if line is None:
            break
        if LOCATION.match(line):
            return True
        if not line.startswith("    "):
            break
    cursor.seek(here)
    return False
