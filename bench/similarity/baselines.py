"""What similarity is compared with."""

from __future__ import annotations

import math
import tempfile
from collections import Counter, defaultdict
from pathlib import Path

from stacktraces.known import Issue, Stack, StoreMatcher, label, open_store
from stacktraces.known.exemplar import reduce
from stacktraces.known.issue import consolidated
from stacktraces.known.matching import query_of
from stacktraces.model import Group, Judgement
from stacktraces.naming import NATIVE, normalise
from stacktraces.signatures.decision import COEFFICIENTS, Coefficients
from stacktraces.signatures.document import document
from stacktraces.signatures.fingerprint import is_weak
from stacktraces.signatures.index import IssueIndex
from stacktraces.signatures.search import Query

from .reports import Report


def names(report: Report) -> list[str]:
    """The functions of all frames, innermost first; ``??`` where unknown."""
    return [normalise(frame.function) if frame.function else "??" for frame in report.frames]


class Likeness:
    """Likeness alone: the index in memory, without fingerprints."""

    def __init__(self, coefficients: Coefficients = COEFFICIENTS) -> None:
        self.index = IssueIndex(coefficients)

    def match(self, report: Report, now: int) -> list[tuple[str, float]]:
        decision = self.index.match(report.document, now)
        return [(each.issue, decision.probability) for each in decision.candidates]

    def learn(self, report: Report, group: str, now: int) -> None:
        self.index.add(group, report.document, now)


class InMemory(Likeness):
    """The judgement with an index in memory, which knows what a store does."""

    def match(self, report: Report, now: int) -> list[tuple[str, float]]:
        weak = is_weak(report.error, NATIVE)
        found = self.index.search(Query(report.document, report.fingerprint, weak), now)
        return [(each.issue, found.decision.probability) for each in found.decision.candidates]

    def learn(self, report: Report, group: str, now: int) -> None:
        exemplar = reduce(report.error, NATIVE)
        self.index.add(group, document(exemplar, NATIVE), now, report.fingerprint)


class Commands:
    """What the commands do: reports are judged by a store, and added to it, one after the other."""

    def __init__(self, name: str = "known.db") -> None:
        self._folder = tempfile.TemporaryDirectory()
        self._store = open_store(Path(self._folder.name) / name, create=True)
        self.verdicts: list[Judgement] = []

    def match(self, report: Report, now: int) -> list[tuple[str, float]]:
        matcher = StoreMatcher(self._store)
        group = Group(report.fingerprint, report.error, "gdb", NATIVE, count=1)
        ((_, judgement),) = label([group], self._store, matcher=matcher)
        self.verdicts.append(judgement)
        decision = matcher.search(query_of(report.error, NATIVE, report.fingerprint)).decision
        return [(each.issue, decision.probability) for each in decision.candidates]

    def learn(self, report: Report, group: str, now: int) -> None:
        with self._store.edit() as edit:
            issue = edit.issue(group) or Issue(id=group, title=group)
            exemplar = reduce(report.error, NATIVE)
            stack = Stack(report.fingerprint, exemplar, recording=edit.next_recording())
            issue.stacks = consolidated([*issue.stacks, stack])
            edit.put(issue)


class Hash:
    """Equal names of the first ``depth`` frames, or of all."""

    def __init__(self, depth: int | None = None) -> None:
        self._depth = depth
        self._groups: dict[tuple[str, ...], list[str]] = {}

    def match(self, report: Report, now: int) -> list[tuple[str, float]]:
        groups = self._groups.get(tuple(names(report)[: self._depth]), [])
        return [(group, 1.0) for group in reversed(groups)]

    def learn(self, report: Report, group: str, now: int) -> None:
        groups = self._groups.setdefault(tuple(names(report)[: self._depth]), [])
        if group in groups:
            groups.remove(group)
        groups.append(group)


class _Scored:
    """Each stack that shares a function is scored; a group is as good as its best stack."""

    def __init__(self) -> None:
        self.frequency: Counter[str] = Counter()
        self.stacks: list[tuple[str, dict[str, list[int]]]] = []
        self._postings: dict[str, list[int]] = defaultdict(list)

    def places(self, report: Report) -> dict[str, list[int]]:
        places: dict[str, list[int]] = {}
        for position, name in enumerate(names(report), 1):
            places.setdefault(name, []).append(position)
        return places

    def score(self, query: dict[str, list[int]], stack: dict[str, list[int]]) -> float:
        raise NotImplementedError

    def match(self, report: Report, now: int) -> list[tuple[str, float]]:
        query = self.places(report)
        best: dict[str, float] = {}
        for number in sorted({number for name in query for number in self._postings.get(name, ())}):
            group, stack = self.stacks[number]
            best[group] = max(best.get(group, -1.0), self.score(query, stack))
        return sorted(best.items(), key=lambda each: -each[1])

    def learn(self, report: Report, group: str, now: int) -> None:
        places = self.places(report)
        for name in places:
            self._postings[name].append(len(self.stacks))
        self.frequency.update(places.keys())
        self.stacks.append((group, places))


class TfIdf(_Scored):
    """Cosine of the TF-IDF vectors of functions (term frequency's root, smoothed idf)."""

    def score(self, query: dict[str, list[int]], stack: dict[str, list[int]]) -> float:
        def weight(name: str, at: list[int]) -> float:
            idf = math.log((1 + len(self.stacks)) / (1 + self.frequency[name])) + 1
            return math.sqrt(len(at)) * idf

        product = sum(weight(n, at) * weight(n, stack[n]) for n, at in query.items() if n in stack)
        norms = [sum(weight(n, at) ** 2 for n, at in each.items()) for each in (query, stack)]
        return product / math.sqrt(norms[0] * norms[1]) if product else 0.0


class Fast(_Scored):
    """FaST (MSR 2022) with alpha 1, beta 0.2, gamma 0.1; unknown functions are one function."""

    alpha, beta, gamma = 1.0, 0.2, 0.1

    def score(self, query: dict[str, list[int]], stack: dict[str, list[int]]) -> float:
        agreed = weight = 0.0
        for name in query.keys() | stack.keys():
            rare = math.exp(-self.beta * 100 * self.frequency[name] / (len(self.stacks) or 1))
            here, there = query.get(name, ()), stack.get(name, ())
            for one, other in zip(here, there, strict=False):
                pair = rare * (one**-self.alpha + other**-self.alpha)
                agreed += pair * math.exp(-self.gamma * abs(one - other))
                weight += pair
            rank = min(len(here), len(there))
            gaps = rare * sum(at**-self.alpha for at in (*here[rank:], *there[rank:]))
            agreed -= gaps
            weight += gaps
        return agreed / weight if weight else -1.0
