"""Places that look like a stack trace and were not read, added up."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from msgspec.structs import replace

from ..model import Origin
from ..sources.paths import Age, age
from .result import Unread


def added_up(places: Iterable[Unread]) -> list[Unread]:
    """``places`` with one of each kind, in the order of the first place of each."""
    found: dict[str, Unread] = {}
    for each in sorted(places, key=_position):
        known = found.get(each.kind)
        found[each.kind] = each if known is None else replace(known, count=known.count + each.count)
    return list(found.values())


def placed(places: Iterable[Unread], place: Callable[[Origin], Origin]) -> list[Unread]:
    """``places`` with their first places as ``place`` gives them."""
    return [replace(each, first=place(each.first)) for each in places]


def _position(each: Unread) -> tuple[Age, int, str]:
    return age(each.first.path or ""), each.first.offset or 0, each.kind
