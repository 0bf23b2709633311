"""Which known issues may a stack be of? The search that every store of issues shares.

An inverted index from tokens to stacks. A stack is looked up by its heaviest tokens only, until the
weight that remains could not make another stack worth a comparison (prefix filtering: Chaudhuri, Ganti,
Kaushik: "A primitive operator for similarity joins in data cleaning", ICDE 2006).
"""

from __future__ import annotations

import heapq
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence, Set
from operator import itemgetter
from typing import Protocol

import msgspec

from ..naming import NATIVE
from .decision import COEFFICIENTS, Candidate, Coefficients, Decision, decide
from .document import StackDocument
from .similarity import POSITION, Evidence, Profile, Weights

try:
    from _blake2 import blake2b  # hashlib loads OpenSSL to give the same function.
except ImportError:
    from hashlib import blake2b

MAX_FOUND = 300
"""Stacks that share most with the looked-up one, which may become candidates."""
MAX_CANDIDATES = 32
"""Stacks that are compared in full."""
MAX_PER_ISSUE = 3
"""Of these, stacks of the same issue."""
MAX_POSTINGS = 6000
"""Entries of the inverted index that one stack may look at; the latest stacks come first."""
MAX_SAME = 64
"""Stacks of the very fingerprint that are compared."""
MIN_SHARE = 0.1
"""A stack that shares less than this of the looked-up stack's weight is not worth a comparison."""
ADDRESSED = 4
"""By how many innermost addresses a stack is found that has hardly any names."""
_WHOLLY = 0.95
"""From this alignment on, two stacks of an issue are the same place."""


class Query(msgspec.Struct, frozen=True):
    """A stack that is looked up."""

    document: StackDocument
    fingerprint: str | None = None
    weak: bool = False
    """Its fingerprint proves little by itself."""


class Owned(msgspec.Struct, frozen=True):
    """A stack of a known issue."""

    issue: str
    """The issue's id."""
    document: StackDocument


class Found(msgspec.Struct, frozen=True):
    """The answer to a query."""

    decision: Decision
    stacks: Mapping[int, Owned]
    """Those that were compared, by the numbers that candidates name."""
    weights: Weights

    def document(self, candidate: Candidate) -> StackDocument:
        """The known stack that ``candidate`` is about."""
        return self.stacks[candidate.stack].document


class Backing(Protocol):
    """Where the stacks of known issues stand."""

    def weights(self, tokens: Collection[str]) -> Weights:
        """What ``tokens`` weigh; of others it need not know."""

    def postings(self, key: str | int, most: int) -> Sequence[int]:
        """The numbers of the stacks that hold the token, or address, ``key``: at most so many, the latest."""

    def same(self, fingerprint: str, most: int) -> Sequence[int]:
        """The numbers of stacks with that fingerprint, at most so many."""

    def issues(self, numbers: Collection[int]) -> Mapping[int, str]:
        """The ids of the issues of the stacks of these numbers; those that are gone are left out."""

    def stacks(self, numbers: Collection[int]) -> Mapping[int, Owned]:
        """The stacks of these numbers; those that are gone are left out."""

    def ages(self, issues: Collection[str]) -> Mapping[str, int | None]:
        """Sightings of other stacks since each issue was last seen; ``None`` where that is not known."""


def keys(document: StackDocument) -> set[str | int]:
    """What a stack is found by: its tokens; one without names by addresses too."""
    found: set[str | int] = set(document.frames)
    if sum(not token.startswith("?") for token in found if isinstance(token, str)) < ADDRESSED:
        found.update(address for address in document.addresses[:ADDRESSED] if address)
    return found


def token_number(key: str | int) -> int:
    """A number for a token or an address, from 0 on, that every database can hold."""
    text = key if isinstance(key, str) else f"0x{key:x}"
    return int.from_bytes(blake2b(text.encode("utf-8", "surrogatepass"), digest_size=8).digest()) >> 1


def search(backing: Backing, query: Query, coefficients: Coefficients = COEFFICIENTS) -> Found:
    """Which known issue ``query`` is of, if any, and how sure that is."""
    weights = backing.weights(set(query.document.frames))
    profile = Profile(query.document, weights)
    same = set(backing.same(query.fingerprint, MAX_SAME)) if query.fingerprint else set()
    shared = _shared(backing, profile, weights)
    best = dict(heapq.nlargest(MAX_FOUND, shared.items(), key=itemgetter(1)))
    owners = backing.issues({*best, *same})
    ages = backing.ages(set(owners.values()))

    def promise(number: int) -> tuple[float, int]:
        share = best[number]
        return coefficients.estimate(share / (profile.total or 1.0), share, ages[owners[number]]), number

    order = sorted((each for each in best if each in owners and each not in same), key=promise, reverse=True)
    chosen = _chosen(order, owners)
    stacks = backing.stacks({*chosen, *(same & owners.keys())})
    compared = _comparable(query, chosen, same, stacks)
    # Tokens that only the known stacks hold weigh in the comparison, too.
    weights = backing.weights({token for each in compared.values() for token in each.document.frames})
    evidence = _compare(query, compared, same, weights)
    candidates = [_best(issue, found, ages[issue], coefficients) for issue, found in evidence.items()]
    return Found(decide(candidates, coefficients, weak=query.weak), compared, weights)


