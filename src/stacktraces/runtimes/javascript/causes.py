"""Causes that stand below an error's frames, each with frames of its own.

Deno prints ``Caused by: TypeError: m``. Bun prints a blank line, the excerpt and the header, as for any other
error: it is the cause where the outermost frames are the same call.
"""

from __future__ import annotations

from ..._regex import regex
from ...cursor import Cursor
from ...model import Error
from .errors import read_error
from .excerpts import is_caret, is_numbered
from .headers import Header, find_header, find_weak_header
from .messages import Place, Reading, indent_of
from .syntax import CAUSED_BY

CAUSES_KEPT = 100
BUN_FRAMES = 6
"""Blanks before a frame of Bun's."""
_CAUSE = regex(r"\s+Cause:$")
_MARGIN = regex(r"\s*")
_EXCERPT_LINES = 8


def read_causes(cursor: Cursor, error: Error, reading: Reading) -> None:
    """Give ``error`` the causes that follow from the cursor's line on."""
    for _ in range(CAUSES_KEPT):
        here = cursor.offset
        _go_below_cause(cursor)
        line = cursor.line or ""
        in_jest = cursor.offset != here
        match = _MARGIN.match(line) if in_jest else CAUSED_BY.match(line)
        if match is None:
            cursor.seek(here)
            return
        text = line[match.end() :]
        header = find_header(text) or find_weak_header(text) or Header(None, text)
        margin = indent_of(line)
        own = Reading(uncertain=reading.uncertain, frames_follow=in_jest)
        cause = read_error(cursor, Place(header, margin), own)
        if not cause.frames:
            if header.type is not None:
                cursor.seek(here)
            return
        error.cause, error.cause_kind = cause, "cause"
        error = cause


def _go_below_cause(cursor: Cursor) -> None:
    """Pass the line ``Cause:`` that Jest prints between a blank line and the cause."""
    if cursor.line == "" and _CAUSE.match(cursor.peek() or ""):
        cursor.advance()
        cursor.advance()


def read_causes_of_bun(cursor: Cursor, error: Error, reading: Reading) -> None:
    """The same for what Bun printed."""
    for _ in range(CAUSES_KEPT):
        here = cursor.offset
        header = _go_to_header_of_bun(cursor)
        if header is None:
            cursor.seek(here)
            return
        cause = read_error(
            cursor, Place(header, 0, BUN_FRAMES), Reading(uncertain=reading.uncertain, printer="bun")
        )
        same_call = bool(cause.frames) and bool(error.frames) and cause.frames[-1] == error.frames[-1]
        is_copy = (cause.type, cause.message) == (error.type, error.message)
        if not same_call or is_copy:
            cursor.seek(here)
            return
        error.cause, error.cause_kind = cause, "cause"
        error = cause


def _go_to_header_of_bun(cursor: Cursor) -> Header | None:
    if cursor.line != "":
        return None
    cursor.advance()
    for _ in range(_EXCERPT_LINES):
        line = cursor.line or ""
        if is_caret(line):
            cursor.advance()
            text = cursor.line or ""
            return find_header(text) or find_weak_header(text) or Header(None, text)
        if not is_numbered(line):
            return None
        cursor.advance()
    return None
