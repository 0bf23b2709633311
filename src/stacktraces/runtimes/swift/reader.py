"""Swift's fatal errors and crash reports.

=============================================================================  =============================
line                                                                           what comes next
=============================================================================  =============================
``Shop/Orders.swift:12: Fatal error: no price for plum``                       more of the message, a report
``Fatal error: no price: file Shop/Orders.swift, line 12`` (to 5.3)            the same
``*** Swift runtime failure: arithmetic overflow ***``                         a report
``Current stack trace:`` (to 5.8)                                              frames
``0    libswiftCore.so   0x00007f52 _swift_stdlib_reportFatalError + 132``     frames
``*** Signal 4: Backtracing from 0x7f271c170628... done ***``                  the reason
``*** Program crashed: Illegal instruction at 0x7f271c170628 ***``             ``Platform:``, a thread
``Thread 0 "shop" crashed:``, ``Thread 1:``                                    frames
``  2 [ra] 0x55ec8 total(_:) + 858 in shop at /srv/shop/Orders.swift:8:24``    source, frames
``    38│     let price = prices[sku]!``                                       source, frames
``Registers:``, ``Images (23 omitted):``                                       all of it up to the end
``Backtrace took 0.02s``                                                       the end
=============================================================================  =============================
"""

from __future__ import annotations

from sys import intern

from ..._number import to_number
from ..._regex import regex
from ...cursor import Cursor
from ...log_records.records import starts_record
from ...model import Context, Error, Frame, Origin, RelatedStack, Trace
from .. import starts_trace
from .headers import kind_of, match_failure, match_fatal, match_reason

NAME = "swift"
_CURRENT = "Current stack trace:"
_END = "Backtrace took "
_FRAME = regex(
    r"\s{0,8}(?P<number>\d{1,6}) {1,24}(?:\[(?:ra|async|inlined|system|thunk)\] {1,24}){0,4}"
    r"(?:(?P<address>0x[0-9a-fA-F]{1,16}) )?(?P<name>\S.{0,1000}?)(?: \+ (?P<offset>\d{1,12}))?"
    r" in (?P<module>\S{1,200})"
    r"(?: at (?P<file>\S.{0,500}?)(?::(?P<line>\d{1,9})(?::(?P<column>\d{1,9}))?)?)?\s*\Z"
)
_INLINED = "[inlined]"
_OLD_FRAME = regex(
    r"\s{0,8}(?P<number>\d{1,6}) {1,24}(?P<module>\S{1,200}+) {1,80}(?P<address>0x[0-9a-f]{1,16}) "
    r"(?P<name>\S.{0,1000}?)(?: \+ (?P<offset>\d{1,12}))?\s*\Z"
)
_THREAD = regex(r"Thread (?P<number>\d{1,9})(?: \"(?P<name>.{0,200})\")?(?P<crashed> crashed)?:\s*\Z")
_SOURCE = regex(r"\s{0,16}\d{0,9}\s{0,4}│.*\Z")
_ELIDED = regex(r"\s{0,8}(?:\.\.\.|…|\d{1,9} frames? omitted)\s*\Z")
_MOST_BEFORE = 24
"""Lines between a fatal error and its report."""
_MOST_LINES = 4000
"""Lines of a report."""
_MOST_UNKNOWN = 100
"""Lines in a row of a report that are none of its threads': registers, images."""
_FRAMES_KEPT = 1000
_MOST_THREADS = 64
_LONGEST_MESSAGE = 1 << 16


