"""Room for new issues: a million different errors must not fill the database.

Where a project has as many issues as it may, an error that is new is counted as one of the issue ``FURTHER``,
whose occurrences are a sample like those of any other. Issues that are known are counted as ever.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Sequence
from typing import TypeAlias

from ...known import Sighting
from ...known.sql import SqlStore
from ...signatures.issue_rules import GROUP
from .keeping import issues_by_project
from .records import StoredOccurrence

FURTHER = f"{GROUP}further-errors"
"""The id and the fingerprint of the issue."""
_TITLE = "Further errors: there were too many different ones"
_FRESH = 60.0
"""Seconds for which the number of issues is believed."""

_Key: TypeAlias = tuple[str, str | None]
"""A fingerprint and a release."""


class Room:
    """Used by one thread."""

    def __init__(self, known: SqlStore, most: int, clock: Callable[[], float] = time.monotonic) -> None:
        self._known = known
        self._most = most
        self._clock = clock
        self._issues: Counter[str] = Counter()
        self._counted = float("-inf")

    def fit(self, seen: Sequence[Sighting], stored: Sequence[StoredOccurrence]) -> list[Sighting]:
        """``seen``, in which what there is no room for is ``FURTHER``, as it is in ``stored`` then.

        Raises ``StoreError`` where the database fails.
        """
        new = {_key(each) for each in seen if each.issue_id is None and each.error is not None}
        beyond = self._beyond(new, stored) if new else set()
        for each in stored:
            if (each.fingerprint, each.release) in beyond:
                each.fingerprint, each.release = FURTHER, None
        return [_further(each) if _key(each) in beyond else each for each in seen]

    def _beyond(self, new: set[_Key], stored: Sequence[StoredOccurrence]) -> set[_Key]:
        """Those of ``new`` for which there is no room."""
        if self._clock() >= self._counted + _FRESH:
            self._counted = self._clock()
            self._issues = Counter(issues_by_project(self._known))
        decided: dict[str, bool] = {}
        for each in stored:
            if (each.fingerprint, each.release) in new and each.fingerprint not in decided:
                fits = self._issues[each.project] < self._most
                self._issues[each.project] += fits
                decided[each.fingerprint] = fits
        return {key for key in new if not decided.get(key[0], True)}


def _key(seen: Sighting) -> _Key:
    return seen.fingerprint, seen.version


def _further(seen: Sighting) -> Sighting:
    return Sighting(FURTHER, _TITLE, count=seen.count, first_seen=seen.first_seen, last_seen=seen.last_seen)
