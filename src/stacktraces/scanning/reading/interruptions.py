"""Traces in whose middle stand lines of another writer: another thread's log record, or a progress bar."""

from __future__ import annotations

from ...cursor import Cursor
from ...log_records.records import STARTS_RECORD
from ...model import Snapshot, Trace
from ...runtimes import Format, runtime_named
from ...trace_lines import TraceLines, compiled
from .walker import WAIT, read_at

INTERRUPTED = "Lines of another writer stood within the trace; they were left out."
_MOST_INTERRUPTIONS = 20
_MOST_LINES = 3
"""Lines that stand within a trace at one place."""
_MOST_SOURCE_LINES = 2
"""Lines of source that may stand behind an interruption before the next frame."""
_WINDOW = 64 << 10
"""Bytes behind an interruption in which the rest of the trace is read."""
_LINE_START = 512
_QUIET = rb"\b(?:TRACE|DEBUG|INFO|NOTICE|trace|debug|info|notice|I\d{4})\b"
"""A log record of such a level heads no frames of an error."""
_MAY_HEAD_FRAMES = (
    rb"ERR|WARN|CRIT|FATAL|SEVERE|xception|anic|rror|arning|ejection|ailure|ault|bort|imeout|rupt|race"
    rb"|\b[A-Z][a-z]++[A-Z]\w{0,80}+(?::|\s*+$)|:\s*+$"
)
"""A log record with one of these may be what the frames behind it belong to."""


def read_with_interruptions(
    formats: tuple[Format, ...],
    data: bytes,
    start: int,
    floor: int,
    limit: int,
    final: bool,
    *,
    whole: bool = False,
) -> tuple[Trace | Snapshot, Cursor] | int:
    """The same as :func:`read_at`, but a trace goes on behind lines that are not its own.

    The cursor of a trace that was interrupted stands behind its last line.
    """
    reading = read_at(formats, data, start, floor, limit, final, whole=whole)
    if whole or isinstance(reading, int) or not isinstance(reading[0], Trace):
        return reading
    trace, cursor = reading[0], reading[1]
    lines = _lines_of(trace)
    text, end = b"", cursor.offset
    for _ in range(_MOST_INTERRUPTIONS):
        gap = _interruption(data, end, limit, trace, lines, final=final) if lines is not None else 0
        if gap == WAIT:
            return WAIT
        if not gap:
            break
        text = text or data[floor:end]
        behind = end + gap
        rest = data[behind : min(behind + _WINDOW, limit)]
        cut = behind + _WINDOW < limit
        again = read_at(formats, text + rest, start - floor, 0, len(text) + len(rest), final and not cut)
        if again == WAIT and not cut:
            return WAIT
        if isinstance(again, int) or not isinstance(again[0], Trace) or again[1].offset <= len(text):
            break
        trace, further = again[0], again[1]
        end = behind + further.offset - len(text)
        text = (text + rest)[: further.offset]
        reading = _told(trace, floor), _behind(data, end, floor, limit, ended=further.ended)
    return reading


def _lines_of(trace: Trace) -> TraceLines | None:
    runtime = runtime_named(trace.runtime or "")
    return runtime.lines if runtime is not None else None


def _told(trace: Trace, floor: int) -> Trace:
    """The trace as it stands in the whole data."""
    if trace.origin.offset is not None:
        trace.origin.offset += floor
    if INTERRUPTED not in trace.uncertain:
        trace.uncertain.append(INTERRUPTED)
    return trace


def _behind(data: bytes, end: int, floor: int, limit: int, *, ended: bool) -> Cursor:
    cursor = Cursor(data, end, floor=floor, end=limit)
    cursor.seek(end)
    cursor.ended = ended
    return cursor


def _interruption(data: bytes, end: int, limit: int, trace: Trace, lines: TraceLines, *, final: bool) -> int:
    """Bytes of the lines at ``end`` that are not of the trace, which goes on behind them.

    0 where it has ended, ``WAIT`` where more text is needed to tell.
    """
    ended = lines.error_is_last and trace.error.type is not None
    if ended or lines.frame is None or not trace.error.frames:
        return 0
    goes_on = [compiled(lines.frame.pattern)]
    if lines.error is not None and lines.error_is_last:
        goes_on.append(compiled(lines.error))
    at = behind = end
    for _ in range(_MOST_LINES + _MOST_SOURCE_LINES):
        line, following = data[at : at + _LINE_START], data.find(b"\n", at, limit) + 1
        if not following and not final:
            return WAIT
        if behind > end and any(each.match(line) for each in goes_on):
            return behind - end
        if not following:
            return 0
        if behind == at and _is_foreign(line.partition(b"\n")[0], lines):
            behind = following
        elif behind == end or not (lines.error_is_last and line.startswith(b"    ")):
            return 0
        at = following
    return 0


def _is_foreign(line: bytes, lines: TraceLines) -> bool:
    """Whether a line may be another writer's in the middle of a trace."""
    if not line.strip() or line[:1] in (b" ", b"\t"):
        return False
    if lines.header is not None and any(literal in line for literal in lines.header.literals):
        return False
    if lines.error_is_last:
        return True
    quiet = STARTS_RECORD.match(line) is not None and compiled(_QUIET).search(line) is not None
    return quiet and not compiled(_MAY_HEAD_FRAMES).search(line)
