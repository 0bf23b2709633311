"""What similarity is compared with."""

from __future__ import annotations

import math
from collections import Counter, defaultdict

from stacktraces.known.matching import last_sightings
from stacktraces.naming import normalise
from stacktraces.signatures.index import IssueIndex

from .reports import Report


def names(report: Report) -> list[str]:
    """The functions of all frames, innermost first; ``??`` where unknown."""
    return [normalise(frame.function) if frame.function else "??" for frame in report.frames]


class Ours:
    """The index and the decision that stacktraces ships."""

    def __init__(self, index: IssueIndex | None = None) -> None:
        self.index = index or IssueIndex()

    def match(self, report: Report, now: int) -> list[tuple[str, float]]:
        decision = self.index.match(report.document, now)
        return [(each.issue, decision.probability) for each in decision.candidates]

    def learn(self, report: Report, group: str, now: int) -> None:
        self.index.add(group, report.document, now)


class Shipped(Ours):
    """The same with ages as a store of known issues tells them: by the order of issues."""

    def __init__(self) -> None:
        super().__init__()
        self._last_seen: dict[str, str | None] = {}

    def match(self, report: Report, now: int) -> list[tuple[str, float]]:
        numbers, number = last_sightings(self._last_seen)
        for issue, each in numbers.items():
            self.index.see(issue, each)
        return super().match(report, number)

    def learn(self, report: Report, group: str, now: int) -> None:
        super().learn(report, group, now)
        self._last_seen[group] = f"{now:09}"


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
