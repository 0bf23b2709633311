"""Rules on what is a secret, read from TOML and checked."""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from importlib.resources import files
from typing import Literal

import msgspec

from .. import _toml
from .._linear import why_not_linear
from ..errors import RuleError

MOST_RULES = 200
_MOST_MIB = 1


class Rule(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What one kind of secret looks like; ``rules.toml`` says what the keys mean."""

    name: str
    keys: list[str] = []
    headers: list[str] = []
    pattern: str | None = None
    near: list[str] = []
    least: int = 1
    check: Literal["luhn"] | None = None
    samples: list[str] = []
    plain: list[str] = []


class _File(msgspec.Struct, forbid_unknown_fields=True):
    rule: list[Rule] = []
    off: list[str] = []
    """Names of rules of ours that do not hold."""


def default_rules() -> tuple[Rule, ...]:
    """The rules that hold unless they are turned off."""
    text = (files(__package__) / "rules.toml").read_text("utf-8")
    return tuple(msgspec.convert(_toml.parse(text, "rules.toml"), _File).rule)


def load_rules(path: str | os.PathLike[str]) -> tuple[Rule, ...]:
    """The default rules without those that the TOML file at ``path`` turns ``off``, and those that it adds.

    Raises ``RuleError`` with the file and the reason.
    """
    name = os.fspath(path)
    try:
        found = msgspec.convert(_toml.parse(_toml.read_text(path, "rules", _MOST_MIB), name), _File)
    except msgspec.ValidationError as error:
        raise RuleError(f"{name}: {error}") from None
    ours = default_rules()
    if unknown := sorted(set(found.off) - {each.name for each in ours}):
        raise RuleError(f"{name}: `off` names {unknown[0]!r}, which is no rule of stacktraces")
    rules = (*(each for each in ours if each.name not in found.off), *found.rule)
    check(rules, name)
    return rules


def check(rules: Sequence[Rule], name: str) -> None:
    """Raise ``RuleError`` for rules that say nothing, are slow, or that their own samples disprove."""
    from .scrubber import Scrubber

    if len(rules) > MOST_RULES:
        raise RuleError(f"{name}: there are more than {MOST_RULES} rules")
    for each in rules:
        where = f"{name}: rule {each.name!r}"
        if sum(map(bool, (each.keys, each.headers, each.pattern))) != 1:
            raise RuleError(f"{where} takes one of keys, headers and pattern")
        if not all(word.strip() for word in (*each.keys, *each.headers, *each.near)):
            raise RuleError(f"{where} has an empty text")
        _check_pattern(each.pattern or "x", where)
        scrubber = Scrubber([each])
        if wrong := [sample for sample in each.samples if scrubber.text(sample) == sample]:
            raise RuleError(f"{where} finds no secret in its sample {wrong[0]!r}")
        if wrong := [plain for plain in each.plain if scrubber.text(plain) != plain]:
            raise RuleError(f"{where} finds a secret in {wrong[0]!r}, which is to have none")


def _check_pattern(pattern: str, where: str) -> None:
    try:
        compiled = re.compile(pattern)
    except (re.error, RecursionError, OverflowError) as error:
        raise RuleError(f"{where} has a pattern that is no regular expression: {error}") from None
    if reason := why_not_linear(pattern):
        raise RuleError(f"{where} has a pattern that can take more than linear time: {reason}")
    if compiled.match("") is not None:
        raise RuleError(f"{where} has a pattern that the empty text matches")
