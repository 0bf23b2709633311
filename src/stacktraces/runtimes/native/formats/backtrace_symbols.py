"""Stacks that a process printed of itself with glibc's ``backtrace_symbols``: Redis, MySQL, uWSGI, others.

=======  =====================================================  ===============
line     sample                                                 what comes next
=======  =====================================================  ===============
heading  ``Error: signal 11:``, ``*** Error in `app': … ***``   frame, heading
frame    ``./bt(_ZN4shop4leafEi+0x42)[0x55d0495cb78b]``         frame
=======  =====================================================  ===============

A heading that names a signal, or why the process aborts, gives the error's type.
"""

from __future__ import annotations

from ....cursor import Cursor
from ....model import Error, Origin, Trace
from ..abort_messages import read_message
from ..symbol_lines import SIGNALS, first_of, of_symbols, read_frames, signal_in

NAME = "backtrace_symbols"
_HEADING_LINES = 12
_FEWEST = 2
"""One such line alone is no stack."""


def read(cursor: Cursor) -> Trace | None:
    """The stack that holds the cursor's line; see :data:`stacktraces.runtimes.Reader`."""
    if of_symbols(cursor.line or "") is None:
        return None
    first_of(cursor, of_symbols)
    stack = cursor.offset
    error, start = _heading(cursor, stack)
    cursor.seek(stack)
    frames = read_frames(cursor, of_symbols)
    if len(frames) < _FEWEST:
        return None
    error.frames = frames
    return Trace(error=error, format=NAME, origin=Origin(offset=start))


def _heading(cursor: Cursor, stack: int) -> tuple[Error, int]:
    """What the lines above say that happened, and where the nearest line that says it starts."""
    cursor.seek(stack)
    for _ in range(_HEADING_LINES):
        if not cursor.back():
            break
        at, line = cursor.offset, cursor.line or ""
        if of_symbols(line) is not None:
            break
        if (error := read_message(cursor)) is not None:
            return error, at
        cursor.seek(at)
        if (signal := signal_in(line)) is not None:
            name = signal["name"] or SIGNALS.get(int(signal["number"]))
            if name:
                return Error(type=name, message=line.strip(" *:;=-") or None), at
    return Error(), stack
