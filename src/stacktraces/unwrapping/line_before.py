"""What the log line before a trace says: when, who and what."""

from __future__ import annotations

import msgspec

from ..carriers import all_carriers

_LINE_LIMIT = 1 << 14


class BeforeLine(msgspec.Struct, frozen=True):
    """A log line taken apart."""

    time_text: str | None
    """The time as printed."""
    message: str
    """The text after the prefix; the whole line where no prefix is recognised."""
    fields: dict[str, str]
    """Values for the fields of ``model.Context``, by name."""


def parse_before(line: str) -> BeforeLine:
    """``line`` taken apart by the first application carrier that knows its prefix."""
    raw = line[:_LINE_LIMIT].encode("utf-8", "surrogateescape")
    for carrier in all_carriers():
        if carrier.bare_continuation and (record := carrier.unwrap(raw)) is not None:
            return BeforeLine(record.time, record.text.decode("utf-8", "backslashreplace"), record.fields)
    return BeforeLine(None, line, {})
