"""A change to a site's known issues: gathered here, made there at once, where nobody else came between."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Protocol

from ..issue import Issue
from . import wire


class _Read(Protocol):
    def issue(self, key: str) -> Issue | None: ...

    def issues(self) -> Iterator[Issue]: ...

    def ids(self) -> list[str]: ...


class RemoteEdit:
    """What is changed: an :class:`~stacktraces.known.store.Edit`."""

    def __init__(self, store: _Read) -> None:
        self.steps: list[wire.Step] = []
        self._store = store
        self._changed: dict[str, Issue | None] = {}
        """As they are to be, by id; ``None`` for one that is to go."""
        self._read: dict[str, str | None] = {}

    def expected(self) -> dict[str, str | None]:
        """The marks of the changed issues as they were read, and the names that none had."""
        return {key: mark for key, mark in self._read.items() if mark is None or key in self._changed}

    def issue(self, key: str) -> Issue | None:
        put = [each for each in self._changed.values() if each is not None]
        for each in put:
            if key == each.id or key in each.aliases:
                return each.copy()
        found = self._noted(key, self._store.issue(key))
        if found is not None and found.id not in self._changed:
            return found
        return next((each.copy() for each in put if key in each.fingerprints), None)

    def _noted(self, key: str, found: Issue | None) -> Issue | None:
        name = key if found is None else found.id
        self._read.setdefault(name, wire.mark(found))
        return found

    def issues(self) -> Iterator[Issue]:
        for each in self._store.issues():
            self._noted(each.id, each)
            if each.id not in self._changed:
                yield each
        yield from (each.copy() for each in list(self._changed.values()) if each is not None)

    def ids(self) -> list[str]:
        gone = {name for name, each in self._changed.items() if each is None}
        put = {name for name, each in self._changed.items() if each is not None}
        return sorted((put | set(self._store.ids())) - gone)

    def put(self, issue: Issue) -> None:
        self._changed[issue.id] = issue.copy()
        self.steps.append(wire.Step(put=issue.copy()))

    def remove(self, issue_id: str) -> None:
        self._changed[issue_id] = None
        self.steps.append(wire.Step(remove=issue_id))

    def next_recording(self) -> int | None:
        """The site numbers recordings by itself."""
        return None
