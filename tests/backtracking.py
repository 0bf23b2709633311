"""Whether a regular expression may take more than linear time: looked for in an automaton of what it may try.

``why_not_linear`` of the package is for patterns of users: quick, and strict with whatever has a choice. This one
is for our own. It knows what is searched and what is only matched, lookarounds, word boundaries, and possessive
and atomic groups; it names a text that two repetitions can share in many ways. (The condition is that of infinite
ambiguity: Weber and Seidl, 1991. A search is a repetition of anything before the pattern.)

What it leaves out: repetitions of up to a thousand count as few, a reference to a group matches one character,
and a text is one line where the pattern names no line end.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator
from re import _constants as sre  # type: ignore[attr-defined]
from re import _parser  # type: ignore[attr-defined]
from typing import Any, NamedTuple

from tests.pattern_automaton import ALL, END, LETTER, PASSED, SIGN, START, Automaton, Edge

_MOST_STATES = 400_000


class Found(NamedTuple):
    """Two ways through one text."""

    exponential: bool
    start: str
    pump: str
    """What to repeat behind ``start``."""


class _TooManyStates(Exception):
    pass


class _Search:
    def __init__(self, automaton: Automaton) -> None:
        self.nodes = automaton.nodes
        self._text = automaton.text
        self._lazy = automaton.lazy
        masks = {each.chars for each in self.nodes if each.chars}
        masks |= {mask for edges in automaton.edges.values() for edge in edges for mask in edge[1:3]}
        self.symbols = _symbols(masks)
        self.next: dict[int, dict[int, list[Edge]]] = {}
        """Edges by position and by the character read there; what is read next is looked at on the way."""
        self.edges = automaton.edges
        self._components = _components(
            {source: {edge.target for edge in edges} - {1} for source, edges in self.edges.items()}
        )
        self._reach: dict[int, set[int]] = {}
        self._steps: dict[tuple[int, int, int], list[Edge]] = {}
        self._states = 0

    def steps(self, node: int, last: int, symbol: int) -> list[Edge]:
        """Edges on which ``symbol`` is read after ``last``."""
        key = (node, last, symbol)
        found = self._steps.get(key)
        if found is None:
            found = self._steps[key] = [
                edge
                for edge in self.edges[node]
                if edge.target != 1
                and edge.before >> last & 1
                and edge.after >> symbol & 1
                and self.nodes[edge.target].chars >> symbol & 1
            ]
        return found

    def _always_matched(self) -> set[int]:
        """The positions from which the pattern matches, whatever follows."""
        needed = self._text | 1 << END
        found = set(self.edges)
        while True:
            lost = set()
            for node in found:
                chars, after = self.nodes[node].chars or 1 << START, 0
                for edge in self.edges[node]:
                    if edge.sure and not chars & ~edge.before and (edge.target == 1 or edge.target in found):
                        after |= edge.after & (ALL if edge.target == 1 else self.nodes[edge.target].chars)
                if needed & ~after:
                    lost.add(node)
            if not lost:
                return found
            found -= lost

    def find(self) -> Found | None:
        """What is slow.

        Ways on which the pattern has matched before the text ends are none: it would not go on trying.
        """
        self._matched = self._always_matched() - {PASSED}
        self._settled = self._matched - self._lazy
        loops = [node for node in self.edges if self._is_loop(node)]
        contexts = {group for node in loops for group in self.nodes[node].groups} | {0}
        for context in sorted(contexts):
            inside = [node for node in loops if not context or context in self.nodes[node].groups]
            for first in inside:
                steps = list(self._partings(first, context))
                if not steps:
                    continue
                if first != PASSED and (found := self._exponential(first, steps, context)):
                    return found
                for second in inside:
                    is_other = second != first and second in self._reachable(first)
                    if is_other and (found := self._polynomial(first, second, steps, context)):
                        return found
        return None

    def _is_loop(self, node: int) -> bool:
        if node in self._settled or (node == PASSED and 0 in self._matched):
            return False
        return len(self._components[node]) > 1 or any(edge.target == node for edge in self.edges[node])

    def _partings(self, node: int, context: int) -> Iterator[tuple[int, Edge, Edge, int]]:
        """What is read last at ``node``, two ways on from there that are both tried, and what is read on both."""
        own = self._components[node] - self._settled
        for last in self._symbols_of(node):
            for symbol in self.symbols:
                ways = self._kept(self.steps(node, last, symbol), self._reachable(node), context)
                for one in ways:
                    if one.target in own:
                        for other in ways:
                            if other is not one and self._parts(node, one, other, context):
                                yield last, one, other, symbol

    def _reachable(self, node: int) -> set[int]:
        if node not in self._reach:
            found, todo = {node}, [node]
            while todo:
                for edge in self.edges[todo.pop()]:
                    if edge.target != 1 and edge.target not in found and edge.target not in self._matched:
                        found.add(edge.target)
                        todo.append(edge.target)
            self._reach[node] = found
        return self._reach[node]

    def _exponential(self, node: int, steps: list[tuple[int, Edge, Edge, int]], context: int) -> Found | None:
        """Two ways from ``node`` back to it that read the same."""
        component = self._components[node] - self._matched
        for last in dict.fromkeys(step[0] for step in steps):
            starts = {
                (one.target, other.target, symbol)
                for before, one, other, symbol in steps
                if before == last and other.target in component
            }
            pump = self._walk(starts, (node, node, last), (component, component), context)
            if pump is not None:
                return Found(True, self._way_to(node, last), pump)
        return None

    def _polynomial(
        self, first: int, second: int, steps: list[tuple[int, Edge, Edge, int]], context: int
    ) -> Found | None:
        """Ways from ``first`` to itself, on to ``second``, and from there to itself that read the same."""
        within = (
            self._components[first] - self._settled,
            self._reachable(first),
            self._components[second] - self._matched,
        )
        chars = self.nodes[second].chars
        for last in dict.fromkeys(step[0] for step in steps if chars >> step[0] & 1):
            starts = {
                (one.target, other.target, third.target, symbol)
                for before, one, other, symbol in steps
                if before == last
                for third in self._kept(self.steps(second, last, symbol), within[2], context)
            }
            pump = self._walk(starts, (first, second, second, last), within, context)
            if pump is not None:
                return Found(False, self._way_to(first, last), pump)
        return None

    def _symbols_of(self, node: int) -> list[int]:
        chars = self.nodes[node].chars
        return [each for each in self.symbols if chars >> each & 1]

    def _walk(
        self, starts: set[tuple[int, ...]], goal: tuple[int, ...], within: tuple[Any, ...], context: int
    ) -> str | None:
        """What is read up to ``goal``: positions that are gone through side by side, and the last character."""
        parents: dict[tuple[int, ...], tuple[int, ...] | None] = dict.fromkeys(starts)
        todo = list(starts)
        for state in todo:
            if state == goal:
                text = []
                at: tuple[int, ...] | None = state
                while at is not None:
                    text.append(at[-1])
                    at = parents[at]
                return "".join(map(_shown, reversed(text)))
            for following in self._following(state, within, context):
                if following not in parents:
                    parents[following] = state
                    todo.append(following)
                    self._states += 1
                    if self._states > _MOST_STATES:
                        raise _TooManyStates
        return None

    def _following(
        self, state: tuple[int, ...], within: tuple[Any, ...], context: int
    ) -> Iterator[tuple[int, ...]]:
        *positions, last = state
        for symbol in self.symbols:
            ways: list[set[int]] = []
            for position, inside in zip(positions, within, strict=True):
                found = {
                    edge.target for edge in self._kept(self.steps(position, last, symbol), inside, context)
                }
                if not found:
                    break
                ways.append(found)
            else:
                for targets in itertools.product(*ways):
                    yield (*targets, symbol)

    def _kept(self, edges: list[Edge], within: Any, context: int) -> list[Edge]:
        return [edge for edge in edges if edge.target in within and (not context or context not in edge.left)]

    def _parts(self, node: int, one: Edge, other: Edge, context: int) -> bool:
        """Whether both ways are tried: not where an atomic group takes one of them for good."""
        groups = self.nodes[node].groups
        deeper = groups[groups.index(context) + 1 :] if context in groups else groups
        if any(group not in one.left or group not in other.left for group in deeper):
            return False
        return not one.entered & other.entered

    def _way_to(self, node: int, last: int) -> str:
        """What leads to ``node``, having read ``last`` there, where that can be."""
        parents: dict[tuple[int, int], tuple[int, int] | None] = {(0, START): None}
        todo = [(0, START)]
        for state in todo:
            for symbol in self.symbols:
                for edge in self.steps(*state, symbol):
                    following = (edge.target, symbol)
                    if following not in parents:
                        parents[following] = state
                        todo.append(following)
        text = []
        at: tuple[int, int] | None = (node, last)
        while at is not None and at in parents:
            if at[1] != START:
                text.append(at[1])
            at = parents[at]
        return "".join(map(_shown, reversed(text)))


def _takes_lines(pattern: str | bytes, flags: int) -> bool:
    newlines = (r"\n", "\n") if isinstance(pattern, str) else (rb"\n", b"\n")
    return bool(flags & (re.MULTILINE | re.DOTALL)) or any(each in pattern for each in newlines)  # type: ignore[operator]


def _shown(symbol: int) -> str:
    return {LETTER: "é", SIGN: "│"}.get(symbol) or chr(symbol)


def _symbols(masks: set[int]) -> list[int]:
    """One character of each kind that ``masks`` tell apart."""
    kinds: dict[tuple[bool, ...], int] = {}
    ordered = sorted(masks)
    for symbol in (*range(97, 123), *range(97), *range(123, 256)):
        kinds.setdefault(tuple(bool(mask >> symbol & 1) for mask in ordered), symbol)
    return list(kinds.values())


def _components(graph: dict[int, set[int]]) -> dict[int, frozenset[int]]:
    """The strongly connected component of each node."""
    order: list[int] = []
    seen: set[int] = set()
    for root in graph:
        todo: list[tuple[int, bool]] = [(root, False)]
        while todo:
            node, done = todo.pop()
            if done:
                order.append(node)
            elif node not in seen:
                seen.add(node)
                todo.append((node, True))
                todo += [(each, False) for each in graph.get(node, ()) if each not in seen]
    back: dict[int, list[int]] = {}
    for node, targets in graph.items():
        for each in targets:
            back.setdefault(each, []).append(node)
    found: dict[int, frozenset[int]] = {}
    for root in reversed(order):
        if root in found:
            continue
        members, stack = {root}, [root]
        while stack:
            for each in back.get(stack.pop(), ()):
                if each not in found and each not in members:
                    members.add(each)
                    stack.append(each)
        for each in members:
            found[each] = frozenset(members)
    return found


def slow_text(pattern: str | bytes, flags: int = 0, *, searched: bool, full: bool = False) -> Found | None:
    """A text on which ``pattern`` takes more than linear time, if one is found."""
    parsed = _parser.parse(pattern, flags)
    lines = _takes_lines(pattern, parsed.state.flags)
    for items in _alternatives(list(parsed)):
        automaton = Automaton(
            items,
            parsed.state.flags,
            of_text=isinstance(pattern, str),
            lines=lines,
            searched=searched,
            full=full,
        )
        if found := _Search(automaton).find():
            return found
    return None


def _alternatives(items: list[Any]) -> list[list[Any]]:
    """The parts of a pattern that are tried one after the other."""
    if len(items) == 1 and items[0][0] is sre.BRANCH:
        return [part for each in items[0][1][1] for part in _alternatives(list(each))]
    return [items]
