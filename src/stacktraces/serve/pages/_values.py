"""How often which message, host, release, … stands in the occurrences of an issue."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import NamedTuple
from urllib.parse import urlencode

from ..store import StoredOccurrence

_COUNTED = ("message", "environment", "release", "host")
"""What is counted of every occurrence."""
_FILTERED = ("environment", "release", "host")
"""Names of the list's filters."""
_OF_KEPT = ("pod", "process", "logger", "level")
"""What is told by the occurrences that are kept."""
_MOST = 8


class Value(NamedTuple):
    """A value with its count."""

    text: str
    occurrences: int
    query: str
    """Of the list of the issues that have it; "" where the list has no such filter."""


class Values(NamedTuple):
    """The values of one kind, the most frequent first."""

    name: str
    values: list[Value]
    more: int
    """Values that are left out."""


def values_of(facets: Mapping[str, Mapping[str, int]], latest: Sequence[StoredOccurrence]) -> list[Values]:
    """By ``facets``, the exact counts of an issue, and by its ``latest`` occurrences."""
    found = [_values(name, facets.get(name, {})) for name in _COUNTED]
    for name in _OF_KEPT:
        counts = Counter(value for each in latest if (value := getattr(each.trace.context, name)))
        found.append(_values(name, dict(counts.most_common())))
    return [each for each in found if each.values]


def _values(name: str, counts: Mapping[str, int]) -> Values:
    shown = [
        Value(text.partition("\n")[0], count, urlencode({name: text}) if name in _FILTERED else "")
        for text, count in list(counts.items())[:_MOST]
    ]
    return Values(name, shown, max(0, len(counts) - _MOST))
