"""Groups of one run that differ in who called alone: one removed option may fail at a hundred places."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TypeAlias

from .._regex import regex
from ..model import Error, Group
from .issue_rules import OF_RULES

_FEWEST = 3
"""Groups of which it is worth saying that they are alike."""
_NUMBER = regex(r"0x[0-9A-Fa-f]++|\d++")
_LONGEST = 500
"""Characters of a message that are compared."""

_Key: TypeAlias = tuple[object, ...]


def families(
    groups: Iterable[Group], also: Callable[[Group], object] = lambda _: None
) -> dict[str, list[Group]]:
    """Groups that are raised at the same place and say the same, by the fingerprint of the most frequent one.

    That one stands first of each list. Numbers in messages do not count, a message without a word says
    nothing, and what a rule of a team's own groups or keeps apart is left alone. ``also`` gives what else
    must be equal.
    """
    found: dict[_Key, list[Group]] = {}
    for each in groups:
        key = _key(each)
        if key is not None:
            found.setdefault((*key, also(each)), []).append(each)
    alike = (sorted(each, key=lambda group: -group.count) for each in found.values() if len(each) >= _FEWEST)
    return {each[0].fingerprint: each for each in alike}


def mark_families(
    groups: Iterable[Group], also: Callable[[Group], object] = lambda _: None
) -> dict[str, list[Group]]:
    """:func:`families`, each of whose groups is told which one stands for it."""
    found = families(groups, also)
    for name, members in found.items():
        for each in members:
            each.family = name
    return found


def _key(group: Group) -> _Key | None:
    error = group.error
    if not error.frames or error.children or group.fingerprint.startswith(OF_RULES):
        return None
    said = _said(error)
    root = error.chain()[-1]
    if not any(map(str.isalpha, said)):
        return None
    where = error.frames[0]
    return group.runtime, error.type, said, where.function, where.file, root.type, _said(root)


def _said(error: Error) -> str:
    message = (error.message or "").partition("\n")[0][:_LONGEST]
    return _NUMBER.sub("0", message)
