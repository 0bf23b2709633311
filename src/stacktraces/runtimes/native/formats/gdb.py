"""gdb's backtraces: ``bt``, ``bt full``, ``thread apply all bt full``; raw, or below the collector's header.

Reads what gdb prints on Linux, FreeBSD and macOS. Lines that are none of the shapes below (banners,
warnings, paging prompts, thread lists) are passed over, since gdb prints them anywhere.
"""

from __future__ import annotations

from ...._regex import regex
from ....cursor import Cursor
from ....model import Origin, Snapshot, Trace
from ..._collected import MARK, read_header, rewind_to_header
from ..gdb_logged import of_record
from ..gdb_reader import GdbReader

# Thread 2 (Thread 0x7f (LWP 9)):   [New Thread 0x7f (LWP 9)]   * 1    Thread 0x7f (LWP 9)   LWP 9
_ANNOUNCES = regex(r"(?:\[New |\[Switching to |\*?\s*\d+\s+|)(?:[Tt]hread |LWP )")
# The same in bytes, with what a frame says at least: an address, a mark or arguments, which may be wrapped.
_MAY_BE_FRAME = regex(rb"#\d+ ++(?:0x|<|[^\n(]*+(?:\(|\n   |\n? {0,3}\Z))")
_NEAR = 4 << 10
"""Bytes in which the first frame follows what announces it: the end of a list of threads is near enough."""
_FRAMES_TRIED = 4
_TOOLS = ("gdb", "gstack", "pstack")
"""gstack, on Linux also called pstack, shows what gdb prints."""


def _frame_follows(cursor: Cursor) -> bool:
    """Whether a frame that can be read stands near. Where none does, each hit would read on in vain."""
    line = cursor.line or ""
    if "(LWP " in line and not _ANNOUNCES.match(line):
        return False
    start, stop = cursor.offset, min(cursor.offset + _NEAR, cursor.end)
    position = start if line.startswith("#") else _next_mark(cursor, start, stop)
    for _ in range(_FRAMES_TRIED):
        if position < 0:
            cursor.ended = cursor.ended or stop == cursor.end
            return False
        if _MAY_BE_FRAME.match(cursor.buffer, position, stop):
            reader = GdbReader(Cursor(cursor.buffer, position, floor=start, end=cursor.end), None)
            reader.take_frame()
            cursor.ended = cursor.ended or reader.cursor.ended
            if reader.process.threads:
                return True
        position = _next_mark(cursor, position, stop)
    return False


def _next_mark(cursor: Cursor, start: int, stop: int) -> int:
    """Where the next line that begins as a frame does starts, or -1."""
    found = cursor.buffer.find(b"\n#", start, stop)
    return found + 1 if found >= 0 else -1


def read(cursor: Cursor) -> Snapshot | Trace | None:
    """A snapshot from the collector's header, or from the cursor's line on; see :class:`Format`.

    Frames alone behind a log record that tells of a failure are an error.
    """
    if ") called at [" in (cursor.line or ""):  # PHP's, before 8.1
        return None
    if not (cursor.line or "").startswith(MARK) and not _frame_follows(cursor):
        return None
    first = cursor.offset
    record = cursor.peek(-1) if (cursor.line or "").startswith("#0 ") else None
    header = read_header(cursor) if any(rewind_to_header(cursor, tool) for tool in _TOOLS) else None
    if header is None and cursor.floor < cursor.offset:
        cursor.seek(_start_of_session(cursor))
    snapshot = GdbReader(cursor, header).read()
    if snapshot is not None and record is not None and header is None:
        return of_record(snapshot, record, Origin(offset=first)) or snapshot
    return snapshot


def _start_of_session(cursor: Cursor) -> int:
    """All since the trace before may be gdb's banner, which tells the signal and the process."""
    return max(cursor.floor, cursor.offset - (1 << 20))
