"""Known issues from one store to another, and as JSON lines."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import BinaryIO

import msgspec

from ..errors import StoreError
from ..model import KnownIssue
from . import _atomic, _sound, times, versions
from .issue import Issue, Stack, clean, consolidated
from .store import Store

_encoder = msgspec.json.Encoder()
_decoder = msgspec.json.Decoder(Issue)
MOST_BYTES = 16 << 20
"""Of a line that an issue is read from."""


def to_lines(issues: Iterable[Issue]) -> Iterator[str]:
    """Each issue as a line of JSON, without the line end."""
    for issue in issues:
        yield _encoder.encode(issue).decode()


def from_lines(lines: Iterable[bytes | str], name: str) -> Iterator[Issue]:
    """The issues of JSON lines. Raises ``StoreError`` that names ``name`` and the line of a bad one."""
    for number, line in enumerate(lines, 1):
        if len(line) > MOST_BYTES:
            raise StoreError(f"{name}:{number}: this line has more than {MOST_BYTES >> 20} MiB.")
        if not line.strip():
            continue
        try:
            issue = _decoder.decode(line)
        except (msgspec.DecodeError, RecursionError) as error:
            raise StoreError(
                f"{name}:{number}: this is no known issue ({error}); nothing was changed."
            ) from error
        reason = wrong(issue)
        if reason:
            raise StoreError(f"{name}:{number}: {reason}; nothing was changed.")
        yield issue


def wrong(issue: Issue) -> str | None:
    """Why ``issue`` cannot be kept, if so: the same that is asked of what a database holds."""
    if not issue.id:
        return "the id is empty"
    found: list[str] = []
    heading = [getattr(issue, field) for field in KnownIssue.__struct_fields__]
    _sound.heading(heading, found)
    for alias in issue.aliases:
        _sound.name(alias, "an alias", found)
    for each in issue.stacks:
        _sound.stack((each.fingerprint, issue.id, each.count, each.first_seen, each.last_seen, None), found)
        if each.error is not None and _sound.is_too_large(each.error):
            found.append("an exemplar has too many causes or frames")
    return found[0] if found else None


def lines_of(stream: BinaryIO) -> Iterator[bytes]:
    """The lines of ``stream``; one that is too long for :func:`from_lines` is cut."""
    while line := stream.readline(MOST_BYTES + 1):
        yield line


def read_file(path: Path) -> list[Issue]:
    """The issues of a file of JSON lines. Raises ``StoreError``."""
    try:
        with _atomic.opened(path) as stream:
            return list(from_lines(lines_of(stream), str(path)))
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

    Where ``store`` has an issue already, by id or else by fingerprint, it learns fingerprints, exemplars and
    sightings; its title, status, link and note stay unless ``replace``. Adding the same twice changes
    nothing. Raises ``StoreError`` where one issue is several in ``store``.
    """
    given = list(issues)
    apart = {issue.id for issue in given}
    with store.edit() as edit:
        for issue in given:
            known = edit.issue(issue.id)
            for fingerprint in () if known else issue.fingerprints:
                found = edit.issue(fingerprint)
                # Two issues that share a fingerprint where they come from stay two.
                if found is not None and found.id not in apart:
                    known = known or found
            edit.put(_united(known, issue, replace) if known else cleaned(issue))


def cleaned(issue: Issue) -> Issue:
    """``issue`` as a store can keep it, without the numbers of its recordings."""
    copy = issue.copy()
    copy.title = clean(copy.title)
    copy.note = clean(copy.note) if copy.note else None
    copy.link = clean(copy.link) if copy.link else None
    copy.stacks = consolidated(msgspec.structs.replace(each, recording=None) for each in copy.stacks)
    return copy


def _united(known: Issue, other: Issue, replace: bool) -> Issue:
    united = known.copy()
    other = cleaned(other)
    if replace:
        for field in ("title", "status", "resolved_at", "resolved_in", "muted_until", "link", "note"):
            setattr(united, field, getattr(other, field))
    united.link = united.link or other.link
    united.note = united.note or other.note
    united.aliases = sorted({*known.aliases, *other.aliases, other.id} - {known.id})
    first = {stack.fingerprint: stack for stack in reversed(united.stacks)}
    for stack in other.stacks:
        mine = first.get(stack.fingerprint)
        if mine is not None:
            learn(mine, stack)
            stack = Stack(stack.fingerprint, stack.error)
        united.stacks.append(stack)
    united.stacks = consolidated(united.stacks)
    return united


def learn(mine: Stack, other: Stack) -> None:
    """The same sightings may be in both: the larger count is the safer one."""
    mine.count = max(mine.count, other.count)
    mine.first_seen = min(filter(None, (mine.first_seen, other.first_seen)), default=None)
    mine.last_seen = max(filter(None, (mine.last_seen, other.last_seen)), default=None)
    mine.versions = sorted({*mine.versions, *other.versions})
