"""What a change of the fingerprint algorithm or of the rules does to known issues, and migrating them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from typing import Literal, TypeAlias

import msgspec

from .issue import Issue, Stack, consolidated
from .older import exemplar_today, fingerprint_today, is_outdated
from .operations import absorb
from .store import Lookup, Store

Kind: TypeAlias = Literal["merge", "split", "move", "stale"]


class Change(msgspec.Struct, frozen=True):
    """What would become of a fingerprint, or of issues."""

    kind: Kind
    """``merge``: several issues get one fingerprint; ``split``: one fingerprint becomes several of the same
    issue; ``move``: it becomes another one; ``stale``: it is of another version of the algorithm, and
    without an exemplar that could tell what it is now."""
    issues: list[str]
    """The issues concerned; of a merge, the one that stays is first."""
    before: list[str]
    """Fingerprints as stored."""
    after: list[str]
    """Fingerprints as they are now."""


def check(lookup: Lookup) -> list[Change]:
    """What would change if the exemplars of each issue were fingerprinted anew; empty where nothing does.

    Raises ``StoreError`` where the store cannot be read.
    """
    claims: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    weights: dict[str, tuple[int, str]] = {}
    changes: list[Change] = []
    for issue in lookup.issues():
        weights[issue.id] = -issue.count, issue.id
        for before, after in _renamed(issue).items():
            changes.extend(_change(issue.id, before, after))
            for each in after:
                claims[each][issue.id].append(before)
    for name, owners in sorted(claims.items()):
        if len(owners) > 1 and _become_one(owners):
            names = sorted(owners, key=weights.__getitem__)
            stored = sorted({each for found in owners.values() for each in found})
            changes.append(Change("merge", names, stored, [name]))
    return changes


def _become_one(owners: Mapping[str, Collection[str]]) -> bool:
    """Whether a new name makes issues one that were told apart by their names before.

    ``owners`` are the fingerprints as stored, by issue.
    """
    stored = list(owners.values())
    return all(set(one).isdisjoint(other) for number, one in enumerate(stored) for other in stored[:number])


def _renamed(issue: Issue) -> dict[str, list[str]]:
    """For each fingerprint of ``issue`` what its exemplars are called now; itself where it has none."""
    renamed: dict[str, list[str]] = {}
    for stack in issue.stacks:
        now = renamed.setdefault(stack.fingerprint, [])
        if stack.error is not None and (name := fingerprint_today(stack)) not in now:
            now.append(name)
    return {before: after or [before] for before, after in renamed.items()}


def _change(issue_id: str, before: str, after: list[str]) -> Iterable[Change]:
    if len(after) > 1:
        yield Change("split", [issue_id], [before], after)
    elif after != [before]:
        yield Change("move", [issue_id], [before], after)
    elif is_outdated(before):
        yield Change("stale", [issue_id], [before], [])


def migrate(store: Store) -> list[Change]:
    """Make the changes that :func:`check` tells of, all or none; gives them back.

    An issue keeps its id and what was seen of it. Of issues that get the same fingerprint, the one that
    was seen most often absorbs the others. Fingerprints without an exemplar stay as they are.
    """
    with store.edit() as edit:
        changes = check(edit)
        if not changes:
            return changes
        issues = {issue.id: issue for issue in edit.issues()}
        for issue in issues.values():
            issue.stacks = [_renewed(stack) for stack in issue.stacks]
        survivors: dict[str, str] = {}
        for each in changes:
            if each.kind == "merge":
                _merge(issues, survivors, each.issues)
        touched = {issue_id for each in changes for issue_id in each.issues}
        for issue_id in touched:
            edit.remove(issue_id)
        for issue_id in sorted(touched & issues.keys()):
            issues[issue_id].stacks = consolidated(issues[issue_id].stacks)
            edit.put(issues[issue_id])
    return changes


def _renewed(stack: Stack) -> Stack:
    if stack.error is None:
        return stack
    return msgspec.structs.replace(stack, fingerprint=fingerprint_today(stack), error=exemplar_today(stack))


def _merge(issues: dict[str, Issue], survivors: dict[str, str], names: list[str]) -> None:
    """Let the first of ``names`` absorb the others, wherever they have gone by now."""
    roots = list(dict.fromkeys(_root(survivors, name) for name in names))
    for absorbed in roots[1:]:
        absorb(issues[roots[0]], issues.pop(absorbed))
        survivors[absorbed] = roots[0]


def _root(survivors: dict[str, str], name: str) -> str:
    while name in survivors:
        name = survivors[name]
    return name
