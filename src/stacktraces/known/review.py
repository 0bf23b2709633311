"""Going through what needs attention, one answer after another; each may settle more than was asked."""

from __future__ import annotations

from collections.abc import Collection
from typing import Literal, TypeAlias

from ..model import Group
from . import operations
from .judging import Run
from .matching import StoreMatcher
from .store import Store
from .verdict import Labelled, label

Answer: TypeAlias = Literal["new", "same", "open", "ignore", "skip"]


def answers(labelled: Labelled) -> tuple[Answer, ...]:
    """What may be said of a group."""
    verdict, issue = labelled.judgement.verdict, labelled.judgement.issue
    if verdict == "regressed":
        return ("open", "ignore", "skip")
    return ("new", "same", "ignore", "skip") if issue is not None else ("new", "ignore", "skip")


def needs_attention(labelled: Labelled) -> bool:
    """Whether a person is to say what it is: it is new, regressed, or not surely what it is said to be."""
    return labelled.judgement.verdict in ("new", "regressed") or labelled.judgement.unsure


class Review:
    """The groups of a run that wait for an answer."""

    def __init__(self, groups: Collection[Group], store: Store, run: Run | None = None) -> None:
        """Raises ``StoreError`` where the store fails, as all of its methods do."""
        self._store = store
        self._run = run or Run.today()
        self.waiting = self._labelled(groups)
        """What needs attention first stands first."""

    def _labelled(self, groups: Collection[Group]) -> list[Labelled]:
        found = label(groups, self._store, matcher=StoreMatcher(self._store), run=self._run)
        return [each for each in found if needs_attention(each)]

    def answer(self, answer: Answer) -> list[Labelled]:
        """Do what was answered for the first that waits; gives what waits no more besides."""
        first, *rest = self.waiting
        if answer == "skip":
            self.waiting = rest
            return []
        self._act(first, answer)
        self.waiting = self._labelled([each.group for each in rest])
        left = {each.group.fingerprint for each in self.waiting}
        return [each for each in rest if each.group.fingerprint not in left]

    def _act(self, labelled: Labelled, answer: Answer) -> None:
        group, issue = labelled.group, labelled.judgement.issue
        if answer == "open" and issue is not None:
            operations.change(self._store, issue.id, operations.reopen)
            return
        if answer == "ignore" and labelled.judgement.verdict == "regressed" and issue is not None:
            operations.change(self._store, issue.id, operations.ignore)
            return
        target = issue.id if answer == "same" and issue is not None else None
        found = operations.add_exemplar(self._store, group, target)
        if answer == "ignore":
            operations.change(self._store, found.id, operations.ignore)
