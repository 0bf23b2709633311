"""The stacks of known issues in memory, so arranged that only those that can be alike are compared."""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Collection, Mapping, Sequence

import msgspec

from .decision import COEFFICIENTS, Coefficients, Decision
from .document import StackDocument
from .search import Found, Owned, Query, keys, search
from .similarity import Weights

MAX_STACKS = 64
"""Different stacks that are kept of an issue; the oldest goes first."""
_NONE: array[int] = array("I")


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
        self._fingerprints: dict[str, dict[int, None]] = {}
        self._names: list[list[str]] = []
        self._frequency: Counter[str] = Counter()
        self._weights: Weights | None = None
        self._dead = 0

    def __len__(self) -> int:
        return len(self._issues)

    def __contains__(self, issue: str) -> bool:
        return issue in self._issues

    def add(
        self, issue: str, document: StackDocument, seen: int | None = None, fingerprint: str | None = None
    ) -> None:
        """Another stack of ``issue``, which is made where it is missing, with its ``fingerprint``.

        ``seen`` counts sightings of any stack, in the order in which they were seen: the more of others
        came after it, the less likely an issue is to come back. Left out where that order is not known.
        """
        known = self._issues.get(issue)
        if known is None:
            known = self._issues[issue] = _Issue(stacks=[])
        known.seen = seen if known.seen is None or (seen is not None and seen > known.seen) else known.seen
        for number in known.stacks:
            if self._documents[number] == document:
                self._name(fingerprint, number)
                return
        self._weights = None
        new = set(document.frames).difference(*(self._stack(each).frames for each in known.stacks))
        self._frequency.update(new)
        number = len(self._documents)
        self._documents.append(document)
        self._owners.append(issue)
        self._names.append([])
        known.stacks.append(number)
        self._name(fingerprint, number)
        for key in keys(document):
            self._postings.setdefault(key, array("I")).append(number)
        if len(known.stacks) > MAX_STACKS:
            self._drop(known.stacks.pop(0), known)
            self._compact()

    def _name(self, fingerprint: str | None, number: int) -> None:
        if fingerprint is not None and fingerprint not in self._names[number]:
            self._names[number].append(fingerprint)
            self._fingerprints.setdefault(fingerprint, {})[number] = None

    def remove(self, issue: str) -> None:
        """Forget ``issue`` and its stacks; nothing where it is not there."""
        known = self._issues.pop(issue, None)
        if known is None:
            return
        while known.stacks:
            self._drop(known.stacks.pop(), known)
        self._compact()

    def match(
        self,
        document: StackDocument,
        now: int | None = None,
        *,
        fingerprint: str | None = None,
        weak: bool = False,
    ) -> Decision:
        """Which known issue ``document`` is of, if any, and how sure that is.

        ``now`` is the number of this sighting, for the ages of issues; see :meth:`add`. ``weak`` says that
        its ``fingerprint`` proves little by itself.
        """
        return self.search(Query(document, fingerprint, weak), now).decision

    def search(self, query: Query, now: int | None = None) -> Found:
        """The same, with what was compared."""
        return search(_View(self, now), query, self._coefficients)

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

    def postings(self, key: str | int, most: int) -> Sequence[int]:
        """The numbers of the latest stacks that hold ``key``."""
        return self._postings.get(key, _NONE)[-most:]

    def same(self, fingerprint: str, most: int) -> Sequence[int]:
        """The numbers of stacks with that fingerprint."""
        return list(self._fingerprints.get(fingerprint, ()))[:most]

    def stacks(self, numbers: Collection[int]) -> Mapping[int, Owned]:
        """The stacks of these numbers that are still there."""
        documents = ((number, self._documents[number]) for number in numbers)
        return {
            number: Owned(self._owners[number], document)
            for number, document in documents
            if document is not None
        }

    def issues(self, numbers: Collection[int]) -> Mapping[int, str]:
        """The issues of those of the stacks that are still there."""
        return {each: self._owners[each] for each in numbers if self._documents[each] is not None}

    def ages(self, issues: Collection[str], now: int | None) -> Mapping[str, int | None]:
        """Sightings since each of ``issues`` was seen."""
        return {each: self._age(each, now) for each in issues}

    def _drop(self, number: int, issue: _Issue) -> None:
        self._weights = None
        gone = set(self._stack(number).frames).difference(
            *(self._stack(each).frames for each in issue.stacks)
        )
        self._frequency.subtract(gone)
        self._documents[number] = None
        for name in self._names[number]:
            del self._fingerprints[name][number]
        self._dead += 1

    def _compact(self) -> None:
        """Lets go of what removed stacks left behind, once that is more than half."""
        if self._dead * 2 <= len(self._documents):
            return
        issues, documents, names = self._issues, self._documents, self._names
        self._clear()
        for issue, known in issues.items():
            for number in known.stacks:
                document = documents[number]
                if document is not None:
                    for name in names[number] or (None,):
                        self.add(issue, document, known.seen, name)


class _View:
    """The index at a moment: a :class:`~.search.Backing`."""

    def __init__(self, index: IssueIndex, now: int | None) -> None:
        self._index = index
        self._now = now
        self.postings = index.postings
        self.same = index.same
        self.issues = index.issues
        self.stacks = index.stacks

    def weights(self, tokens: Collection[str]) -> Weights:
        return self._index.weights()

    def ages(self, issues: Collection[str]) -> Mapping[str, int | None]:
        return self._index.ages(issues, self._now)
