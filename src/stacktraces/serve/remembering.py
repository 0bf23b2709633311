"""A matcher that does not ask again what it was told: most of what comes in is what came in before."""

from __future__ import annotations

import hashlib
import time
from collections import OrderedDict
from collections.abc import Callable, Collection
from typing import NamedTuple

import msgspec

from ..known import StoreMatcher
from ..known._stored_documents import encode
from ..known.matching import Match
from ..known.sql import SqlStore
from ..model import Error, KnownIssue
from ..signatures.document import document

_MOST = 20_000
"""Answers that are kept."""
_SECONDS = 600.0
"""For so long: what is known of other issues bears on how sure an answer is."""


class _Answer(NamedTuple):
    match: Match
    owners: frozenset[str]
    """The issues that had the fingerprint."""
    at: float


class RememberingMatcher:
    """A :class:`~stacktraces.known.matching.Matcher`, which remembers the issues of known stacks.

    Of a stack whose very fingerprint and message are known, the answer stays the same as long as the issues
    that have the fingerprint do. Used by one thread.
    """

    def __init__(self, store: SqlStore, clock: Callable[[], float] = time.monotonic) -> None:
        self._store = store
        self._clock = clock
        self._answers: OrderedDict[tuple[str, bytes], _Answer] = OrderedDict()
        self._owners: dict[str, dict[str, KnownIssue]] = {}
        self._matcher = StoreMatcher(store)

    def look_up(self, fingerprints: Collection[str]) -> None:
        """Read which issues have ``fingerprints`` now; the answers to those are current then.

        Raises ``StoreError`` where the store cannot be read.
        """
        with self._store.connection(writes=False) as connection:
            owners = self._store.owners_within(connection, fingerprints)
            ids = {each for found in owners.values() for each in found}
            headings = self._store.headings_within(connection, ids)
        self._matcher = StoreMatcher(self._store)
        self._owners = {
            name: {each: headings[each] for each in found if each in headings}
            for name, found in owners.items()
        }

    def match(self, error: Error, runtime: str | None, name: str | None = None) -> Match | None:
        """The most similar issue. Raises ``StoreError`` where the store cannot be read."""
        owners = self._owners.get(name) if name is not None else None
        if name is None or not owners:
            return self._matcher.match(error, runtime, name)
        key = name, hashlib.blake2b(encode(document(error, runtime)).encode(), digest_size=16).digest()
        answer = self._answers.get(key)
        if answer is not None and answer.owners == owners.keys() and self._clock() < answer.at + _SECONDS:
            self._answers.move_to_end(key)
            return msgspec.structs.replace(answer.match, issue=owners[answer.match.issue.id])
        found = self._matcher.match(error, runtime, name)
        if found is not None and found.same and found.issue.id in owners:
            self._answers[key] = _Answer(found, frozenset(owners), self._clock())
            if len(self._answers) > _MOST:
                self._answers.popitem(last=False)
        return found
