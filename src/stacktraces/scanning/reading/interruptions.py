"""Traces in whose middle stand lines of another writer: another thread's log record, or a progress bar."""

from __future__ import annotations

from ..._regex import regex
from ...cursor import Cursor
from ...log_records.records import STARTS_RECORD
from ...model import Snapshot, Trace
from ...runtimes import Format, runtime_named, runtime_of
from ...trace_lines import TraceLines, compiled
from .walker import WAIT, read_at

INTERRUPTED = "Lines of another writer stood within the trace; they were left out."
_MOST_INTERRUPTIONS = 20
_MOST_LINES = 8
"""Lines that stand within a trace at one place."""
_MOST_SOURCE_LINES = 2
"""Lines of source that may stand behind an interruption before the next frame."""
_WINDOW = 64 << 10
"""Bytes behind an interruption in which the rest of the trace is read."""
_LINE_START = 512
_PROGRESS = regex(rb"[^|\n]{0,120}?\d{1,3}%\|[^\n]{0,300}?(?:\[\d+:\d\d|\| *\d+/\d)")
"""A progress bar, as tqdm and rich draw it."""
_WARNING = regex(rb"[^\n:]{1,400}:\d{1,7}: [\w.]{0,60}Warning: ")
_MAY_HEAD_FRAMES = regex(
    rb"xception|EXCEPTION|anic|[Ee]rror|arning|ejection|ailure|ault|bort|imeout|rupt|race"
    rb"|\b[A-Z][a-z]++[A-Z]\w{0,80}+(?::|\s*+$)|:\s*+$"
    rb"|\w\.[A-Z]\w{0,80}+(?::|\s*+$)"
)
"""A log record with one of these, whatever its level, may be what the frames behind it belong to."""


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
    if reading == 0 and not whole:
        reading = _read_behind_header(formats, data, start, floor, limit, final)
    if whole or isinstance(reading, int) or not isinstance(reading[0], Trace):
        return reading
    trace, cursor = reading[0], reading[1]
    lines = _lines_of(trace)
    text, end = b"", cursor.offset
    for _ in range(_MOST_INTERRUPTIONS):
        own_end, gap = _interruption(data, end, limit, trace, lines, final=final) if lines else (end, 0)
        if gap == WAIT:
            return WAIT
        if not gap:
            break
        text = (text or data[floor:end])[: own_end - end or None]
        end = own_end
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


def _read_behind_header(
    formats: tuple[Format, ...], data: bytes, start: int, floor: int, limit: int, final: bool
) -> tuple[Trace | Snapshot, Cursor] | int:
    """The trace whose header stands in the line at ``start``, with foreign lines right behind it."""
    line, behind = data.rfind(b"\n", floor, start) + 1 or floor, data.find(b"\n", start, limit) + 1
    lines = next(
        (found for each in formats if (found := _lines_of_format(each, data, line)) is not None), None
    )
    if lines is None or not behind:
        return 0
    gap = _foreign(data, behind, limit, lines, final=final)
    if gap <= 0:
        return gap
    header, rest = data[line:behind], data[behind + gap : min(behind + gap + _WINDOW, limit)]
    reading = read_at(formats, header + rest, start - line, 0, len(header) + len(rest), True)
    if isinstance(reading, int) or not isinstance(reading[0], Trace) or reading[1].offset <= len(header):
        return 0
    trace, cursor = reading[0], reading[1]
    if not trace.error.frames:
        return 0
    end = behind + gap + cursor.offset - len(header)
    return _told(trace, line), _behind(data, end, floor, limit, ended=cursor.ended)


def _lines_of_format(format: Format, data: bytes, line: int) -> TraceLines | None:
    """The lines of that format's runtime, if a header stands at ``line`` whose error is printed last."""
    runtime = runtime_of(format.name)
    lines = runtime.lines if runtime is not None else None
    if lines is None or not lines.error_is_last or lines.header is None:
        return None
    return lines if compiled(lines.header.pattern).match(data, line) else None


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


