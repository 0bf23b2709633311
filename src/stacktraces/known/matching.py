"""Which known issue is an unknown stack like? The seam between known issues and similarity."""

from __future__ import annotations

import bisect
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Literal, Protocol, TypeAlias

import msgspec

from ..model import Error, KnownIssue
from .issue import Issue
from .store import Store

if TYPE_CHECKING:
    from ..signatures.index import IssueIndex
    from ..signatures.similarity import AlignedFrame

Decision: TypeAlias = Literal["known", "unsure", "new"]
_NAMED = 4
"""Frames of each kind that a reason names."""
SIGHTINGS = 2
"""Sightings for which an issue stands that was seen after another one.

Ages are learned from single reports, but an exception in a loop is seen a million times: so the issues are
counted that were seen since, not how often. Two to one, ranks and decisions of ``bench/similarity`` are as
with single reports.
"""
AT_LEAST = 6
"""Sightings by which every issue is older than the order tells.

In a stream of reports the last one often comes again; but one run records all that it saw at once, and a
list of three issues has no old ones. More new bugs are told for it, and fewer known ones.
"""


class Match(msgspec.Struct, frozen=True):
    """The issue that an error is most like, and how sure that is."""

    issue: KnownIssue
    probability: float
    """That the error is of a known issue, from 0 to 1."""
    decision: Decision
    reason: str = ""
    """The frames that agree and those that do not, with their share of the weight."""


class Matcher(Protocol):
    """Finds the known issue that a stack is most like."""

    def match(self, error: Error, runtime: str | None) -> Match | None:
        """The most similar issue; ``None`` where nothing is like ``error``, which ``runtime`` printed."""

    def renamed(self, fingerprint: str) -> KnownIssue | None:
        """The issue with a stack that has ``fingerprint`` now and was stored under another version's."""


def last_sightings(last_seen: Mapping[str, str | None]) -> tuple[dict[str, int | None], int]:
    """The number of the sighting at which each issue was last seen, and the number of the next one.

    ``last_seen`` are normalised times; an issue without one gets no number. Those that were last seen at
    the same time, as all that one run recorded may be, have the same age.
    """
    times = sorted(each for each in last_seen.values() if each is not None)
    numbers = {
        issue: None if seen is None else SIGHTINGS * bisect.bisect_right(times, seen) - 1
        for issue, seen in last_seen.items()
    }
    return numbers, SIGHTINGS * len(times) + AT_LEAST


class StoreMatcher:
    """Matches against the exemplars of a store, which it reads when it is first asked."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._index: IssueIndex | None = None
        self._headings: dict[str, KnownIssue] = {}
        self._renamed: dict[str, KnownIssue] = {}
        self._now: int | None = None
        self.outdated = False
        """The store, as far as it was read, holds fingerprints of another version of the algorithm."""

    def renamed(self, fingerprint: str) -> KnownIssue | None:
        """The issue that a migration would give ``fingerprint``. Raises ``StoreError``."""
        self._ready()
        return self._renamed.get(fingerprint)

    def _ready(self) -> IssueIndex:
        if self._index is None:
            self._index = self._read(self._store.issues())
        return self._index

    def match(self, error: Error, runtime: str | None) -> Match | None:
        """The most similar issue. Raises ``StoreError`` where the store cannot be read."""
        from ..signatures.document import document
        from ..signatures.similarity import aligned

        index = self._ready()
        asked = document(error, runtime)
        decision = index.match(asked, self._now)
        best = decision.best
        if best is None:
            return None
        known = index.document(best)
        frames = aligned(asked.frames, known.frames, index.weights())
        facts = (
            ("same type", best.evidence.error_type),
            ("same causes", best.evidence.causes),
            ("same message", best.evidence.message),
        )
        reason = "; ".join((*_facts(facts), *_frames(frames)))
        return Match(self._headings[best.issue], decision.probability, decision.label, reason)

    def _read(self, issues: Iterable[Issue]) -> IssueIndex:
        from ..signatures.document import document
        from ..signatures.index import IssueIndex
        from .older import exemplar_today, fingerprint_today, is_outdated

        index = IssueIndex()
        last_seen: dict[str, str | None] = {}
        for issue in issues:
            heading = self._headings[issue.id] = issue.heading
            for stack in issue.stacks:
                exemplar = exemplar_today(stack)
                if exemplar is not None:
                    index.add(issue.id, document(exemplar, exemplar.runtime))
                    last_seen[issue.id] = issue.last_seen
                if is_outdated(stack.fingerprint):
                    self.outdated = True
                    self._renamed.setdefault(fingerprint_today(stack), heading)
        if self._store.counts:
            numbers, self._now = last_sightings(last_seen)
            for name, number in numbers.items():
                index.see(name, number)
        return index


def _facts(facts: Sequence[tuple[str, bool | None]]) -> list[str]:
    return [text if holds else text.replace("same", "other") for text, holds in facts if holds is not None]


def _frames(frames: Sequence[AlignedFrame]) -> list[str]:
    agree = [each for each in frames if each.side == "both"]
    only_here = [each for each in frames if each.side == "first"]
    only_there = [each for each in frames if each.side == "second"]
    kinds = (("agree", agree), ("only here", only_here), ("only in the known one", only_there))
    return [f"{name}: {_named(found)}" for name, found in kinds if found]


def _named(frames: Sequence[AlignedFrame]) -> str:
    named = ", ".join(f"{each.token} ({each.weight:.0%})" for each in frames[:_NAMED])
    rest = len(frames) - _NAMED
    return f"{named} and {rest} more" if rest > 0 else named