def _shared(backing: Backing, profile: Profile, weights: Weights) -> dict[int, float]:
    """For each stack that shares heavy tokens with the one looked up, the weight that it shares."""
    shared: defaultdict[int, float] = defaultdict(float)
    for numbers, weight in _lookups(backing, profile, weights):
        for number in numbers:
            shared[number] += weight
    return shared


def _lookups(backing: Backing, profile: Profile, weights: Weights) -> Iterator[tuple[Iterable[int], float]]:
    budget = MAX_POSTINGS
    for address in profile.document.addresses[:ADDRESSED]:
        if address:
            yield backing.postings(address, budget), 1.0
    heaviest = sorted(
        ((weights[token] * sum(POSITION[i] for i in at), token) for token, at in profile.places.items()),
        reverse=True,
    )
    remaining = profile.total
    for weight, token in heaviest:
        if remaining < MIN_SHARE * profile.total or budget <= 0:
            return
        remaining -= weight
        numbers = backing.postings(token, budget)
        yield numbers, weight
        budget -= len(numbers)


def _chosen(order: Iterable[int], owners: Mapping[int, str]) -> list[int]:
    """The stacks that may be compared, most promising first: not too many of one issue."""
    per_issue: Counter[str] = Counter()
    chosen: list[int] = []
    for number in order:
        issue = owners[number]
        if per_issue[issue] < MAX_PER_ISSUE:
            per_issue[issue] += 1
            chosen.append(number)
            if len(chosen) == 2 * MAX_CANDIDATES:
                break
    return chosen


def _comparable(
    query: Query, chosen: Sequence[int], same: Set[int], stacks: Mapping[int, Owned]
) -> dict[int, Owned]:
    """The stacks to compare, those of the very fingerprint among them.

    Stacks that two runtimes printed are of two bugs; only a debugger, which shows any process, may have
    seen what the process's own runtime printed.
    """
    agree = {number: each for number, each in stacks.items() if _may_agree(query.document, each.document)}
    alike = [number for number in chosen if number in agree][:MAX_CANDIDATES]
    return {number: agree[number] for number in (*sorted(same & agree.keys()), *alike)}


def _compare(
    query: Query, compared: Mapping[int, Owned], same: Set[int], weights: Weights
) -> dict[str, list[tuple[int, Evidence]]]:
    """The evidence for each stack, by issue."""
    profile = Profile(query.document, weights)
    holders = {each.issue for number, each in compared.items() if number in same}
    found: dict[str, list[tuple[int, Evidence]]] = {}
    for number, each in compared.items():
        evidence = profile.compare(each.document, weights)
        told = query.fingerprint is not None and each.document.runtime not in (NATIVE, None)
        is_same = True if each.issue in holders else False if told else None
        evidence = msgspec.structs.replace(evidence, fingerprint=is_same)
        found.setdefault(each.issue, []).append((number, evidence))
    for issue, stacks in found.items():
        said = {compared[number].document.message for number, each in stacks if each.alignment >= _WHOLLY}
        if len(said) > 1:
            found[issue] = [(number, _whatever_message(evidence)) for number, evidence in stacks]
    return found


def _whatever_message(evidence: Evidence) -> Evidence:
    """People put several messages of one place into one issue: another one does not count against it."""
    return evidence if evidence.message else msgspec.structs.replace(evidence, message=None)


def _best(
    issue: str, found: Sequence[tuple[int, Evidence]], age: int | None, coefficients: Coefficients
) -> Candidate:
    """The candidate ``issue``, by the one of its stacks that fits best."""
    score, number, evidence = max(
        ((coefficients.score(evidence, age), -number, evidence) for number, evidence in found),
        key=itemgetter(0, 1),
    )
    return Candidate(issue=issue, score=score, evidence=evidence, stack=-number)


def _may_agree(one: StackDocument, other: StackDocument) -> bool:
    return one.runtime == other.runtime or not {NATIVE, None}.isdisjoint((one.runtime, other.runtime))
