"""What changed between two results: pure data, for ``stacktraces diff``."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal, TypeAlias

import msgspec

from ..model import Group

Kind: TypeAlias = Literal["appeared", "disappeared", "grew", "shrank"]
KINDS: tuple[Kind, ...] = ("appeared", "grew", "shrank", "disappeared")


class Difference(msgspec.Struct, frozen=True):
    """A group whose count is not the same in both results."""

    kind: Kind
    group: Group
    """As in the newer result; in the older one where it disappeared."""
    before: int
    after: int


def compare(older: Iterable[Group], newer: Iterable[Group]) -> list[Difference]:
    """The groups that differ, what appeared first, then by how much they changed."""
    before = _by_fingerprint(older)
    after = _by_fingerprint(newer)
    differences = [
        Difference(_kind(old, new), after.get(key) or before[key], old, new)
        for key in before | after
        if (old := _count(before, key)) != (new := _count(after, key))
    ]
    differences.sort(
        key=lambda each: (KINDS.index(each.kind), -abs(each.after - each.before), each.group.fingerprint)
    )
    return differences


def _by_fingerprint(groups: Iterable[Group]) -> dict[str, Group]:
    return {group.fingerprint: group for group in groups}


def _count(groups: dict[str, Group], key: str) -> int:
    return groups[key].count if key in groups else 0


def _kind(before: int, after: int) -> Kind:
    if not before:
        return "appeared"
    if not after:
        return "disappeared"
    return "grew" if after > before else "shrank"
