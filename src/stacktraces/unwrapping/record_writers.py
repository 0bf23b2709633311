"""Who wrote a JSON record: what its keys say of a host, a container, a file or anything else that stays the same.

Shippers write one record for each line of a trace. The lines of one writer have most values in common; those that
differ from record to record (times, offsets, identifiers) tell nothing of the writer.
"""

from __future__ import annotations

import functools
from collections import Counter
from collections.abc import Iterable
from typing import Any

import msgspec

from .._regex import regex
from ..carriers import Carrier, Record
from ..carriers._keys import ERROR_MESSAGE, LEVEL, MESSAGE, STACK, TIME, Leaf, Named, leaves, plain
from ..log_records.clock import PRINTED
from ..trace_lines import KnownTraceLines
from .quoted_traces import unwrap_line

FIELD = "source"
"""The field that names the writer: see ``streams.WRITER_FIELDS``."""

_LONGEST = 256
"""Characters of a value that may tell a writer."""
_MOST_PATHS = 512
_FEWEST = 4
"""Records that tell which values are the same in many."""
_NOT_OF_WRITER = frozenset((*MESSAGE, *TIME, *LEVEL, *STACK, *ERROR_MESSAGE))
_OF_RECORD = regex(
    r"(?:.*(?:time|timestamp|date|offset|sequence|seqno|seq|uuid|cursor|hash|size|bytes|count|duration)|id|.*eventid"
    r"|insertid|.*recordid|.*messageid|.*logid|at|p|logtag|partial\w*|sort|score|seqid|linenumber|lineno|n)"
)
"""Names of values that are each record's own."""
_NUMBERS_OF_WRITERS = frozenset(
    (
        "pid",
        "processid",
        "procid",
        "process",
        "thread",
        "threadid",
        "tid",
        "rank",
        "replica",
        "shard",
        "worker",
    )
)


def unwrap_record(
    carrier: Carrier, line: bytes, known: KnownTraceLines, outer: tuple[Carrier, ...] = ()
) -> Record | None:
    """As ``unwrap_line``; a JSON record of one line may be one of a trace, and all of them tell their writer.

    ``outer`` are the carriers that were taken off already: their writers are one each, unless they ship records.
    """
    record = unwrap_line(carrier, line, known)
    if record is None or not record.complete or carrier.quoted_trace != "maybe":
        return record
    if b"\n" not in record.text:
        record.complete, record.single = False, True
    decoded = _decoded(line)
    if decoded is None:
        return record
    apart = all(each.ships_records for each in outer)
    writer = apart and (carrier.writer or _UNSEEN.of)(decoded, record.text)
    if writer:
        record.fields = {**record.fields, FIELD: writer}
    if record.time is None:
        record.time = Named(decoded).time()
    return record


def with_writers(carrier: Carrier, lines: Iterable[bytes]) -> Carrier:
    """``carrier`` as it tells the writers of records like those on ``lines``."""
    if carrier.quoted_trace != "maybe":
        return carrier
    return msgspec.structs.replace(carrier, writer=RecordWriters(lines).of)


def message_path(lines: Iterable[bytes], known: KnownTraceLines) -> tuple[str, ...] | None:
    """Where lines of traces stand in most of the records that hold one, if that is under no usual name."""
    counts: Counter[tuple[str, ...]] = Counter()
    for record in filter(None, map(_decoded, lines)):
        for leaf in leaves(record):
            if isinstance(leaf.value, str) and known.is_start(
                leaf.value[:_LONGEST].encode("utf-8", "replace")
            ):
                counts[leaf.path] += 1
    path = max(counts, key=lambda each: counts[each], default=None)
    return path if path is not None and plain(path[-1]) not in (*MESSAGE, *STACK) else None


class RecordWriters:
    """Tells writers by their records, in a stream of which some records were seen."""

    def __init__(self, lines: Iterable[bytes] = ()) -> None:
        """``lines`` are from the start of the stream, records among them."""
        self._telling = _common_to_many(lines)

    def of(self, record: dict[str, Any], text: bytes) -> str:
        """Who wrote ``record``, which holds ``text``.

        It is equal for the records of one writer, and empty where they do not say.
        """
        own = text.decode("utf-8", "backslashreplace")
        told = [
            f"{'.'.join(leaf.path)}={leaf.value}"
            for leaf in leaves(record)
            if self._tells(leaf) and leaf.value != own
        ]
        return "\0".join(told)

    def _tells(self, leaf: Leaf) -> bool:
        return _may_tell(leaf) and (self._telling is None or leaf.path in self._telling)


def _may_tell(leaf: Leaf) -> bool:
    value = leaf.value
    if isinstance(value, str):
        if not 0 < len(value) <= _LONGEST or not _may_name(leaf.path[-1]):
            return False
        return ":" not in value or PRINTED.match(value.encode("utf-8", "replace")) is None
    return isinstance(value, int) and not isinstance(value, bool) and leaf.name in _NUMBERS_OF_WRITERS


@functools.lru_cache(maxsize=4096)
def _may_name(key: str) -> bool:
    name = plain(key)
    return name not in _NOT_OF_WRITER and _OF_RECORD.fullmatch(name) is None


def _common_to_many(lines: Iterable[bytes]) -> frozenset[tuple[str, ...]] | None:
    """The paths that most records have, with values that are no new ones in each; ``None`` for too few records."""
    values: dict[tuple[str, ...], set[Any]] = {}
    counts: Counter[tuple[str, ...]] = Counter()
    records = 0
    for line in lines:
        record = _decoded(line)
        records += record is not None
        for leaf in leaves(record or {}):
            if _may_tell(leaf) and (leaf.path in values or len(values) < _MOST_PATHS):
                values.setdefault(leaf.path, set()).add(leaf.value)
                counts[leaf.path] += 1
    if records < _FEWEST:
        return None
    return frozenset(
        path for path, count in counts.items() if 2 * count > records and 2 * len(values[path]) <= count
    )


def _decoded(line: bytes) -> dict[str, Any] | None:
    if line.lstrip()[:1] != b"{":
        return None  # Most lines of most logs: an exception for each would take longer than all the rest.
    try:
        found = msgspec.json.decode(line)
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) else None


_UNSEEN = RecordWriters()
