"""Who wrote the occurrences of a group, counted in bounded memory.

Beyond :data:`MOST_VALUES` the values with the lowest hashes are kept. A value that is among the lowest of all
is among the lowest of every part that has it, so its count is exact, and parts add up to the same whatever
their order.
"""

from __future__ import annotations

from heapq import nsmallest

from ..model import Context, Error, ValueCounts

_OF_CONTEXT = ("host", "pod", "process", "logger", "level")
MESSAGE = "message"
"""What is counted besides: the first line of the error's message."""
FIELDS = (*_OF_CONTEXT, MESSAGE)
MOST_VALUES = 64
_LONGEST = 256
"""Characters of a value that are kept."""
_SPARE = 2 * MOST_VALUES
_HASH_BYTES = 8


def count_context(counts: dict[str, ValueCounts], context: Context, error: Error) -> None:
    """Count the values of one occurrence."""
    message = (error.message or "").partition("\n")[0] or None
    for field in FIELDS:
        value = message if field == MESSAGE else getattr(context, field)
        if value is None:
            continue
        found = counts.setdefault(field, ValueCounts())
        value = value[:_LONGEST]
        found.values[value] = found.values.get(value, 0) + 1
        if len(found.values) > _SPARE:
            _cap(found)


def settled(counts: dict[str, ValueCounts]) -> dict[str, ValueCounts]:
    """``counts`` with at most so many values each, all in order, and the estimates."""
    for each in counts.values():
        _cap(each)
        each.values = dict(sorted(each.values.items()))
        each.distinct, each.error = _distinct(each)
    return {field: counts[field] for field in FIELDS if field in counts}


def add(one: dict[str, ValueCounts], other: dict[str, ValueCounts]) -> dict[str, ValueCounts]:
    """The sum of both, a new one."""
    total: dict[str, ValueCounts] = {}
    for field in (each for each in FIELDS if each in one or each in other):
        found = total[field] = ValueCounts()
        for part in (counts[field] for counts in (one, other) if field in counts):
            found.others += part.others
            for value, count in part.values.items():
                found.values[value] = found.values.get(value, 0) + count
    return settled(total)


def _hash(value: str) -> int:
    from hashlib import blake2b

    digest = blake2b(value.encode("utf-8", "surrogatepass"), digest_size=_HASH_BYTES).digest()
    return int.from_bytes(digest)


def _cap(counts: ValueCounts) -> None:
    if len(counts.values) <= MOST_VALUES:
        return
    kept = {value: counts.values[value] for value in nsmallest(MOST_VALUES, counts.values, key=_hash)}
    counts.others += sum(counts.values.values()) - sum(kept.values())
    counts.values = kept


def _distinct(counts: ValueCounts) -> tuple[int, float]:
    """How many values there are, and the error of that: by the highest of the lowest hashes.

    The estimate is that of Bar-Yossef et al., "Counting distinct elements in a data stream", 2002.
    """
    if not counts.others:
        return len(counts.values), 0.0
    highest = max(map(_hash, counts.values)) or 1
    estimate = round((MOST_VALUES - 1) * (1 << 8 * _HASH_BYTES) / highest)
    return estimate, round((MOST_VALUES - 2) ** -0.5, 3)
