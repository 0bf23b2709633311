"""What a team's own rules would change: which groups they match, and what becomes of them."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from ..model import Error
from .issue_rules import IssueRule, IssueRules


class Tried(msgspec.Struct, frozen=True):
    """A group, or a stack of a known issue, without rules."""

    fingerprint: str
    title: str
    error: Error
    runtime: str | None
    count: int = 0
    """Occurrences; 0 where they are not known."""


class Effect(msgspec.Struct):
    """What one rule does."""

    rule: IssueRule
    groups: list[Tried] = []
    """Those that it matches."""

    @property
    def fingerprints(self) -> set[str]:
        """Those of its groups by the rule."""
        return {self.rule.fingerprint(each.fingerprint) for each in self.groups}

    @property
    def words(self) -> str:
        """What becomes of the groups, in words."""
        said = []
        number = f"{len(self.groups):,} {'group' if len(self.groups) == 1 else 'groups'}"
        if self.rule.group is not None:
            verb = "is" if len(self.groups) == 1 else "become"
            said.append(f"{number} {verb} the group {self.rule.group!r}")
        elif self.rule.apart or self.rule.match.message:
            said.append(f"{number} kept apart from what else has their fingerprints")
        else:
            said.append(number)
        said += ["ignored"] if self.rule.ignore else []
        for name in ("title", "owner", "severity"):
            if (value := getattr(self.rule, name)) is not None:
                said.append(f"{name} {value!r}")
        return ", ".join(said)


def effects(rules: IssueRules, groups: Iterable[Tried]) -> list[Effect]:
    """What each of ``rules`` does with ``groups``, in the order of the rules; also those that do nothing."""
    found = {each.name: Effect(each) for each in rules.rules}
    for group in groups:
        rule = rules.match(group.error, group.runtime, group.fingerprint)
        if rule is not None:
            found[rule.name].groups.append(group)
    return list(found.values())