def _interruption(
    data: bytes, end: int, limit: int, trace: Trace, lines: TraceLines, *, final: bool
) -> tuple[int, int]:
    """Where the trace's own lines end, at ``end`` or before it, and the bytes of the foreign lines behind.

    No bytes where the trace has ended, ``WAIT`` where more text is needed to tell.
    """
    if lines.frame is None or not trace.error.frames:
        return end, 0
    if lines.error_is_last and trace.error.type is not None:
        return _before_false_error(data, end, trace, lines)
    return end, _foreign(data, end, limit, lines, final=final)


def _before_false_error(data: bytes, end: int, trace: Trace, lines: TraceLines) -> tuple[int, int]:
    """Where the line starts, and its length, that was taken for the error though frames stand behind it.

    ``Downloading: 45%`` only looks like an error. No length where the error is one.
    """
    error = trace.error
    named = lines.error is not None and compiled(lines.error).match((error.type or "").encode()) is not None
    if named or error.cause is not None or error.children:
        return end, 0
    first = (
        f"{error.type}: {(error.message or '').partition(chr(10))[0]}" if error.message else error.type or ""
    )
    start = data.rfind(b"\n" + first.encode(), max(end - _WINDOW, 0), end) + 1
    behind = at = data.find(b"\n", start, end) + 1
    for _ in range(_MOST_SOURCE_LINES):
        if not start or not at:
            return end, 0
        if _goes_on(data, at, 0, lines):
            return start, behind - start
        at = data.find(b"\n", at) + 1 if data.startswith(b"    ", at) else 0
    return end, 0


def _starts_frame(data: bytes, at: int, lines: TraceLines) -> bool:
    return lines.frame is not None and compiled(lines.frame.pattern).match(data, at) is not None


def _foreign(data: bytes, end: int, limit: int, lines: TraceLines, *, final: bool) -> int:
    """Bytes of the lines at ``end`` that are foreign, if the trace goes on behind them, or ``WAIT``."""
    if _ends_here(data, end, limit, lines):
        return 0
    at = behind = end
    for _ in range(_MOST_LINES + _MOST_SOURCE_LINES):
        line, following = data[at : at + _LINE_START], data.find(b"\n", at, limit) + 1
        if not following and not final:
            return WAIT
        if behind > end and _goes_on(data, at, following, lines):
            return behind - end
        if not following:
            return 0
        line = line.partition(b"\n")[0]
        if behind == at and (_is_foreign(line, lines) or _is_of_warning(data, at, line)):
            behind = following
        elif behind == end or not (lines.error_is_last and line.startswith(b"    ")):
            return 0
        at = following
    return 0


def _ends_here(data: bytes, end: int, limit: int, lines: TraceLines) -> bool:
    """Whether the second line at ``end`` tells already that no trace goes on behind foreign lines.

    Most traces end so, one right before the header of the next.
    """
    second = data.find(b"\n", end, limit) + 1
    following = data.find(b"\n", second, limit) + 1 if second else 0
    if lines.error_is_last or not following:
        return False
    line = data[second : min(following - 1, second + _LINE_START)]
    if line.startswith(b"  ") or b"%|" in line or STARTS_RECORD.match(line):
        return False
    return not _goes_on(data, second, following, lines)


def _goes_on(data: bytes, at: int, following: int, lines: TraceLines) -> bool:
    """Whether the line at ``at``, before the one at ``following``, is the trace's next one."""
    if _starts_frame(data, at, lines):
        return True
    if lines.error_is_last:
        return lines.error is not None and compiled(lines.error).match(data, at) is not None
    if lines.goes_on is None or not following:
        return False
    return compiled(lines.goes_on).match(data, at) is not None and _starts_frame(data, following, lines)


def _is_foreign(line: bytes, lines: TraceLines) -> bool:
    """Whether a line may be another writer's in the middle of a trace."""
    if b"%|" in line and _PROGRESS.match(line):
        return True
    if line[:1] in (b" ", b"\t") or not line.strip():
        return False
    if lines.header is not None and any(literal in line for literal in lines.header.literals):
        return False
    if lines.error_is_last:
        return True
    return STARTS_RECORD.match(line) is not None and not _MAY_HEAD_FRAMES.search(line)


def _is_of_warning(data: bytes, at: int, line: bytes) -> bool:
    """Whether a line is the source that Python prints below a warning."""
    before = data[data.rfind(b"\n", 0, max(at - 1, 0)) + 1 : at]
    return line.startswith(b"  ") and _WARNING.match(before) is not None
