"""What the log line before a trace says: when, who and what."""

from __future__ import annotations

import functools

import msgspec

from .._regex import regex
from ..carriers import Carrier, all_carriers
from ..log_records.clock import Clock, Moment
from ..model import Trace

_LINE_LIMIT = 1 << 14
_TWO_LINES = regex(
    r"(?P<time>[A-Z][a-z]{2} \d{1,2}, \d{4},? \d{1,2}:\d\d:\d\d[ \u202f][AP]M) (?P<logger>[\w.$]{1,300})(?: [\w$<>]{1,300})?\r?\n"
    r"(?P<level>[A-Z]{4,10}): "
)
"""How ``java.util.logging`` begins a record: the time and who logs it stand on a line of their own."""


class BeforeLine(msgspec.Struct, frozen=True):
    """A log line taken apart."""

    time_text: str | None
    """The time as printed."""
    message: str
    """The text after the prefix; the whole line where no prefix is recognised."""
    fields: dict[str, str]
    """Values for the fields of ``model.Context``, by name."""


def parse_before(line: str) -> BeforeLine:
    """``line`` taken apart by the first application carrier that knows its prefix; a generic one is the last."""
    if (found := _TWO_LINES.match(line)) is not None:
        return BeforeLine(
            found["time"], line[found.end() :], {"level": found["level"], "logger": found["logger"]}
        )
    raw = line[:_LINE_LIMIT].encode("utf-8", "surrogateescape")
    for carrier in _of_first_lines():
        if (record := carrier.unwrap(raw)) is not None:
            return BeforeLine(record.time, record.text.decode("utf-8", "backslashreplace"), record.fields)
    return BeforeLine(None, line, {})


@functools.cache
def _of_first_lines() -> list[Carrier]:
    return sorted((each for each in all_carriers() if each.bare_continuation), key=lambda each: each.generic)


def tell_line_before(trace: Trace, line: str | None, first: str, record: str = "") -> None:
    """Set the line before ``trace``, if there is one, and what ``trace`` does not know of its writer.

    That is what its ``first`` line says where a log record starts with it, else what ``line`` says, else what the
    start of the ``record`` says that the lines before it are of.
    """
    if line is not None:
        trace.before = line
    told = (each for each in (first, *((record,) if "\n" in record else (line or "", record))) if each)
    tell_writer(trace, next((fields for each in told if (fields := parse_before(each).fields)), {}))


def tell_writer(trace: Trace, fields: dict[str, str]) -> None:
    """Set what ``trace`` does not know of its writer from ``fields``, by their names in ``model.Context``."""
    for name, value in fields.items():
        if getattr(trace.context, name, value) is None:
            setattr(trace.context, name, value)


def tell_time(trace: Trace, clock: Clock, moment: Moment | None) -> None:
    """Set when ``trace`` was logged, as ISO 8601 and as printed."""
    if moment is not None:
        trace.time, trace.timestamp = clock.iso(moment), moment[1].decode("ascii", "replace")
