"""The tracebacks that most logs hold: plain frames and a message of one line, between two log records.

Nothing before such a trace can be of it, and nothing after it; so all that the other modules weigh is
decided, and they would read the same. What is not plainly one is left to them.
"""

from __future__ import annotations

from ...cursor import Cursor
from ...model import CauseKind, Context, Error, Origin, Trace
from .plain_frames import AT_ONCE, read_plain_frames
from .preambles import belongs_to_preamble
from .records import starts_record
from .syntax import CHAIN_LINES, match_error

HEADER = "Traceback (most recent call last):"
_LINKS = 20
_MORE_IN_MESSAGE = ("Py4J", "py4j.", "pyspark.", "RayTaskError", "ray.")
"""Beginnings of types whose messages can hold a cause."""


def read_plain(cursor: Cursor, name: str) -> Trace | None:
    """The trace whose header the cursor is on, in the format ``name``, with the cursor behind it.

    ``None``, and no move, where it takes more than this to tell what is of the trace.
    """
    start = cursor.offset
    if cursor.line == HEADER and not cursor.whole and _follows_record(cursor):
        error = _read_chain(cursor)
        if error is not None and not cursor.cut and starts_record(cursor.line or ""):
            return Trace(error=error, format=name, origin=Origin(offset=start), context=Context())
        cursor.seek(start)
    return None


def _follows_record(cursor: Cursor) -> bool:
    start = cursor.offset
    before = cursor.line if cursor.back() else None
    cursor.seek(start)
    return before is not None and starts_record(before) and not belongs_to_preamble(before)


def _read_chain(cursor: Cursor) -> Error | None:
    """The errors from the cursor's header on, the last one with what led to it."""
    error: Error | None = None
    kind: CauseKind | None = None
    for _ in range(_LINKS):
        cursor.advance()
        frames = read_plain_frames(cursor)
        match = match_error(cursor.line or "") if 0 < len(frames) < AT_ONCE else None
        if match is None or match["message"] == "" or match["type"].startswith(_MORE_IN_MESSAGE):
            return None
        frames.reverse()
        error = Error(
            type=match["type"], message=match["message"], frames=frames, cause=error, cause_kind=kind
        )
        cursor.advance()
        kind = _pass_chain_line(cursor)
        if kind is None:
            return error
    return None


def _pass_chain_line(cursor: Cursor) -> CauseKind | None:
    """How the error before the cursor led to the one whose header it is moved to; ``None`` where none is."""
    if cursor.line:
        return None
    here = cursor.offset
    cursor.advance()
    kind = CHAIN_LINES.get(cursor.line or "")
    if kind is not None:
        cursor.advance()
        if not cursor.line:
            cursor.advance()
            if cursor.line == HEADER:
                return kind
    cursor.seek(here)
    return None
