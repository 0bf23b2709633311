"""When a trace was logged, where neither the line before it nor its own first one says so."""

from __future__ import annotations

from ...log_records.clock import Clock, Moment
from ...log_records.records import STARTS_RECORD

_MOST_LINES = 64


def of_record(clock: Clock, data: bytes, at: int, lowest: int) -> Moment | None:
    """The time of the log record that the lines between ``lowest`` and ``at`` end with.

    A message of several lines may stand between its record's start and a trace.
    """
    end = at
    for _ in range(_MOST_LINES):
        if end <= lowest:
            break
        start = max(data.rfind(b"\n", lowest, end - 1) + 1, lowest)
        if STARTS_RECORD.match(data, start, end):
            return clock.of_line(data, start, end)
        end = start
    return None
