"""Which known issue is an unknown stack like? The seam between known issues and similarity."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Literal, Protocol, TypeAlias

import msgspec

from ..model import Error, KnownIssue
from .issue import Issue
from .store import Store

if TYPE_CHECKING:
    from ..signatures.decision import Candidate
    from ..signatures.search import Found, Query
    from ..signatures.similarity import AlignedFrame

Decision: TypeAlias = Literal["known", "unsure", "new"]
_NAMED = 4
"""Frames of each kind that a reason names."""
_MESSAGE = 100
"""Characters of a message that a reason shows."""


class Match(msgspec.Struct, frozen=True):
    """The issue that an error is most like, and how sure that is."""

    issue: KnownIssue
    probability: float
    """That the error is of a known issue, from 0 to 1."""
    decision: Decision
    reason: str = ""
    """The frames that agree and those that do not, with their share of the weight."""
    same: bool = False
    """The issue has the very fingerprint, and the error says the same as one of its stacks."""
    weak: bool = False
    """The fingerprint proves little by itself."""


class Matcher(Protocol):
    """Finds the known issue that a stack is most like."""

    def match(self, error: Error, runtime: str | None, name: str | None = None) -> Match | None:
        """The most similar issue; ``None`` where nothing is like ``error``, which ``runtime`` printed.

        ``name`` is its fingerprint.
        """


class StoreMatcher:
    """Matches against the stacks of a store: by its index, or by one in memory that is made when first asked.

    Fingerprint, likeness, message, causes and time are evidence in one judgement, for a fingerprint may
    belong to several issues, and one place may fail for several reasons.
    """

    def __init__(self, store: Store) -> None:
        self._store = store
        self._loaded: _Loaded | None = None

    def match(self, error: Error, runtime: str | None, name: str | None = None) -> Match | None:
        """The most similar issue. Raises ``StoreError`` where the store cannot be read."""
        query = query_of(error, runtime, name)
        found = self.search(query)
        best = found.decision.best
        owners = {each.id: each for each in self._store.owners(name)} if name else {}
        if best is None or (owners and not best.evidence.fingerprint):
            by_name = next(iter(owners.values()), None)
            if by_name is not None and not any(
                each.evidence.fingerprint for each in found.decision.candidates
            ):
                return _by_name(by_name, query.weak)
        if best is None:
            return None
        issue = owners.get(best.issue) or self._heading(best.issue)
        if issue is None:
            return None
        return Match(
            issue=issue,
            probability=found.decision.probability,
            decision=found.decision.label,
            reason=_reason(query, found, best),
            same=bool(best.evidence.fingerprint) and best.evidence.message is not False,
            weak=query.weak,
        )

    def search(self, query: Query) -> Found:
        """All issues that ``query`` may be of. Raises ``StoreError`` where the store cannot be read."""
        found = self._store.search(query)
        if found is not None:
            return found
        if self._loaded is None:
            self._loaded = _Loaded(self._store.issues())
        return self._loaded.index.search(query)

    def _heading(self, issue_id: str) -> KnownIssue | None:
        if self._loaded is not None:
            return self._loaded.headings.get(issue_id)
        return self._store.heading(issue_id)


def query_of(error: Error, runtime: str | None, name: str | None) -> Query:
    """What is looked up of ``error``, which ``runtime`` printed and whose fingerprint is ``name``."""
    from ..signatures.document import document
    from ..signatures.fingerprint import is_weak
    from ..signatures.search import Query

    return Query(document(error, runtime), name, name is not None and is_weak(error, runtime))


class _Loaded:
    """All stacks of a store, in memory."""

    def __init__(self, issues: Iterable[Issue]) -> None:
        from ..signatures.document import document
        from ..signatures.index import IssueIndex
        from .older import exemplar_today, fingerprint_today

        self.index = IssueIndex()
        self.headings: dict[str, KnownIssue] = {}
        for issue in issues:
            self.headings[issue.id] = issue.heading
            for stack in issue.stacks:
                exemplar = exemplar_today(stack)
                if exemplar is not None:
                    made = document(exemplar, exemplar.runtime)
                    self.index.add(issue.id, made, fingerprint=fingerprint_today(stack))


def _by_name(issue: KnownIssue, weak: bool) -> Match:
    """The match for a fingerprint that was added by hand, of which no stack is stored."""
    return Match(issue, 1.0, "known", "the fingerprint was added without a stack", same=True, weak=weak)


def _reason(query: Query, found: Found, best: Candidate) -> str:
    from ..signatures.similarity import aligned

    known = found.document(best)
    facts = (
        ("same fingerprint", best.evidence.fingerprint or None),
        ("same type", best.evidence.error_type),
        ("same causes", best.evidence.causes),
        ("same message", best.evidence.message or None),
    )
    messages = []
    if best.evidence.message is False:
        said, known_message = (_shortened(each.message or "") for each in (query.document, known))
        messages = [f"other message: {said}", f"the known one: {known_message}"]
    frames = aligned(query.document.frames, known.frames, found.weights)
    return "; ".join((*_facts(facts), *messages, *_frames(frames)))


def _shortened(text: str) -> str:
    return text if len(text) <= _MESSAGE else text[: _MESSAGE - 1] + "\u2026"


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
