"""Merging what two branches did to a baseline file: issue by issue, not line by line."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple, TypeVar

import msgspec

from . import _document, _layout
from .issue import Issue, Stack, consolidated

_FIELDS = ("title", "status", "resolved_at", "resolved_in", "muted_until", "link", "note")
_MISSING = object()
_T = TypeVar("_T")


class Merged(NamedTuple):
    """The merged text of a baseline."""

    text: str
    conflicts: list[str]
    """The ids of the issues that both branches changed in ways that do not go together.

    In the text they stand in both versions, between conflict markers.
    """


def merge(base: str, ours: str, theirs: str, name: str) -> Merged:
    """What becomes of the baseline called ``name``, whose text was ``base`` before the branches parted.

    Raises ``StoreError`` where one of the texts is no baseline.
    """
    (_, before), (head, here), (_, there) = (_document.read(each, name) for each in (base, ours, theirs))
    texts: list[tuple[str, str]] = []
    conflicts: list[str] = []
    for issue_id in sorted(here.keys() | there.keys()):
        mine, other = here.get(issue_id), there.get(issue_id)
        old = before[issue_id].issue if issue_id in before else None
        one, two = mine.issue if mine else None, other.issue if other else None
        if one == two or two == old:
            chosen = mine
        elif one == old:
            chosen = other
        else:
            found = _merged(old, one, two) if one is not None and two is not None else None
            if found is None:
                conflicts.append(issue_id)
                texts.append((issue_id, _both(_document.text_of(mine), _document.text_of(other))))
                continue
            chosen = _document.Entry(found)
        if chosen is not None:
            texts.append((issue_id, _document.text_of(chosen)))
    return Merged(_layout.join(head, _document.FORMAT, texts), conflicts)


def _both(ours: str, theirs: str) -> str:
    return f"<<<<<<< ours\n{ours}=======\n{theirs}>>>>>>> theirs\n"


def _merged(old: Issue | None, one: Issue, two: Issue) -> Issue | None:
    """The issue with the changes of both; ``None`` where they changed one field differently."""
    merged = one.copy()
    for field in _FIELDS:
        before = getattr(old, field) if old is not None else _MISSING
        chosen = _chosen(before, getattr(one, field), getattr(two, field))
        if chosen is _MISSING:
            return None
        setattr(merged, field, chosen)
    past = old or Issue(id=one.id, title=one.title)
    merged.aliases = sorted(_kept(past.aliases, one.aliases, two.aliases, str))
    merged.stacks = consolidated(_kept(past.stacks, one.stacks, two.stacks, _identity))
    return merged.copy()


def _chosen(before: Any, one: Any, two: Any) -> Any:
    if one == two or two == before:
        return one
    return two if one == before else _MISSING


def _kept(
    before: Sequence[_T], one: Sequence[_T], two: Sequence[_T], key: Callable[[_T], object]
) -> list[_T]:
    """What both sides have, and what one of them added; what one took away is gone."""
    past, ours, theirs = ({key(each): each for each in found} for found in (before, one, two))
    kept = []
    for name in dict.fromkeys((*ours, *theirs)):
        if name in past and (name not in ours or name not in theirs):
            continue
        is_mine = name in ours and ours[name] != past.get(name)
        kept.append(ours[name] if is_mine or name not in theirs else theirs[name])
    return kept


def _identity(stack: Stack) -> object:
    return stack.fingerprint, msgspec.json.encode(stack.error)
