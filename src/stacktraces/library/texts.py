"""Reading a text that is at hand as a whole."""

from __future__ import annotations

from datetime import datetime, tzinfo

from ..cursor import Buffer
from ..log_records.clock import Clock
from ..model import Snapshot, Trace
from ..parsing import parse_each, tell_circumstances


def parse(
    text: str | Buffer, *, zone: tzinfo | None = None, now: datetime | None = None
) -> list[Trace | Snapshot]:
    """The traces and snapshots in ``text``, in order, each trace with its time and context.

    ``text`` is a string, or bytes that are UTF-8 for the most part. The log line before a trace says when,
    where and by whom it was logged: ``time``, ``before`` and ``context`` are ``None`` or empty where it does
    not. ``zone`` is that of times that print no offset; ``now`` tells the year of those that print none. For
    logs whose lines a container runtime or JSON wraps, use ``occurrences``.

    What a reader that fails did not read is said in ``uncertain`` of the last result. Raises
    ``UnknownFormatError`` when nothing is recognised.
    """
    buffer = text.encode("utf-8", "surrogateescape") if isinstance(text, str) else text
    clock = Clock(zone, now)
    found = list(parse_each(buffer))
    for each in found:
        if isinstance(each, Trace):
            tell_circumstances(each, buffer, clock)
    return found
