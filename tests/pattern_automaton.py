"""An automaton of what Python's matcher may try of a regular expression, for :mod:`tests.backtracking`."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from re import _constants as sre  # type: ignore[attr-defined]
from typing import Any, NamedTuple

END, START = 256, 257
"""What stands behind and before all text, as characters."""
LETTER, SIGN = 128, 129
"""All letters beyond ASCII in a text, and all else there."""
TEXT = (1 << 256) - 1
ALL = (1 << 258) - 1
_MANY = 1000
"""A repetition of so many counts as one without bound."""
PASSED = 2
"""The position at which a search passes over text."""


def _bits(symbols: Iterable[int]) -> int:
    found = 0
    for each in symbols:
        found |= 1 << each
    return found


_DIGITS = _bits(b"0123456789")
_SPACES = _bits(b" \t\n\r\f\v")
_WORDS = _bits(each for each in range(128) if chr(each).isalnum() or chr(each) == "_")
NEWLINE = 1 << 10


class Edge(NamedTuple):
    """From a position to the next one."""

    target: int
    before: int
    """Characters, one of which was read last."""
    after: int
    """Characters, one of which is read next."""
    left: frozenset[int]
    """Atomic groups that end on the way."""
    entered: frozenset[int]
    sure: bool
    """Nothing else stands in the way."""


class Node:
    """A place between characters."""

    __slots__ = ("chars", "groups", "out")

    def __init__(self, groups: tuple[int, ...]) -> None:
        self.groups = groups
        self.chars = 0
        """What is read here; 0 where nothing is."""
        self.out: list[tuple[int, int, int, int, int, bool]] = []
        """Next nodes: node, before, after, group left or -1, group entered or -1, whether that is all there is to it."""


class Automaton:
    """The positions of a pattern: 0 starts, ``MATCHED`` is its end, ``PASSED`` what a search passes over."""

    def __init__(
        self, items: list[Any], flags: int, *, of_text: bool, lines: bool, searched: bool, full: bool
    ) -> None:
        self.text = TEXT if lines else TEXT & ~NEWLINE
        """The characters that there are: a pattern without line ends is for lines."""
        self._is_text = of_text
        self.lazy: set[int] = set()
        """Positions in repetitions that end as early as they can: what follows is tried at each place."""
        self.nodes = [Node(()), Node(()), Node(())]
        self._groups = 0
        start = self._node(())
        end = self._sequence(items, start, (), flags)
        self._link(end, 1, after=1 << END if full else ALL)
        self._link(0, start)
        if searched:
            self.nodes[2].chars = self.text
            self._link(0, 2)
            self._link(2, 2)
            self._link(2, start)
        self.edges: dict[int, list[Edge]] = {}
        for index, node in enumerate(self.nodes):
            if node.chars or index == 0:
                self.edges[index] = list(self._edges(index))

    # Building

    def _node(self, groups: tuple[int, ...]) -> int:
        self.nodes.append(Node(groups))
        return len(self.nodes) - 1

    def _link(
        self,
        source: int,
        target: int,
        before: int = ALL,
        after: int = ALL,
        left: int = -1,
        entered: int = -1,
        sure: bool = True,
    ) -> None:
        self.nodes[source].out.append((target, before, after, left, entered, sure))

    def _sequence(self, items: list[Any], at: int, groups: tuple[int, ...], flags: int) -> int:
        for kind, value in items:
            at = self._item(kind, value, at, groups, flags)
        return at

    def _item(self, kind: Any, value: Any, at: int, groups: tuple[int, ...], flags: int) -> int:
        if kind in (sre.MAX_REPEAT, sre.MIN_REPEAT):
            first = len(self.nodes)
            end = self._repeat(value, at, groups, flags)
            if kind is sre.MIN_REPEAT:
                self.lazy.update(range(first, len(self.nodes)))
            return end
        if kind is sre.POSSESSIVE_REPEAT:
            return self._possessive(value, at, groups, flags)
        if kind is sre.SUBPATTERN:
            _, added, removed, inner = value
            return self._sequence(list(inner), at, groups, (flags | added) & ~removed)
        if kind is sre.ATOMIC_GROUP:
            return self._atomic(list(value), at, groups, flags)
        if kind is sre.BRANCH:
            return self._branch([list(each) for each in value[1]], at, groups, flags)
        if kind is sre.GROUPREF_EXISTS:
            return self._branch([list(value[1]), list(value[2] or [])], at, groups, flags)
        if kind in (sre.ASSERT, sre.ASSERT_NOT):
            return self._assert(kind is sre.ASSERT, value[0], list(value[1]), at, groups, flags)
        if kind is sre.AT:
            return self._at(value, at, groups, flags)
        if kind is sre.FAILURE:
            return self._node(groups)
        node = self._node(groups)
        self.nodes[node].chars = self._class(kind, value, flags) & self.text
        self._link(at, node)
        return node

    def _repeat(self, value: Any, at: int, groups: tuple[int, ...], flags: int) -> int:
        lowest, highest, body = value
        items = list(body)
        endless = highest is sre.MAXREPEAT or highest > _MANY
        few = 1 if self._size(items) > 20 else 3
        end = self._node(groups)
        for _ in range(min(lowest, few) - (1 if endless and lowest else 0)):
            at = self._sequence(items, at, groups, flags)
        if endless:
            enter = self._node(groups)
            self._link(at, enter)
            last = self._sequence(items, enter, groups, flags)
            self._link(last, enter)
            self._link(last, end)
            if lowest == 0:
                self._link(at, end)
            return end
        self._link(at, end)
        for _ in range(min(highest - lowest, 2 if few > 1 else 1)):
            at = self._sequence(items, at, groups, flags)
            self._link(at, end)
        return end

    def _possessive(self, value: Any, at: int, groups: tuple[int, ...], flags: int) -> int:
        lowest, highest, body = value
        items = list(body)
        self._groups += 1
        inner = (*groups, self._groups)
        enter = self._node(inner)
        self._link(at, enter, entered=self._groups)
        group = self._groups
        if len(items) > 1 or items[0][0] is sre.SUBPATTERN or items[0][0] is sre.BRANCH:
            items = [(sre.ATOMIC_GROUP, items)]
        last = self._repeat((lowest, highest, items), enter, inner, flags)
        end = self._node(groups)
        single = len(items) == 1 and items[0][0] not in (sre.ATOMIC_GROUP, sre.BRANCH, sre.SUBPATTERN)
        endless = highest is sre.MAXREPEAT or highest > _MANY
        taken = self._class(*items[0], flags) if single and endless else 0
        self._link(last, end, after=ALL & ~taken, left=group)
        return end

    def _atomic(self, items: list[Any], at: int, groups: tuple[int, ...], flags: int) -> int:
        self._groups += 1
        group = self._groups
        enter = self._node((*groups, group))
        self._link(at, enter, entered=group)
        last = self._sequence(items, enter, (*groups, group), flags)
        end = self._node(groups)
        self._link(last, end, left=group)
        return end

    def _branch(self, branches: list[list[Any]], at: int, groups: tuple[int, ...], flags: int) -> int:
        end = self._node(groups)
        for each in branches:
            enter = self._node(groups)
            self._link(at, enter)
            self._link(self._sequence(each, enter, groups, flags), end)
        return end

    def _assert(
        self, positive: bool, direction: int, items: list[Any], at: int, groups: tuple[int, ...], flags: int
    ) -> int:
        """What is only looked at: one character exactly, more of it as a way that ends there."""
        end = self._node(groups)
        if not items:
            if positive:
                self._link(at, end)
            return end
        single = self._single(items, flags)
        if direction < 0:
            last = self._single(items[-1:], flags)
            before = ALL if last is None or not (positive or single) else last if positive else ALL & ~last
            self._link(at, end, before=before, sure=single is not None)
            return end
        if single is not None:
            self._link(at, end, after=single if positive else ALL & ~single)
            return end
        self._atomic(items, at, groups, flags)
        first = self._single(items[:1], flags) if positive else None
        self._link(at, end, after=ALL if first is None else first, sure=False)
        return end

    def _single(self, items: list[Any], flags: int) -> int | None:
        """The characters that ``items`` takes, if it takes exactly one."""
        if len(items) != 1:
            return None
        kind, value = items[0]
        if kind is sre.SUBPATTERN:
            return self._single(list(value[-1]), flags)
        if kind is sre.BRANCH:
            parts = [self._single(list(each), flags) for each in value[1]]
            found = 0
            for each in parts:
                if each is None:
                    return None
                found |= each
            return found
        if kind is sre.AT and value in (sre.AT_END, sre.AT_END_STRING):
            return 1 << END | (NEWLINE if value is sre.AT_END and flags & re.MULTILINE else 0)
        if kind is sre.AT and value in (sre.AT_BEGINNING, sre.AT_BEGINNING_STRING):
            return 1 << START | (NEWLINE if value is sre.AT_BEGINNING and flags & re.MULTILINE else 0)
        if kind in (sre.LITERAL, sre.NOT_LITERAL, sre.IN, sre.ANY):
            return self._class(kind, value, flags)
        return None

    def _at(self, value: Any, at: int, groups: tuple[int, ...], flags: int) -> int:
        end = self._node(groups)
        if value in (sre.AT_BOUNDARY, sre.AT_NON_BOUNDARY):
            words = self._category(sre.CATEGORY_WORD, flags)
            others = ALL & ~words
            same = value is sre.AT_NON_BOUNDARY
            self._link(at, end, before=words, after=words if same else others)
            self._link(at, end, before=others, after=others if same else words)
            return end
        single = self._single([(sre.AT, value)], flags)
        if value in (sre.AT_END, sre.AT_END_STRING):
            self._link(at, end, after=single or 0)
        else:
            self._link(at, end, before=single or 0)
        return end

    def _size(self, items: list[Any]) -> int:
        found = 0
        for kind, value in items:
            if kind in (sre.MAX_REPEAT, sre.MIN_REPEAT, sre.POSSESSIVE_REPEAT):
                found += self._size(list(value[2])) * min(value[1], 3)
            elif kind is sre.SUBPATTERN:
                found += self._size(list(value[-1]))
            elif kind is sre.ATOMIC_GROUP:
                found += self._size(list(value))
            elif kind is sre.BRANCH:
                found += sum(self._size(list(each)) for each in value[1])
            else:
                found += 1
        return found

    # Characters

    def _class(self, kind: Any, value: Any, flags: int) -> int:
        found = self._plain_class(kind, value, flags)
        if flags & re.IGNORECASE:
            for each in range(ord("a"), ord("z") + 1):
                either = 1 << each | 1 << (each - 32)
                if found & either and kind is not sre.NOT_LITERAL:
                    found |= either
        return found

    def _plain_class(self, kind: Any, value: Any, flags: int) -> int:
        if kind is sre.LITERAL:
            return 1 << self._symbol(value)
        if kind is sre.NOT_LITERAL:
            return TEXT & ~(1 << self._symbol(value))
        if kind is sre.ANY:
            return TEXT if flags & re.DOTALL else TEXT & ~NEWLINE
        if kind is sre.RANGE:
            return _bits({self._symbol(each) for each in range(value[0], min(value[1], 0x3000) + 1)})
        if kind is sre.CATEGORY:
            return self._category(value, flags)
        if kind is sre.IN:
            negated = value[0][0] is sre.NEGATE
            found = 0
            for each in value[negated:]:
                found |= self._plain_class(*each, flags)
            return TEXT & ~found if negated else found
        return TEXT

    def _symbol(self, code: int) -> int:
        if not self._is_text or code < 128:
            return code
        return LETTER if chr(code).isalnum() else SIGN

    def _category(self, value: Any, flags: int) -> int:
        beyond = 1 << LETTER if self._is_text and not flags & re.ASCII else 0
        return {
            sre.CATEGORY_DIGIT: _DIGITS,
            sre.CATEGORY_NOT_DIGIT: TEXT & ~_DIGITS,
            sre.CATEGORY_SPACE: _SPACES,
            sre.CATEGORY_NOT_SPACE: TEXT & ~_SPACES,
            sre.CATEGORY_WORD: _WORDS | beyond,
            sre.CATEGORY_NOT_WORD: TEXT & ~(_WORDS | beyond),
        }[value]

    # Ways between positions

    def _edges(self, source: int) -> Iterator[Edge]:
        empty: frozenset[int] = frozenset()
        todo = [(source, ALL, ALL, empty, empty, True, (source,))]
        chars = self.nodes[source].chars or 1 << START
        while todo:
            node, before, after, left, entered, sure, path = todo.pop()
            for target, needs_before, needs_after, leaves, enters, alone in self.nodes[node].out:
                new_before, new_after = before & needs_before, after & needs_after
                if not new_before & chars or not new_after:
                    continue
                new_left = left | {leaves} if leaves >= 0 and leaves in self.nodes[source].groups else left
                new_entered = entered - {leaves} if leaves >= 0 else entered
                new_entered = new_entered | {enters} if enters >= 0 else new_entered
                if target == 1 or self.nodes[target].chars:
                    if target == 1 or new_after & self.nodes[target].chars:
                        yield Edge(target, new_before, new_after, new_left, new_entered, sure and alone)
                elif target not in path:
                    todo.append(
                        (
                            target,
                            new_before,
                            new_after,
                            new_left,
                            new_entered,
                            sure and alone,
                            (*path, target),
                        )
                    )
