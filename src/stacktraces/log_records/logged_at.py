"""When a trace was logged, as the lines around it say."""

from __future__ import annotations

from .clock import Clock, Moment
from .records import STARTS_RECORD

_MOST_LINES = 64


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
            return clock.of_line(data, line, end)
        end = line
    return None


def _end_of_line(data: bytes, at: int) -> int:
    end = data.find(b"\n", at)
    return len(data) if end < 0 else end + 1
