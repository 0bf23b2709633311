"""Known issues in a TOML file that a team reviews."""

from __future__ import annotations

import contextlib
from collections.abc import Collection, Iterator
from pathlib import Path

from ..errors import StoreError
from ..model import KnownIssue
from . import _atomic, _document, times
from ._place import Place, refusal
from .issue import Issue, Sighting, Stack
from .store import owned

MOST_BYTES = 32 << 20
"""A larger file is no list that people review, and would take minutes to read."""


def read_text(path: Path, place: Place | None = None) -> str:
    """The text of the baseline at ``path``, which led to ``place``. Raises ``StoreError``."""
    try:
        return _atomic.read(path, MOST_BYTES, place).decode().replace("\r\n", "\n")
    except FileNotFoundError as error:
        raise StoreError(
            f"{path} does not exist; create it with --update, or with `stacktraces known add`."
        ) from error
    except UnicodeDecodeError as error:
        line = error.object.count(b"\n", 0, error.start) + 1
        raise StoreError(f"{path}:{line}: this is not UTF-8; nothing was changed.") from error
    except OSError as error:
        raise StoreError(f"{path} cannot be read: {error.strerror}.") from error


class Baseline:
    """A baseline file: a :class:`~stacktraces.known.store.Store`.

    It keeps no counts and no times of last sightings, which would change the file at each run:
    ``record`` writes only when something unknown was seen.
    """

    counts = False

    def __init__(self, path: Path, *, create: bool = False) -> None:
        """Read ``path``. Raises ``StoreError`` where it is missing and not to be created, or wrong."""
        self.name = str(path)
        self._path = path
        if create and not path.exists():
            with _atomic.locked(path) as place:
                if place.status() is None:
                    _atomic.replace(place, _document.write("", ()))
        self._state = self._load()

    def _load(self, place: Place | None = None) -> _State:
        text = read_text(self._path, place)
        if place is not None and place.linked and not _document.is_marked(text):
            # A file of comments alone, such as a shell may run, could be taken for an empty baseline.
            reason = f"it is a symbolic link to {place.real}, which has no `format`; name that file itself"
            raise refusal(self._path, reason)
        return _State(self.name, *_document.read(text, self.name))

    def issue(self, key: str) -> Issue | None:
        return self._state.issue(key)

    def issues(self) -> Iterator[Issue]:
        return self._state.issues()

    def find(self, fingerprints: Collection[str]) -> dict[str, KnownIssue]:
        owners = self._state.owners
        return {each: owners[each].heading for each in fingerprints if each in owners}

    def record(self, sightings: Collection[Sighting]) -> None:
        if all(each.fingerprint in self._state.owners for each in sightings):
            return
        with self.edit() as edit:
            for each in sightings:
                if each.fingerprint not in edit.owners:
                    edit.put(_learned(each, edit))

    @contextlib.contextmanager
    def edit(self) -> Iterator[_State]:
        with _atomic.locked(self._path) as place:
            state = self._load(place)
            yield state
            if state.changed:
                _atomic.replace(place, state.text())
        self._state = state

    def close(self) -> None:
        """Nothing stays open."""


def _learned(sighting: Sighting, state: _State) -> Issue:
    """The issue that ``sighting`` belongs to, with its stack added."""
    stack = Stack(
        fingerprint=sighting.fingerprint,
        error=sighting.error,
        first_seen=times.day(sighting.first_seen),
        versions=[sighting.version] if sighting.version else [],
    )
    owner = state.issue(sighting.issue_id) if sighting.issue_id else None
    owner = owner or state.issue(sighting.fingerprint)
    if owner is None:
        return Issue(id=sighting.fingerprint, title=sighting.title, stacks=[stack])
    owner.stacks.append(stack)
    return owner


class _State:
    """What the file holds; as an :class:`~stacktraces.known.store.Edit`, what it shall hold."""

    def __init__(self, name: str, head: str, entries: dict[str, _document.Entry]) -> None:
        self._name = name
        self._head = head
        self._entries = entries
        self._aliases: dict[str, str] = {}
        self.owners: dict[str, Issue] = {}
        self.changed = False
        for entry in entries.values():
            self._own(entry.issue)

    def _own(self, issue: Issue) -> None:
        self._aliases.update(dict.fromkeys(issue.aliases, issue.id))
        self.owners.update(dict.fromkeys(issue.fingerprints, issue))

    def issue(self, key: str) -> Issue | None:
        entry = self._entries.get(key) or self._entries.get(self._aliases.get(key, ""))
        found = entry.issue if entry else self.owners.get(key)
        return found.copy() if found else None

    def issues(self) -> Iterator[Issue]:
        for issue_id in sorted(self._entries):
            yield self._entries[issue_id].issue.copy()

    def put(self, issue: Issue) -> None:
        self._refuse_if_owned(issue)
        before = self._entries.get(issue.id)
        if before is not None and before.issue == issue:
            return
        self.remove(issue.id)
        self._entries[issue.id] = _document.Entry(issue.copy())
        self._own(self._entries[issue.id].issue)
        self.changed = True

    def _refuse_if_owned(self, issue: Issue) -> None:
        for key in (issue.id, *issue.aliases):
            owner = key if key in self._entries else self._aliases.get(key, issue.id)
            if owner != issue.id:
                raise owned(self._name, key, owner)
        for fingerprint in issue.fingerprints:
            other = self.owners.get(fingerprint)
            if other is not None and other.id != issue.id:
                raise owned(self._name, fingerprint, other.id)

    def remove(self, issue_id: str) -> None:
        entry = self._entries.pop(issue_id, None)
        if entry is not None:
            for alias in entry.issue.aliases:
                del self._aliases[alias]
            for fingerprint in entry.issue.fingerprints:
                del self.owners[fingerprint]
            self.changed = True

    def text(self) -> str:
        return _document.write(self._head, self._entries.values())
