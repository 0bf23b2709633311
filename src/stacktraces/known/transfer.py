"""Known issues from one store to another, and as JSON lines."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

import msgspec

from ..errors import StoreError
from . import times, versions
from .issue import STATUSES, Issue, Stack, clean, consolidated
from .store import Store

_encoder = msgspec.json.Encoder()
_decoder = msgspec.json.Decoder(Issue)


def to_lines(issues: Iterable[Issue]) -> Iterator[str]:
    """Each issue as a line of JSON, without the line end."""
    for issue in issues:
        yield _encoder.encode(issue).decode()


def from_lines(lines: Iterable[bytes | str], name: str) -> Iterator[Issue]:
    """The issues of JSON lines. Raises ``StoreError`` that names ``name`` and the line of a bad one."""
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            issue = _decoder.decode(line)
        except (msgspec.DecodeError, RecursionError) as error:
            raise StoreError(
                f"{name}:{number}: this is no known issue ({error}); nothing was changed."
            ) from error
        reason = _wrong(issue)
        if reason:
            raise StoreError(f"{name}:{number}: {reason}; nothing was changed.")
        yield issue


def _wrong(issue: Issue) -> str | None:
    moments = [issue.resolved_at]
    for stack in issue.stacks:
        moments += [stack.first_seen, stack.last_seen]
    bad = next((each for each in moments if each is not None and times.normalise(each) != each), None)
    if bad is not None:
        return f"{bad!r} is no time such as 2026-01-31 or 2026-01-31T12:00:00Z"
    if issue.status not in STATUSES:
        return f"the status {issue.status!r} is none of {', '.join(STATUSES)}"
    if not issue.id:
        return "the id is empty"
    return None


def read_file(path: Path) -> list[Issue]:
    """The issues of a file of JSON lines. Raises ``StoreError``."""
    try:
        with open(path, "rb") as stream:
            return list(from_lines(stream, str(path)))
    except OSError as error:
        raise StoreError(f"{path} cannot be read: {error.strerror}.") from error


def for_review(issue: Issue) -> Issue:
    """``issue`` without what changes at each run: a day it was first seen on, and the first version."""
    copy = issue.copy()
    copy.stacks = [
        Stack(
            each.fingerprint,
            each.error,
            first_seen=times.day(each.first_seen),
            versions=sorted(each.versions, key=versions.key)[:1],
        )
        for each in copy.stacks
    ]
    return copy


def add(issues: Iterable[Issue], store: Store, *, replace: bool = False) -> None:
    """Add ``issues`` to ``store``, all or none.

    Where ``store`` has an issue already, it learns fingerprints, exemplars and sightings; its title,
    status, link and note stay unless ``replace``. Adding the same twice changes nothing. Raises
    ``StoreError`` where one issue is several in ``store``.
    """
    with store.edit() as edit:
        for issue in issues:
            known = edit.issue(issue.id)
            for fingerprint in issue.fingerprints:
                known = known or edit.issue(fingerprint)
            edit.put(_united(known, issue, replace) if known else _cleaned(issue))


def _cleaned(issue: Issue) -> Issue:
    copy = issue.copy()
    copy.title = clean(copy.title)
    copy.note = clean(copy.note) if copy.note else None
    copy.link = clean(copy.link) if copy.link else None
    copy.stacks = consolidated(copy.stacks)
    return copy


def _united(known: Issue, other: Issue, replace: bool) -> Issue:
    united = known.copy()
    other = _cleaned(other)
    if replace:
        for field in ("title", "status", "resolved_at", "resolved_in", "link", "note"):
            setattr(united, field, getattr(other, field))
    united.link = united.link or other.link
    united.note = united.note or other.note
    united.aliases = sorted({*known.aliases, *other.aliases, other.id} - {known.id})
    first = {stack.fingerprint: stack for stack in reversed(united.stacks)}
    for stack in other.stacks:
        mine = first.get(stack.fingerprint)
        if mine is not None:
            _learn(mine, stack)
            stack = Stack(stack.fingerprint, stack.error)
        united.stacks.append(stack)
    united.stacks = consolidated(united.stacks)
    return united


def _learn(mine: Stack, other: Stack) -> None:
    """The same sightings may be in both: the larger count is the safer one."""
    mine.count = max(mine.count, other.count)
    mine.first_seen = min(filter(None, (mine.first_seen, other.first_seen)), default=None)
    mine.last_seen = max(filter(None, (mine.last_seen, other.last_seen)), default=None)
    mine.versions = sorted({*mine.versions, *other.versions})
