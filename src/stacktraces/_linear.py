"""Whether a regular expression runs in linear time: told from its structure, before it meets any input.

A backtracking matcher is slow where it has a choice: a repeated part and what follows it can take the same
character. Such a choice may stand once on a way through a pattern, outside of every repetition; ``re``'s
possessive quantifiers and atomic groups leave no choice. (The condition is that of one-unambiguous
expressions: Brüggemann-Klein and Wood, 1998, applied to first characters.)
"""

from __future__ import annotations

import functools
import operator
import re
from collections.abc import Iterable

# The structure of a pattern is told by nothing else; the stubs leave these modules out.
from re import _constants as sre  # type: ignore[attr-defined]
from re import _parser  # type: ignore[attr-defined]
from typing import Any, NamedTuple, TypeAlias

Characters: TypeAlias = int
"""A bit for each byte."""

_ANY: Characters = (1 << 256) - 1
_NONE: Characters = 0
_BEYOND_ASCII, _LAST, _NO_BYTE = 0x80, 0xFF, 0x100
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


def why_not_linear(pattern: str | bytes) -> str | None:
    """What makes ``pattern`` slow, for a person to change it; ``None`` where it is linear.

    Raises ``re.error`` for a pattern that is no regular expression.
    """
    parsed = _parsed(pattern)
    items = _widened(list(parsed), isinstance(pattern, str), bool(parsed.state.flags & re.IGNORECASE))
    try:
        choices = _choices(items, _NONE, repeated=False)
    except _Slow as slow:
        return str(slow)
    if choices.long > 1:
        return (
            "more than one repetition can take the character that follows it: use a class that excludes it, "
            "or a possessive quantifier (*+, ++)"
        )
    if choices.short > _MOST_SHORT:
        return (
            f"more than {_MOST_SHORT} optional parts can take the character that follows them, or "
            "alternatives start alike: make some possessive (?+) or atomic"
        )
    return None


class _Slow(Exception):
    """Why."""


class _Choices(NamedTuple):
    """How often a matcher may have to try again, on the worst way through a pattern."""

    long: int = 0
    """Repetitions, each of which can end at as many places as the text is long."""
    short: int = 0
    """Optional parts and alternatives that start alike, each of which doubles what is tried."""

    def and_then(self, other: _Choices) -> _Choices:
        return _Choices(self.long + other.long, self.short + other.short)

    def or_else(self, other: _Choices) -> _Choices:
        return _Choices(max(self.long, other.long), max(self.short, other.short))


_MOST_SHORT = 8


def _widened(items: list[Any], text: bool, fold: bool) -> list[Any]:
    """``items`` in bytes, which take all that they take and more: for ``text`` those above ASCII are one."""
    return [_widened_item(kind, value, text, fold) for kind, value in items]


def _widened_item(kind: Any, value: Any, text: bool, fold: bool) -> Any:
    if kind in _REPEATS:
        return kind, (*value[:2], _widened(list(value[2]), text, fold))
    if kind is sre.SUBPATTERN:
        group, added, removed, inner = value
        folds = (fold or bool(added & re.IGNORECASE)) and not removed & re.IGNORECASE
        return kind, (group, added, removed, _widened(list(inner), text, folds))
    if kind is sre.ATOMIC_GROUP:
        return kind, _widened(list(value), text, fold)
    if kind is sre.BRANCH:
        return kind, (None, [_widened(list(each), text, fold) for each in value[1]])
    if kind in (sre.ASSERT, sre.ASSERT_NOT):
        return kind, (value[0], _widened(list(value[1]), text, fold))
    if kind is sre.NOT_LITERAL:
        return kind, value if value < _BEYOND_ASCII or not text else _NO_BYTE
    if kind is sre.IN and value[0][0] is sre.NEGATE:
        # What is left out is not widened, so that what is taken is.
        left_out = [each for each in value[1:] if not text or not _is_beyond(*each)]
        return kind, [value[0], *left_out, (sre.LITERAL, _NO_BYTE)]
    if kind in (sre.LITERAL, sre.CATEGORY):
        return sre.IN, _widened_class([(kind, value)], text, fold)
    return (kind, _widened_class(value, text, fold)) if kind is sre.IN else (kind, value)


def _widened_class(members: list[Any], text: bool, fold: bool) -> list[Any]:
    found: list[Any] = []
    for kind, value in members:
        first, last = (value, value) if kind is sre.LITERAL else value if kind is sre.RANGE else (1, 0)
        if not (text and first >= _BEYOND_ASCII):
            found.append((kind, (first, min(last, _LAST)) if kind is sre.RANGE else value))
        if text and (fold or _is_beyond(kind, value)):
            found.append((sre.RANGE, (_BEYOND_ASCII, _LAST)))
        if fold:
            swapped = {ord(chr(each).swapcase()) for each in range(first, min(last, _LAST) + 1) if each < 128}
            found += [(sre.LITERAL, each) for each in swapped]
    return found


def _is_beyond(kind: Any, value: Any) -> bool:
    """Whether a member of a class takes characters above ASCII."""
    if kind is sre.CATEGORY:
        return True
    return bool((value[1] if kind is sre.RANGE else value) >= _BEYOND_ASCII)


def _choices(items: list[Any], follow: Characters, *, repeated: bool) -> _Choices:
    """The choices of a sequence, behind which stands one of the characters ``follow``."""
    found = _Choices()
    for index in range(len(items) - 1, -1, -1):
        found = found.and_then(_choices_of(items[index], follow, repeated))
        first, optional = _first([items[index]])
        follow = first | follow if optional else first
    return found


def _choices_of(item: Any, follow: Characters, repeated: bool) -> _Choices:
    kind, value = item
    if kind in (sre.GROUPREF, sre.GROUPREF_EXISTS, sre.GROUPREF_IGNORE):
        raise _Slow("it refers back to a group")
    if kind in _REPEATS:
        return _repeat(kind, value, follow, repeated)
    if kind is sre.BRANCH:
        return _branch(value[1], follow, repeated)
    if kind is sre.SUBPATTERN:
        return _choices(list(value[-1]), follow, repeated=repeated)
    if kind is sre.ATOMIC_GROUP:
        return _choices(list(value), _NONE, repeated=repeated)
    if kind in (sre.ASSERT, sre.ASSERT_NOT):
        return _choices(list(value[1]), _NONE, repeated=repeated)
    return _Choices()


def _repeat(kind: Any, value: Any, follow: Characters, repeated: bool) -> _Choices:
    lowest, highest, body = value
    first, optional = _first(list(body))
    often = highest > 1
    if often and optional:
        raise _Slow("it repeats something that may be empty")
    if kind is sre.POSSESSIVE_REPEAT:
        return _choices(list(body), _NONE, repeated=repeated)
    own = _Choices()
    if lowest != highest:
        if repeated:
            raise _Slow("it repeats a repetition: write one of them possessive (*+, ++)")
        if first & follow:
            own = _Choices(long=1) if often else _Choices(short=1)
    body_follow = first | follow if often else follow
    return own.and_then(_choices(list(body), body_follow, repeated=repeated or often))


def _branch(branches: list[Any], follow: Characters, repeated: bool) -> _Choices:
    found, seen, alike = _Choices(), _NONE, False
    for each in branches:
        first, optional = _first(list(each))
        first |= follow if optional else _NONE
        alike = alike or bool(first & seen)
        seen |= first
        found = found.or_else(_choices(list(each), follow, repeated=repeated))
    if alike and repeated:
        raise _Slow("alternatives inside a repetition start alike")
    return found.and_then(_Choices(short=1)) if alike else found


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
