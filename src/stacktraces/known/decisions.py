"""Decisions of people that are kept as rules of the team's own, to be read, reviewed and taken back."""

from __future__ import annotations

import os
from pathlib import Path

import msgspec
import tomli_w

from ..render._safe import safe
from ..signatures.fingerprint import fingerprint
from ..signatures.issue_rule_files import load_issue_rules, parse_issue_rules
from ..signatures.issue_rules import OF_RULES, Conditions, IssueRule
from . import _atomic
from .issue import Issue
from .older import exemplar_today


def as_one(issue: Issue) -> IssueRule:
    """The rule that what has a fingerprint of ``issue`` is one group."""
    return IssueRule(issue.title, _conditions(issue), group=issue.title)


def as_own(issue: Issue) -> IssueRule:
    """The rule that what has a fingerprint of ``issue`` is a group of its own, and like nothing else."""
    return IssueRule(issue.title, _conditions(issue), apart=True)


def _conditions(issue: Issue) -> Conditions:
    """Rules match the fingerprints without rules; what another rule named is known by its exemplar."""
    found = []
    for stack in issue.stacks:
        if not stack.fingerprint.startswith(OF_RULES):
            found.append(stack.fingerprint)
        elif (error := exemplar_today(stack)) is not None:
            found.append(fingerprint(error, error.runtime))
    return Conditions(fingerprint=list(dict.fromkeys(found)))


def keep(path: str | os.PathLike[str], rule: IssueRule) -> str:
    """Put ``rule`` before the others in the file at ``path``, made where it is missing; gives its text.

    So the last decision counts. A rule with the same conditions gives way to it, as does an earlier decision
    on some of its fingerprints; a number is added to its name where another has that. Raises ``RuleError``
    where the file is wrong, or would be with the rule, and ``StoreError`` where it cannot be written; it is
    not changed then.
    """
    with _atomic.locked(Path(path)) as place:
        known = load_issue_rules(path).rules if os.path.lexists(path) else ()
        lines = Path(path).read_text(encoding="utf-8").split("\n") if known else [""]
        starts = [each.line - 1 for each in known]
        stale = [number for number, each in enumerate(known) if _gives_way(each, rule)]
        for number in reversed(stale):
            end = starts[number + 1] if number + 1 < len(starts) else len(lines)
            del lines[starts[number] : end]
        others = [each for number, each in enumerate(known) if number not in stale]
        text = _text(rule, {name for each in others for name in (each.name, each.group) if name})
        first = starts[0] if starts else 0
        content = "\n".join([*lines[:first], text, *lines[first:]]).rstrip("\n") + "\n"
        parse_issue_rules(content, os.fspath(path))
        _atomic.replace(place, content)
    return text


def _gives_way(before: IssueRule, rule: IssueRule) -> bool:
    if before.match == rule.match:
        return True
    # Who wrote more into a rule than a decision says wants to keep that.
    says_more = before.owner or before.severity or before.ignore or before.title not in (None, before.group)
    names = before.match.fingerprint
    only = before.match == Conditions(fingerprint=names) and not isinstance(names, str)
    return only and not says_more and set(names) <= set(rule.match.fingerprint)


def _text(rule: IssueRule, taken: set[str]) -> str:
    name, number = rule.name, 1
    while name in taken:
        number += 1
        name = f"{rule.name} ({number})"
    # Two issues may have one title, and are two groups for all that.
    group = rule.group and name
    fields = msgspec.to_builtins(msgspec.structs.replace(rule, name=name, group=group))
    match, fields = fields.pop("match"), {key: fields[key] for key in fields if key != "line"}
    wanted = {key: value for key, value in fields.items() if value not in (None, False)}
    table = tomli_w.dumps({"match": match})
    return "[[rule]]\n" + safe(tomli_w.dumps(wanted) + table.replace("[match]", "[rule.match]", 1), "toml")
