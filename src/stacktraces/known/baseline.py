"""Known issues in a TOML file that a team reviews."""

from __future__ import annotations

import contextlib
from collections.abc import Collection, Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from ..errors import StoreError
from ..model import KnownIssue, Status
from . import _atomic, _document, times
from ._place import Place, refusal
from .issue import Issue, Sighting, Stack, owner_of, unused_id
from .older import is_outdated
from .store import owned

if TYPE_CHECKING:
    from ..signatures.search import Found, Query

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

    def ids(self) -> list[str]:
        return self._state.ids()

    def latest(self, statuses: Collection[Status], most: int | None, skip: int = 0) -> list[Issue]:
        found = [each for each in self.issues() if not statuses or each.status in statuses]
        found.sort(key=lambda each: each.last_seen or "", reverse=True)
        return found[skip : None if most is None else skip + most]

    def find(self, fingerprints: Collection[str]) -> dict[str, KnownIssue]:
        found = ((each, self._state.owners(each)) for each in fingerprints)
        return {each: owners[0].heading for each, owners in found if owners}

    def owners(self, fingerprint: str) -> list[KnownIssue]:
        return [each.heading for each in self._state.owners(fingerprint)]

    def heading(self, issue_id: str) -> KnownIssue | None:
        found = self._state.issue(issue_id)
        return found.heading if found is not None else None

    def outdated(self) -> bool:
        return any(map(is_outdated, self._state.fingerprints()))

    def search(self, query: Query) -> Found | None:
        """A file that people review is small enough to be read whole."""
        return None

    def record(self, sightings: Collection[Sighting]) -> None:
        if all(self._state.owner(each) is not None for each in sightings):
            return
        with self.edit() as edit:
            for each in sightings:
                if edit.owner(each) is None:
                    edit.put(_learned(each, edit))

    def days(self, fingerprints: Collection[str]) -> dict[str, int]:
        return {}

    def forget_days(self, before: str) -> int:
        return 0

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
    if not sighting.apart:
        owner = owner or state.issue(sighting.fingerprint)
    if owner is None:
        issue_id = unused_id(sighting.fingerprint, state.is_name)
        return Issue(id=issue_id, title=sighting.title, stacks=[stack])
    owner.stacks.append(stack)
    return owner


class _State:
    """What the file holds; as an :class:`~stacktraces.known.store.Edit`, what it shall hold."""

    def __init__(self, name: str, head: str, entries: dict[str, _document.Entry]) -> None:
        self._name = name
        self._head = head
        self._entries = entries
        self._aliases: dict[str, str] = {}
        self._owners: dict[str, dict[str, Issue]] = {}
        self.changed = False
        for entry in entries.values():
            self._own(entry.issue)

    def _own(self, issue: Issue) -> None:
        self._aliases.update(dict.fromkeys(issue.aliases, issue.id))
        for fingerprint in issue.fingerprints:
            self._owners.setdefault(fingerprint, {})[issue.id] = issue

    def issue(self, key: str) -> Issue | None:
        entry = self._entries.get(key) or self._entries.get(self._aliases.get(key, ""))
        found = entry.issue if entry else next(iter(self.owners(key)), None)
        return found.copy() if found else None

    def is_name(self, name: str) -> bool:
        """Whether it is an issue's id or alias."""
        return name in self._entries or name in self._aliases

    def owners(self, fingerprint: str) -> list[Issue]:
        """The issues that have ``fingerprint``, the one that it founded first."""
        return sorted(self._owners.get(fingerprint, {}).values(), key=lambda each: (len(each.id), each.id))

    def fingerprints(self) -> Iterable[str]:
        """Those of all issues."""
        return self._owners

    def owner(self, sighting: Sighting) -> Issue | None:
        """The issue that ``sighting`` adds nothing to; ``None`` where it is to be recorded."""
        wanted = self.issue(sighting.issue_id) if sighting.issue_id else None
        return owner_of(sighting, self.owners(sighting.fingerprint), wanted)

    def next_recording(self) -> int | None:
        return None

    def issues(self) -> Iterator[Issue]:
        for issue_id in sorted(self._entries):
            yield self._entries[issue_id].issue.copy()

    def ids(self) -> list[str]:
        return sorted(self._entries)

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

    def remove(self, issue_id: str) -> None:
        entry = self._entries.pop(issue_id, None)
        if entry is not None:
            for alias in entry.issue.aliases:
                del self._aliases[alias]
            for fingerprint in entry.issue.fingerprints:
                del self._owners[fingerprint][issue_id]
            self.changed = True

    def text(self) -> str:
        return _document.write(self._head, self._entries.values())
