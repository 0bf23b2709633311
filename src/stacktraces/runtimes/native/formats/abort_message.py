"""What a C or C++ program says before it aborts, with the stack that follows it, if one does."""

from __future__ import annotations

from ....cursor import Cursor
from ....model import Origin, Trace
from ..abort_messages import read_message
from ..crash_reports import follows
from ..symbol_lines import of_symbols, read_frames
from .boost_stack import read_stack

NAME = "abort_message"
_BACKTRACE = "======= Backtrace: ========="
_MAP = "======= Memory map: ========"


def read(cursor: Cursor) -> Trace | None:
    """The message that the cursor is on; see :data:`stacktraces.runtimes.Reader`."""
    origin = Origin(offset=cursor.offset)
    error = read_message(cursor)
    if error is None or follows(cursor):
        return None
    if cursor.line == _BACKTRACE:
        cursor.advance()
    if frames := read_frames(cursor, of_symbols) or read_stack(cursor):
        error.frames = frames
    if cursor.line == _MAP:
        cursor.advance()
    return Trace(error=error, format=NAME, origin=origin)
