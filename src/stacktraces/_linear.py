"""Whether a regular expression runs in linear time: told from its structure, before it meets any input.

A backtracking matcher is slow where it has a choice: a repeated part and what follows it can take the same
character. Such a choice may stand once in a pattern, outside of every repetition; ``re``'s possessive
quantifiers and atomic groups leave no choice. (The condition is that of one-unambiguous expressions:
Brüggemann-Klein and Wood, 1998, applied to first characters.)
"""

from __future__ import annotations

import functools
import operator
from collections.abc import Iterable

# The structure of a pattern is told by nothing else; the stubs leave these modules out.
from re import _constants as sre  # type: ignore[attr-defined]
from re import _parser  # type: ignore[attr-defined]
from typing import Any, TypeAlias

Characters: TypeAlias = int
"""A bit for each byte."""

_ANY: Characters = (1 << 256) - 1
_NONE: Characters = 0
_REPEATS = (sre.MAX_REPEAT, sre.MIN_REPEAT, sre.POSSESSIVE_REPEAT)


def _union(characters: Iterable[Characters]) -> Characters:
    return functools.reduce(operator.or_, characters, _NONE)


def _bits(characters: Iterable[int]) -> Characters:
    return _union(1 << each for each in characters)


_DIGITS = _bits(b"0123456789")
_SPACES = _bits(b" \t\n\r\f\v")
_WORDS = _bits(each for each in range(128) if chr(each).isalnum() or chr(each) == "_")
_CATEGORIES = {
    sre.CATEGORY_DIGIT: _DIGITS,
    sre.CATEGORY_NOT_DIGIT: _ANY & ~_DIGITS,
    sre.CATEGORY_SPACE: _SPACES,
    sre.CATEGORY_NOT_SPACE: _ANY & ~_SPACES,
    sre.CATEGORY_WORD: _WORDS,
    sre.CATEGORY_NOT_WORD: _ANY & ~_WORDS,
}


_parsed = functools.lru_cache(maxsize=4)(_parser.parse)


def why_not_linear(pattern: bytes) -> str | None:
    """What makes ``pattern`` slow, for a person to change it; ``None`` where it is linear.

    Raises ``re.error`` for a pattern that is no regular expression.
    """
    check = _Check()
    try:
        check.sequence(list(_parsed(pattern)), _NONE, repeated=False)
    except _Slow as slow:
        return str(slow)
    if check.choices > 1:
        return (
            "more than one repetition can take the character that follows it: use a class that excludes it, "
            "or a possessive quantifier (*+, ++)"
        )
    return None


class _Slow(Exception):
    """Why."""


class _Check:
    def __init__(self) -> None:
        self.choices = 0

    def sequence(self, items: list[Any], follow: Characters, *, repeated: bool) -> None:
        for index in range(len(items) - 1, -1, -1):
            self._item(items[index], follow, repeated)
            first, optional = _first([items[index]])
            follow = first | follow if optional else first

    def _item(self, item: Any, follow: Characters, repeated: bool) -> None:
        kind, value = item
        if kind in (sre.GROUPREF, sre.GROUPREF_EXISTS, sre.GROUPREF_IGNORE):
            raise _Slow("it refers back to a group")
        if kind in _REPEATS:
            self._repeat(kind, value, follow, repeated)
        elif kind is sre.BRANCH:
            self._branch(value[1], follow, repeated)
        elif kind is sre.SUBPATTERN:
            self.sequence(list(value[-1]), follow, repeated=repeated)
        elif kind is sre.ATOMIC_GROUP:
            self.sequence(list(value), _NONE, repeated=repeated)
        elif kind in (sre.ASSERT, sre.ASSERT_NOT):
            self.sequence(list(value[1]), _NONE, repeated=repeated)

    def _repeat(self, kind: Any, value: Any, follow: Characters, repeated: bool) -> None:
        lowest, highest, body = value
        first, optional = _first(list(body))
        often = highest > 1
        if often and optional:
            raise _Slow("it repeats something that may be empty")
        if kind is sre.POSSESSIVE_REPEAT:
            self.sequence(list(body), _NONE, repeated=repeated)
            return
        if lowest != highest:
            if repeated:
                raise _Slow("it repeats a repetition: write one of them possessive (*+, ++)")
            self.choices += bool(first & follow)
        self.sequence(list(body), first | follow if often else follow, repeated=repeated or often)

    def _branch(self, branches: list[Any], follow: Characters, repeated: bool) -> None:
        seen: Characters = _NONE
        for each in branches:
            first, _ = _first(list(each))
            if first & seen and repeated:
                raise _Slow("alternatives inside a repetition start alike")
            seen |= first
            self.sequence(list(each), follow, repeated=repeated)


def _first(items: list[Any]) -> tuple[Characters, bool]:
    """The characters that ``items`` can start with, and whether they may match nothing."""
    found: Characters = _NONE
    for kind, value in items:
        characters, optional = _first_of(kind, value)
        found |= characters
        if not optional:
            return found, False
    return found, True


def _first_of(kind: Any, value: Any) -> tuple[Characters, bool]:
    if kind in _REPEATS:
        characters, optional = _first(list(value[2]))
        return characters, optional or value[0] == 0
    if kind is sre.SUBPATTERN:
        return _first(list(value[-1]))
    if kind is sre.ATOMIC_GROUP:
        return _first(list(value))
    if kind is sre.BRANCH:
        parts = [_first(list(each)) for each in value[1]]
        return _union(part[0] for part in parts), any(part[1] for part in parts)
    if kind in (sre.AT, sre.ASSERT, sre.ASSERT_NOT):
        return _NONE, True
    return _class_of(kind, value), False


def _class_of(kind: Any, value: Any) -> Characters:
    if kind is sre.LITERAL:
        return 1 << int(value)
    if kind is sre.NOT_LITERAL:
        return _ANY & ~(1 << int(value))
    if kind is sre.RANGE:
        return (2 << int(value[1])) - (1 << int(value[0]))
    if kind is sre.CATEGORY:
        return _CATEGORIES[value]
    if kind is sre.IN:
        negated = value[0][0] is sre.NEGATE
        inside = _union(_class_of(*each) for each in value[negated:])
        return _ANY & ~inside if negated else inside
    return _ANY


def captures(pattern: bytes) -> bool:
    """Whether ``pattern`` has a capturing group, or sets flags. Raises ``re.error`` as the others do."""
    state = _parsed(pattern).state
    return bool(state.groups > 1 or state.flags)


def may_take(pattern: bytes, byte: int) -> bool:
    """Whether ``pattern`` can match a text that holds ``byte``; what it only looks at does not count."""
    return _may_take(list(_parsed(pattern)), byte)


def _may_take(items: list[Any], byte: int) -> bool:
    for kind, value in items:
        if kind in _REPEATS:
            found = _may_take(list(value[2]), byte)
        elif kind is sre.SUBPATTERN:
            found = _may_take(list(value[-1]), byte)
        elif kind is sre.ATOMIC_GROUP:
            found = _may_take(list(value), byte)
        elif kind is sre.BRANCH:
            found = any(_may_take(list(each), byte) for each in value[1])
        elif kind in (sre.AT, sre.ASSERT, sre.ASSERT_NOT):
            found = False
        elif kind is sre.ANY:
            found = byte != ord("\n")
        else:
            found = bool(_class_of(kind, value) >> byte & 1)
        if found:
            return True
    return False
