"""A site's known issues as a store: what is judged is sent there, so that nothing has to be fetched."""

from __future__ import annotations

import secrets
from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, TypeVar

import msgspec

from ...errors import StoreError
from ...model import Error, Group, Judgement, KnownIssue, Status
from ...signatures.fingerprint import VERSION
from .._lookup import chunks
from ..issue import Issue, Sighting
from ..judging import Run
from . import wire
from .edit import RemoteEdit
from .http import Client

if TYPE_CHECKING:
    from ...signatures.search import Found, Query

_MOST_BYTES = 4 << 20
"""Of what is sent at a time, and one thing more."""
_DEEPEST = 64
"""Errors in a chain, and groups within groups, that are sent: none is judged by more."""
_Item = TypeVar("_Item")


class RemoteStore:
    """A site: a :class:`~stacktraces.known.store.Store`, which judges by itself."""

    counts = True

    def __init__(self, address: str) -> None:
        """Raises ``StoreError`` where the site cannot be asked, or has other fingerprints."""
        self._client = Client(address)
        self.name = self._client.name
        about = self._client.ask(f"{wire.PATH}/about", {}, wire.About, again=True)
        self._outdated = about.outdated
        theirs = about.signatures
        if theirs != VERSION:
            older = "the site" if theirs < VERSION else "stacktraces here"
            raise StoreError(
                f"{self.name} has fingerprints of version {theirs}, and those made here are of version "
                f"{VERSION}: upgrade {older}."
            )

    def judge(self, groups: Collection[Group], run: Run) -> list[Judgement]:
        """The site's verdicts on ``groups``, in their order. Raises ``StoreError``."""
        found: list[Judgement] = []
        for part in _portions([_sent(each) for each in groups]):
            question = wire.Labelling(part, run.now, run.app_version)
            answer = self._client.ask(f"{wire.PATH}/label", question, wire.Verdicts, again=True)
            if len(answer.judgements) != len(part):
                raise StoreError(f"{self.name} has not judged all that it was asked; is it of this version?")
            found += answer.judgements
        return found

    def issue(self, key: str) -> Issue | None:
        return self._client.ask(f"{wire.PATH}/issue", wire.Naming(key), wire.Found, again=True).issue

    def issues(self) -> Iterator[Issue]:
        after: str | None = None
        while True:
            question = wire.Listing(after=after or "", most=wire.MOST_ITEMS)
            found = self._client.ask(f"{wire.PATH}/issues", question, wire.Issues, again=True).issues
            yield from found
            if not found:
                return
            after = found[-1].id

    def ids(self) -> list[str]:
        ids: list[str] = []
        while True:
            question = wire.Listing(after=ids[-1] if ids else "")
            found = self._client.ask(f"{wire.PATH}/ids", question, wire.Ids, again=True).ids
            ids += found
            if not found:
                return ids

    def latest(self, statuses: Collection[Status], most: int | None, skip: int = 0) -> list[Issue]:
        issues: list[Issue] = []
        while most is None or len(issues) < most:
            size = wire.MOST_ITEMS if most is None else min(wire.MOST_ITEMS, most - len(issues))
            question = wire.Listing(statuses=sorted(statuses), skip=skip + len(issues), most=size)
            found = self._client.ask(f"{wire.PATH}/issues", question, wire.Issues, again=True).issues
            issues += found
            if len(found) < size:
                break
        return issues

    def find(self, fingerprints: Collection[str]) -> dict[str, KnownIssue]:
        return {name: found[0] for name, found in self._owners(fingerprints).items()}

    def owners(self, fingerprint: str) -> list[KnownIssue]:
        return self._owners([fingerprint]).get(fingerprint, [])

    def _owners(self, fingerprints: Collection[str]) -> dict[str, list[KnownIssue]]:
        owners: dict[str, list[KnownIssue]] = {}
        for part in chunks(fingerprints):
            question = wire.Fingerprints(part)
            owners |= self._client.ask(f"{wire.PATH}/find", question, wire.Owners, again=True).owners
        return {name: found for name, found in owners.items() if found}

    def heading(self, issue_id: str) -> KnownIssue | None:
        return self._client.ask(f"{wire.PATH}/heading", wire.Naming(issue_id), wire.Heading, again=True).issue

    def outdated(self) -> bool:
        return self._outdated

    def search(self, query: Query) -> Found | None:
        return None

    def record(self, sightings: Collection[Sighting]) -> None:
        for part in _portions(list(sightings)):
            question = wire.Recording(secrets.token_hex(16), part)
            self._client.ask(f"{wire.PATH}/record", question, wire.Done, again=True)

    def days(self, fingerprints: Collection[str]) -> dict[str, int]:
        days: dict[str, int] = {}
        for part in chunks(fingerprints):
            found = self._client.ask(f"{wire.PATH}/days", wire.Fingerprints(part), wire.Days, again=True).days
            for day, count in found.items():
                days[day] = days.get(day, 0) + count
        return dict(sorted(days.items()))

    def forget_days(self, before: str) -> int:
        return self._client.ask(f"{wire.PATH}/forget-days", wire.Before(before), wire.Done).count

    @contextmanager
    def edit(self) -> Iterator[RemoteEdit]:
        edit = RemoteEdit(self)
        yield edit
        if edit.steps:
            question = wire.Editing(edit.steps, edit.expected())
            self._client.ask(f"{wire.PATH}/edit", question, wire.Done)

    def close(self) -> None:
        """Nothing is kept open."""


def _portions(items: Sequence[_Item]) -> Iterator[list[_Item]]:
    """``items`` in lists of a bounded number and size."""
    part: list[_Item] = []
    size = 0
    for each in items:
        part.append(each)
        size += len(msgspec.json.encode(each))
        if len(part) == wire.MOST_ITEMS or size >= _MOST_BYTES:
            yield part
            part, size = [], 0
    if part:
        yield part


def _sent(group: Group) -> Group:
    """What a verdict on ``group`` needs of it."""
    error = _cut(group.error, _DEEPEST)
    sent = Group(group.fingerprint, error, group.format, group.runtime, rule=group.rule)
    sent.count, sent.first_seen, sent.last_seen = group.count, group.first_seen, group.last_seen
    return sent


def _cut(error: Error, depth: int) -> Error:
    """``error`` without local variables, and no deeper than that."""
    frames = [msgspec.structs.replace(each, locals=None, source=None) for each in error.frames]
    deeper: Iterable[Error] = error.children if depth else ()
    cause = _cut(error.cause, depth - 1) if error.cause is not None and depth else None
    children = [_cut(each, depth - 1) for each in deeper]
    return msgspec.structs.replace(error, frames=frames, cause=cause, children=children, related=[])