def read(cursor: Cursor) -> Trace | None:
    """The trace that the cursor's line is part of; see :data:`stacktraces.runtimes.Reader`."""
    line = cursor.line or ""
    start = cursor.offset
    reason = match_reason(line)
    if fatal := match_fatal(line):
        error = Error(type=intern(fatal["type"]), message=fatal["message"] or None)
        place = Frame(file=intern(fatal["file"]), line=to_number(fatal["line"]), id=1)
    elif failure := match_failure(line):
        error, place = Error(type=intern(failure["type"]), message=failure["message"]), None
    elif reason is not None:
        error, place = Error(type=intern(kind_of(reason)), message=reason), None
    else:
        return None
    if reason is None:
        cursor.advance()
        _go_to_report(cursor, error)
    trace = Trace(error=error, format=NAME, origin=Origin(offset=start))
    if match_reason(cursor.line or "") is not None:
        _read_report(cursor, trace)
    elif (cursor.line or "").strip() == _CURRENT:
        cursor.advance()
        error.frames = _read_old_frames(cursor)
    if not error.frames:
        if place is None:
            return None
        error.frames = [place]
    if cursor.cut:
        trace.uncertain.append("A line was cut: it is longer than 1 MiB.")
    return trace


def _go_to_report(cursor: Cursor, error: Error) -> None:
    """Go to the report of ``error``, whose message goes on up to the blank line before; else stay."""
    here = cursor.offset
    more: list[str] = []
    in_message = True
    for _ in range(_MOST_BEFORE):
        line = cursor.line
        if line is None or starts_record(line):
            break
        if match_reason(line) is not None or line.strip() == _CURRENT:
            error.message = "\n".join([error.message or "", *more])[:_LONGEST_MESSAGE].strip("\n") or None
            return
        if match_fatal(line) or (match_failure(line) is None and starts_trace(line, but=NAME)):
            break
        in_message = in_message and bool(line.strip()) and not line.startswith("***")
        more += [line] if in_message else []
        cursor.advance()
    cursor.seek(here)


def _read_report(cursor: Cursor, trace: Trace) -> None:
    """Read from the reason of the crash, which the cursor is on, to the report's end."""
    threads: list[RelatedStack] = []
    cursor.advance()
    behind = cursor.offset
    unknown = 0
    for _ in range(_MOST_LINES):
        line = cursor.line
        if line is None or unknown > _MOST_UNKNOWN or starts_record(line):
            break
        if match_fatal(line) or match_reason(line) is not None:
            break
        cursor.advance()
        if line.startswith(_END):
            behind = cursor.offset
            break
        if thread := _THREAD.match(line):
            threads.append(RelatedStack(line.strip().rstrip(":")))
            if thread["crashed"]:
                trace.error.frames = threads[-1].frames
                trace.context = Context(thread=thread["name"])
        elif found := _FRAME.match(line):
            frames = threads[-1].frames if threads else trace.error.frames
            if len(frames) < _FRAMES_KEPT:
                frames.append(_frame(found.groupdict(), inlined=_INLINED in line, number=len(frames) + 1))
        elif not (_SOURCE.match(line) or _ELIDED.match(line)):
            unknown += 1
            continue
        behind, unknown = cursor.offset, 0
    cursor.seek(behind)
    others = [each for each in threads if each.frames and each.frames is not trace.error.frames]
    trace.error.related = others[:_MOST_THREADS]


def _read_old_frames(cursor: Cursor) -> list[Frame]:
    frames: list[Frame] = []
    while found := _OLD_FRAME.match(cursor.line or ""):
        if len(frames) < _FRAMES_KEPT:
            frames.append(_frame(found.groupdict(), inlined=False, number=len(frames) + 1))
        cursor.advance()
    return frames


def _frame(found: dict[str, str | None], *, inlined: bool, number: int) -> Frame:
    name, file, line, column = found["name"] or "", found.get("file"), found.get("line"), found.get("column")
    return Frame(
        function=None if name in ("<unknown>", "???") else intern(name),
        module=intern(found["module"] or ""),
        file=intern(file) if file else None,
        line=to_number(line) if line else None,
        column=to_number(column) if column else None,
        address=int(found["address"], 16) if found["address"] else None,
        offset=to_number(found["offset"]) if found["offset"] else None,
        inlined=inlined,
        id=number,
    )
