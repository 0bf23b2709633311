"""Carriers inside one another, taken off one line."""

from __future__ import annotations

from ..carriers import Carrier, Record
from ..trace_lines import KnownTraceLines
from .record_writers import FIELD, unwrap_record


def unwrap(line: bytes, stack: tuple[Carrier, ...], known: KnownTraceLines) -> Record | None:
    """``line`` without the wrapping of every carrier in ``stack``, outermost first.

    ``None`` where the outermost is not on it. An inner carrier that is missing ends the unwrapping
    there, and so does one that marks only an event's first line. Fields of an inner carrier win over those of an outer one.
    """
    record: Record | None = None
    for level, carrier in enumerate(stack):
        if carrier.bare_continuation:
            break
        inner = unwrap_record(carrier, line if record is None else record.text, known, stack[:level])
        if inner is None:
            break
        record = inner if record is None else merge(record, inner)
        if record.partial:
            break
    return record


def merge(outer: Record, inner: Record) -> Record:
    """``inner`` with what ``outer``, in which it stood, says of it."""
    inner.time = inner.time or outer.time
    inner.single = not inner.complete and (inner.single or outer.single)
    if outer.fields:
        both = FIELD in outer.fields and FIELD in inner.fields
        source = {FIELD: outer.fields[FIELD] + inner.fields[FIELD]} if both else {}
        inner.fields = {**outer.fields, **inner.fields, **source}
    return inner
