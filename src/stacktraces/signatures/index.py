"""The stacks of the known issues, so arranged that only those that can be alike are compared.

An inverted index from tokens to stacks. A stack is looked up by its heaviest tokens only, until the
weight that remains could not make another stack worth a comparison (prefix filtering: Chaudhuri, Ganti,
Kaushik: "A primitive operator for similarity joins in data cleaning", ICDE 2006).
"""

from __future__ import annotations

import heapq
from array import array
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from operator import itemgetter

import msgspec

from ..naming import NATIVE
from .decision import COEFFICIENTS, Candidate, Coefficients, Decision, decide
from .document import StackDocument
from .similarity import POSITION, Profile, Weights

MAX_FOUND = 300
"""Stacks that share most with the looked-up one, which may become candidates."""
MAX_CANDIDATES = 32
"""Stacks that are compared in full."""
MAX_PER_ISSUE = 3
"""Of these, stacks of the same issue."""
MAX_POSTINGS = 6000
"""Entries of the inverted index that one stack may look at; the latest stacks come first."""
MIN_SHARE = 0.1
"""A stack that shares less than this of the looked-up stack's weight is not worth a comparison."""
MAX_STACKS = 64
"""Different stacks that are kept of an issue; the oldest goes first."""
_NONE: array[int] = array("I")
_ADDRESSED = 4
"""By how many innermost addresses a stack is found that has hardly any names."""


class _Issue(msgspec.Struct):
    stacks: list[int]
    seen: int | None = None
    """The number of the sighting at which it was last seen."""


