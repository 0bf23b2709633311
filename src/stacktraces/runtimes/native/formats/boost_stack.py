"""Stacks that Boost.Stacktrace, ``std::stacktrace`` and cpptrace print.

========  ===================================================  ===============
line      sample                                               what comes next
========  ===================================================  ===============
heading   ``std::exception::what: order failed``, any other    frame
heading   ``Stack trace (most recent call first):``            frame
frame     `` 0# shop::leaf(int) in ./bt``                      frame
frame     ``#0 0x000055 in shop::leaf(int) at /srv/a.cc:3:5``  frame
========  ===================================================  ===============
"""

from __future__ import annotations

from ....cursor import Cursor
from ....model import Error, Frame, Origin, Trace
from ..abort_messages import read_message
from ..symbol_lines import FrameReader, of_boost, of_cpptrace, read_frames

NAME = "boost_stack"
_CPPTRACE = "Stack trace (most recent call first):"
_FEWEST = 2


def read(cursor: Cursor) -> Trace | None:
    """The stack whose first line the cursor is on; see :data:`stacktraces.runtimes.Reader`."""
    start = cursor.offset
    frames = read_stack(cursor)
    if not frames:
        return None
    end = cursor.offset
    error, start = _message_before(cursor, start)
    cursor.seek(end)
    error.frames = frames
    return Trace(error=error, format=NAME, origin=Origin(offset=start))


def read_stack(cursor: Cursor) -> list[Frame]:
    """The frames of the stack that the cursor is at the start of; goes behind them. None of another."""
    here = cursor.offset
    line: str = (cursor.line or "").rstrip()
    of_frame: FrameReader = of_boost
    if line == _CPPTRACE:
        of_frame = of_cpptrace
        cursor.advance()
    elif not line.lstrip().startswith("0# "):
        return []
    frames = read_frames(cursor, of_frame)
    if len(frames) < _FEWEST:
        cursor.seek(here)
        return []
    return frames


def _message_before(cursor: Cursor, start: int) -> tuple[Error, int]:
    """The message of a process that aborts, right before the stack."""
    cursor.seek(start)
    for _ in range(2):
        if cursor.back():
            at = cursor.offset
            error = read_message(cursor)
            if error is not None and cursor.offset == start:
                return error, at
            cursor.seek(at)
    return Error(), start
