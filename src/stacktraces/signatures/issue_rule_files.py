"""Files of rules of a team's own, read and checked: what is wrong is told with file, line and reason."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable
from typing import Literal

import msgspec

from .. import _toml
from .._regex import regex
from ..errors import RuleError
from .issue_rules import Conditions, IssueRule, IssueRules

NAME = "issue-rules.toml"
"""What such a file is called that stands beside a list of known issues."""
MOST_RULES = 1000
_MOST_MIB = 1
_PLACE_OF_ERROR = regex(r"`\$\.rule\[(\d+)\]((?:\.\w+|\[\d+\])*)`")
_UNKNOWN_KEY = regex(r"unknown field `([^`]+)`")
_TOLD = ("group", "title", "owner", "severity")
_TABLE = regex(r"[ \t]*\[\[[ \t]*rule[ \t]*\]\]")


class _Rule(msgspec.Struct, forbid_unknown_fields=True):
    name: str
    match: Conditions
    group: str | None = None
    apart: bool = False
    title: str | None = None
    owner: str | None = None
    severity: Literal["low", "medium", "high", "critical"] | None = None
    ignore: bool = False


class _File(msgspec.Struct, forbid_unknown_fields=True):
    rule: list[_Rule] = []


def load_issue_rules(path: str | os.PathLike[str]) -> IssueRules:
    """The rules of the TOML file at ``path``.

    Raises ``RuleError`` with the file, the line and the reason: it cannot be read, is no TOML, lacks or
    misspells a key, or a rule says nothing, contradicts itself, or never decides for one before it does.
    """
    return parse_issue_rules(_toml.read_text(path, "rules", _MOST_MIB), os.fspath(path))


def parse_issue_rules(text: str, name: str) -> IssueRules:
    """The rules in ``text``; ``name`` is what errors call it. Raises ``RuleError``."""
    text = text.removeprefix("\ufeff")
    lines = text.split("\n")
    starts = [number for number, line in enumerate(lines, 1) if _TABLE.match(line)]
    try:
        found = msgspec.convert(_toml.parse(text, name), _File).rule
    except msgspec.ValidationError as error:
        raise RuleError(f"{name}:{_line_of(str(error), lines, starts)}: {error}") from None
    if len(found) > MOST_RULES:
        raise RuleError(f"{name}:{(starts or [1])[-1]}: there are more than {MOST_RULES:,} rules")
    numbered = zip(found, starts if len(starts) == len(found) else [1] * len(found), strict=True)
    rules = tuple(
        IssueRule(line=line, **{field: getattr(each, field) for field in _Rule.__struct_fields__})
        for each, line in numbered
    )
    _check(rules, name)
    return IssueRules(_told_alike(rules, name), name)


def _line_of(message: str, lines: list[str], starts: list[int]) -> int:
    """The line of what ``message`` complains of: of a key where it names one, else of its rule."""
    place = _PLACE_OF_ERROR.search(message)
    if place is None or int(place[1]) >= len(starts):
        return 1
    number = int(place[1])
    first, end = starts[number], starts[number + 1] - 1 if number + 1 < len(starts) else len(lines)
    unknown = _UNKNOWN_KEY.search(message)
    key = unknown[1] if unknown else place[2].rpartition(".")[2].partition("[")[0]
    named = regex(rf"(?:.*[\s{{,.])?[\"']?{re.escape(key)}[\"']?\s*[=\].]") if key else None
    for line in range(first, end):
        if named is not None and named.match(lines[line]):
            return line + 1
    return first


def _check(rules: Iterable[IssueRule], name: str) -> None:
    """Raise ``RuleError`` for rules that say nothing, contradict themselves or one another."""
    names: dict[str, IssueRule] = {}
    conditions: dict[bytes, IssueRule] = {}
    for each in rules:
        where = f"{name}:{each.line}: rule {each.name!r}"
        if not each.name.strip():
            raise RuleError(f"{name}:{each.line}: a rule without a name; name it for what it is about")
        if (empty := _empty(each)) is not None:
            raise RuleError(f"{where} has an empty {empty}: give it a text, or leave it out")
        if each.match == Conditions():
            raise RuleError(f"{where} matches all errors: give at least one condition in `match`")
        if any(set(value) & set("*?[") for value in _texts(each.match.fingerprint)):
            raise RuleError(f"{where} has a glob as `fingerprint`: give the start of a fingerprint")
        if each.group is not None and each.apart:
            raise RuleError(f"{where} contradicts itself: it groups and keeps apart")
        if not (each.group or each.apart or each.title or each.owner or each.severity or each.ignore):
            raise RuleError(f"{where} does nothing: give group, apart, title, owner, severity or ignore")
        if (same := names.setdefault(each.name, each)) is not each:
            raise RuleError(f"{where} has the name of the rule at line {same.line}; give it another one")
        before = conditions.setdefault(_normal(each.match), each)
        if before is not each:
            raise RuleError(
                f"{where} never decides: rule {before.name!r} at line {before.line} has the same conditions"
            )


def _empty(rule: IssueRule) -> str | None:
    """A key of ``rule`` whose text is empty: as a condition it would hold for every error."""
    for key in Conditions.__struct_fields__:
        if not all(_texts(getattr(rule.match, key))):
            return f"`{key}` in `match`"
    wrong = (key for key in _TOLD if (value := getattr(rule, key)) is not None and not value.strip())
    return next((f"`{key}`" for key in wrong), None)


def _told_alike(rules: tuple[IssueRule, ...], name: str) -> tuple[IssueRule, ...]:
    """``rules``, of which those of one group say the same of it, whichever was met first.

    Raises ``RuleError`` where two of them contradict each other.
    """
    said: dict[str, dict[str, IssueRule]] = {}
    for each in rules:
        for key in ("title", "owner", "severity", "ignore") if each.group is not None else ():
            value = getattr(each, key)
            if value is None:
                continue
            before = said.setdefault(each.group or "", {}).setdefault(key, each)
            if getattr(before, key) != value:
                raise RuleError(
                    f"{name}:{each.line}: rule {each.name!r} contradicts rule {before.name!r}"
                    f" at line {before.line}: of the group {each.group!r} it says another {key}"
                )
    return tuple(
        msgspec.structs.replace(
            each, **{key: getattr(rule, key) for key, rule in said.get(each.group or "", {}).items()}
        )
        for each in rules
    )


def _texts(wanted: str | list[str]) -> list[str]:
    return [wanted] if isinstance(wanted, str) else wanted


def _normal(conditions: Conditions) -> bytes:
    wanted = {
        field: sorted(_texts(value))
        for field in Conditions.__struct_fields__
        if (value := getattr(conditions, field))
    }
    return msgspec.json.encode(wanted)