class IssueIndex:
    """Known issues by their stacks; issues and stacks can be added and removed at any time."""

    def __init__(self, coefficients: Coefficients = COEFFICIENTS) -> None:
        self._coefficients = coefficients
        self._clear()

    def _clear(self) -> None:
        self._issues: dict[str, _Issue] = {}
        self._documents: list[StackDocument | None] = []
        self._owners: list[str] = []
        self._postings: dict[str | int, array[int]] = {}
        self._frequency: Counter[str] = Counter()
        self._weights: Weights | None = None
        self._dead = 0

    def __len__(self) -> int:
        return len(self._issues)

    def __contains__(self, issue: str) -> bool:
        return issue in self._issues

    def add(self, issue: str, document: StackDocument, seen: int | None = None) -> None:
        """Another stack of ``issue``, which is made where it is missing.

        ``seen`` counts sightings of any stack, in the order in which they were seen: the more of others
        came after it, the less likely an issue is to come back. Left out where that order is not known.
        """
        known = self._issues.get(issue)
        if known is None:
            known = self._issues[issue] = _Issue(stacks=[])
        known.seen = seen if known.seen is None or (seen is not None and seen > known.seen) else known.seen
        if any(self._documents[number] == document for number in known.stacks):
            return
        self._weights = None
        new = set(document.frames).difference(*(self._stack(each).frames for each in known.stacks))
        self._frequency.update(new)
        number = len(self._documents)
        self._documents.append(document)
        self._owners.append(issue)
        known.stacks.append(number)
        for key in _keys(document):
            self._postings.setdefault(key, array("I")).append(number)
        if len(known.stacks) > MAX_STACKS:
            self._drop(known.stacks.pop(0), known)
            self._compact()

    def see(self, issue: str, seen: int | None) -> None:
        """Change the number of the sighting at which ``issue`` was last seen; see :meth:`add`.

        Raises ``KeyError`` where it is not there.
        """
        self._issues[issue].seen = seen

    def remove(self, issue: str) -> None:
        """Forget ``issue`` and its stacks; nothing where it is not there."""
        known = self._issues.pop(issue, None)
        if known is None:
            return
        while known.stacks:
            self._drop(known.stacks.pop(), known)
        self._compact()

    def match(self, document: StackDocument, now: int | None = None) -> Decision:
        """Which known issue ``document`` is of, if any, and how sure that is.

        ``now`` is the number of this sighting, for the ages of issues; see :meth:`add`.
        """
        weights = self.weights()
        profile = Profile(document, weights)
        best: dict[str, Candidate] = {}
        for number in self._candidates(profile, weights, now):
            issue = self._owners[number]
            evidence = profile.compare(self._stack(number), weights)
            score = self._coefficients.score(evidence, self._age(issue, now))
            if issue not in best or score > best[issue].score:
                best[issue] = Candidate(issue=issue, score=score, evidence=evidence, stack=number)
        return decide(list(best.values()), self._coefficients)

    def document(self, candidate: Candidate) -> StackDocument:
        """The known stack that ``candidate`` is about."""
        return self._stack(candidate.stack)

    def weights(self) -> Weights:
        """What tokens weigh among the issues as they are now."""
        if self._weights is None:
            self._weights = Weights(self._frequency, len(self._issues))
        return self._weights

    def _stack(self, number: int) -> StackDocument:
        document = self._documents[number]
        if document is None:
            raise KeyError(number)
        return document

    def _age(self, issue: str, now: int | None) -> int | None:
        seen = self._issues[issue].seen
        return None if seen is None or now is None else max(now - seen - 1, 0)

    def _candidates(self, profile: Profile, weights: Weights, now: int | None) -> list[int]:
        """The stacks worth a comparison: those that share the heaviest tokens, of issues seen lately.

        Stacks that two runtimes printed are of two bugs; only a debugger, which shows any process, may have
        seen what the process's own runtime printed.
        """
        per_issue: Counter[str] = Counter()
        chosen: list[int] = []
        for number in self._found(profile, weights, now):
            issue = self._owners[number]
            if per_issue[issue] < MAX_PER_ISSUE and _may_agree(profile.document, self._stack(number)):
                per_issue[issue] += 1
                chosen.append(number)
                if len(chosen) == MAX_CANDIDATES:
                    break
        return chosen

    def _found(self, profile: Profile, weights: Weights, now: int | None) -> list[int]:
        """The stacks that share most with the one looked up, the most promising first."""
        shared: defaultdict[int, float] = defaultdict(float)
        for numbers, weight in self._lookups(profile, weights):
            for number in numbers:
                shared[number] += weight
        found = [
            (share, number)
            for number, share in heapq.nlargest(MAX_FOUND, shared.items(), key=itemgetter(1))
            if self._documents[number] is not None
        ]
        if now is not None:
            estimate, total = self._coefficients.estimate, profile.total or 1.0
            found = [
                (estimate(share / total, share, self._age(self._owners[number], now)), number)
                for share, number in found
            ]
            found.sort(reverse=True)
        return [number for _, number in found]

    def _lookups(self, profile: Profile, weights: Weights) -> Iterator[tuple[Iterable[int], float]]:
        budget = MAX_POSTINGS
        for address in profile.document.addresses[:_ADDRESSED]:
            yield self._postings.get(address, _NONE)[-budget:], 1.0
        heaviest = sorted(
            ((weights[token] * sum(POSITION[i] for i in at), token) for token, at in profile.places.items()),
            reverse=True,
        )
        remaining = profile.total
        for weight, token in heaviest:
            if remaining < MIN_SHARE * profile.total or budget <= 0:
                return
            remaining -= weight
            numbers = self._postings.get(token)
            if numbers is not None:
                yield numbers[-budget:], weight
                budget -= len(numbers)

    def _drop(self, number: int, issue: _Issue) -> None:
        self._weights = None
        gone = set(self._stack(number).frames).difference(
            *(self._stack(each).frames for each in issue.stacks)
        )
        self._frequency.subtract(gone)
        self._documents[number] = None
        self._dead += 1

    def _compact(self) -> None:
        """Lets go of what removed stacks left behind, once that is more than half."""
        if self._dead * 2 <= len(self._documents):
            return
        issues, documents = self._issues, self._documents
        self._clear()
        for issue, known in issues.items():
            for number in known.stacks:
                document = documents[number]
                if document is not None:
                    self.add(issue, document, known.seen)


def _may_agree(one: StackDocument, other: StackDocument) -> bool:
    return one.runtime == other.runtime or not {NATIVE, None}.isdisjoint((one.runtime, other.runtime))


def _keys(document: StackDocument) -> set[str | int]:
    """What a stack is found by: its tokens; one without names by addresses too."""
    keys: set[str | int] = set(document.frames)
    if sum(not token.startswith("?") for token in keys if isinstance(token, str)) < _ADDRESSED:
        keys.update(address for address in document.addresses[:_ADDRESSED] if address)
    return keys
