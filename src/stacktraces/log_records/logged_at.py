"""When a trace was logged, as the lines around it say."""

from __future__ import annotations

from .._regex import regex
from .clock import Clock, Moment
from .records import STARTS_RECORD

_MOST_LINES = 64
_ABOVE_LEVEL = regex(
    rb"[A-Z][a-z]{2} \d{1,2}, \d{4},? \d{1,2}:\d\d:\d\d(?: |\xe2\x80\xaf)[AP]M "
    rb"[\w.$]{1,300}(?: [\w$<>]{1,300})?\r?\n"
)
"""A record's first line of two: ``Nov 28, 2026 7:37:11 PM shop.Orders place``."""
_LEVEL = regex(rb"[A-Z]{4,10}: ")
"""How its second line starts."""


def logged_at(
    clock: Clock,
    data: bytes,
    start: int,
    lowest: int,
    *,
    before: bytes | None = None,
    header: int | None = None,
    of_record: bool = True,
) -> Moment | None:
    """When the trace was logged that starts at ``start`` of ``data``; ``None`` where no line says so.

    In this order: its first line says it, where that starts a log record; the line before it (``before``, else
    that of ``data``, from ``lowest`` on); the line at ``header`` within it; and, where ``of_record``, the start
    of the record that the lines before it end with.
    """
    if STARTS_RECORD.match(data, start) and (own := clock.of_line(data, start, _end_of_line(data, start))):
        return own
    if before is None and start > lowest:
        before = data[max(data.rfind(b"\n", lowest, start - 1) + 1, lowest) : start]
    found = clock.of_line(before, 0, len(before)) if before else None
    if found is None and header is not None:
        found = clock.of_line(data, header, _end_of_line(data, header))
    return found or (_of_record(clock, data, start, lowest) if of_record else None)


def may_have_time_above(data: bytes, line: int = 0) -> bool:
    """Whether the line at ``line`` may be the second one of a record whose time stands on the first."""
    return _LEVEL.match(data, line) is not None


def time_above(clock: Clock, data: bytes, line: int, lowest: int) -> Moment | None:
    """The time that ``java.util.logging`` prints on a line of its own, above the one at ``line`` with the level."""
    if not may_have_time_above(data, line):
        return None
    above = max(data.rfind(b"\n", lowest, line - 1) + 1, lowest) if line > lowest else line
    return clock.of_line(data, above, line) if _ABOVE_LEVEL.match(data, above, line) else None


def record_above(data: bytes, start: int, lowest: int) -> bytes:
    """The first line of the log record that the lines between ``lowest`` and ``start`` end with, "" for none.

    Of a record with its time on a line of its own, both lines.
    """
    end = start
    for _ in range(_MOST_LINES):
        if end <= lowest:
            break
        line = max(data.rfind(b"\n", lowest, end - 1) + 1, lowest)
        if STARTS_RECORD.match(data, line, end):
            above = max(data.rfind(b"\n", lowest, line - 1) + 1, lowest) if line > lowest else line
            return data[above if _ABOVE_LEVEL.match(data, above, line) else line : end].rstrip(b"\r\n")
        end = line
    return b""


def _of_record(clock: Clock, data: bytes, start: int, lowest: int) -> Moment | None:
    """The time of the log record that the lines between ``lowest`` and ``start`` end with.

    A message of several lines may stand between its record's start and a trace.
    """
    end = start
    for _ in range(_MOST_LINES):
        if end <= lowest:
            break
        line = max(data.rfind(b"\n", lowest, end - 1) + 1, lowest)
        if STARTS_RECORD.match(data, line, end):
            return clock.of_line(data, line, end) or time_above(clock, data, line, lowest)
        end = line
    return None


def _end_of_line(data: bytes, at: int) -> int:
    end = data.find(b"\n", at)
    return len(data) if end < 0 else end + 1
