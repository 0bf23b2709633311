"""What is known about an issue: data only.

An issue owns *fingerprints* (exact names of stacks) and *exemplars* (stacks to compare with). Both
stand together as its ``stacks``, since an exemplar always belongs to one fingerprint.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterable
from typing import get_args

import msgspec

from .._regex import regex
from ..model import Error, KnownIssue, Status
from ..signatures.culprit import culprit

STATUSES: tuple[Status, ...] = get_args(Status)
MOST = (1 << 63) - 1
"""The largest count that every store can hold."""


class Stack(msgspec.Struct):
    """A fingerprint of an issue, with an exemplar and what was seen of it.

    An issue may hold several stacks of one fingerprint: further exemplars. What was seen is told
    by the first of them.
    """

    fingerprint: str
    error: Error | None = None
    """The exemplar, reduced, which names its runtime; ``None`` for a fingerprint that was added by hand."""
    count: int = 0
    first_seen: str | None = None
    """ISO 8601 in UTC: a day, or a second with ``Z``."""
    last_seen: str | None = None
    versions: list[str] = []
    """The application's versions that it was seen in, where told; sorted."""
    recording: int | None = None
    """The number of the recording that saw it last; ``None`` in a store that keeps no such order."""


class Issue(KnownIssue):
    """A known issue with its stacks."""

    aliases: list[str] = msgspec.field(default_factory=list)
    """Ids of issues that were merged into this one."""
    stacks: list[Stack] = msgspec.field(default_factory=list)

    @property
    def heading(self) -> KnownIssue:
        """The issue without its stacks: what a verdict needs."""
        return KnownIssue(**{field: getattr(self, field) for field in KnownIssue.__struct_fields__})

    @property
    def fingerprints(self) -> list[str]:
        """Each fingerprint once, in order."""
        return list(dict.fromkeys(stack.fingerprint for stack in self.stacks))

    @property
    def exemplars(self) -> list[Error]:
        return [stack.error for stack in self.stacks if stack.error is not None]

    @property
    def count(self) -> int:
        """How many occurrences were recorded; 0 in a store that does not count."""
        return sum(stack.count for stack in self.stacks)

    @property
    def first_seen(self) -> str | None:
        return min((stack.first_seen for stack in self.stacks if stack.first_seen), default=None)

    @property
    def last_seen(self) -> str | None:
        return max((stack.last_seen for stack in self.stacks if stack.last_seen), default=None)

    @property
    def versions(self) -> list[str]:
        return sorted({version for stack in self.stacks for version in stack.versions})

    def copy(self) -> Issue:
        """An issue, in order, that can be changed apart from this one; exemplars are never changed."""
        twin = copy.copy(self)
        twin.aliases = sorted(self.aliases)
        twin.stacks = sorted(map(copy.copy, self.stacks), key=lambda stack: stack.fingerprint)
        for stack in twin.stacks:
            stack.versions = list(stack.versions)
        return twin


class Sighting(msgspec.Struct):
    """A stack that was seen ``count`` times, to be recorded."""

    fingerprint: str
    title: str
    """The title of the issue that is created where the fingerprint is unknown."""
    error: Error | None = None
    count: int = 1
    first_seen: str | None = None
    last_seen: str | None = None
    version: str | None = None
    issue_id: str | None = None
    """The issue that it is of; ``None`` for the one that has the fingerprint, or a new one."""
    apart: bool = False
    """It is of no issue that has the fingerprint: a new one is made, unless one holds the very ``error``."""


_FORBIDDEN = regex(r"[\x00\ud800-\udfff]")
TITLE_LENGTH = 200
MAX_EXEMPLARS = 8
"""Exemplars that are kept of one fingerprint."""


def clean(text: str) -> str:
    """``text`` without what no database and no TOML file can hold: NUL and lone surrogates."""
    return _FORBIDDEN.sub("\ufffd", text)


def title_of(error: Error) -> str:
    """A line that names the exemplar ``error``: type, first line of the message, and where to look first."""
    head = error.headline or "error"
    own = culprit(error, error.runtime)
    function = (own and own.function) or next((each.function for each in error.frames if each.function), None)
    tail = f" in {function}"[: TITLE_LENGTH // 2] if function else ""
    room = TITLE_LENGTH - len(tail)
    return clean(head if len(head) <= room else head[: room - 1] + "…") + clean(tail)


def unused_id(fingerprint: str, is_used: Callable[[str], bool]) -> str:
    """An id for a new issue: its founding fingerprint, numbered where that is taken."""
    number = 1
    issue_id = fingerprint
    while is_used(issue_id):
        number += 1
        issue_id = f"{fingerprint}.{number}"
    return issue_id


def owner_of(sighting: Sighting, owners: Iterable[Issue], wanted: Issue | None) -> Issue | None:
    """Which of ``owners``, the issues that have its fingerprint, ``sighting`` is of; ``None`` where of none.

    ``wanted`` is the issue that it names.
    """
    if sighting.apart:
        return next((each for each in owners if sighting.error in each.exemplars), None)
    found = list(owners)
    if wanted is not None:
        return next((each for each in found if each.id == wanted.id), None)
    return found[0] if found else None


def consolidated(stacks: Iterable[Stack]) -> list[Stack]:
    """``stacks`` with what was seen of each fingerprint told by its first one, and no exemplar twice."""
    by_fingerprint: dict[str, list[Stack]] = {}
    for stack in stacks:
        kept = by_fingerprint.setdefault(stack.fingerprint, [])
        if not kept:
            kept.append(copy.copy(stack))
            continue
        _add_up(kept[0], stack)
        if kept[0].error is None:
            kept[0].error = stack.error
        is_new = stack.error is not None and all(each.error != stack.error for each in kept)
        if is_new and len(kept) < MAX_EXEMPLARS:
            kept.append(Stack(stack.fingerprint, stack.error))
    return [stack for kept in by_fingerprint.values() for stack in kept]


def _add_up(total: Stack, other: Stack) -> None:
    total.count = min(total.count + other.count, MOST)
    total.first_seen = min(filter(None, (total.first_seen, other.first_seen)), default=None)
    total.last_seen = max(filter(None, (total.last_seen, other.last_seen)), default=None)
    total.versions = sorted({*total.versions, *other.versions})
    total.recording = max(filter(None, (total.recording, other.recording)), default=None)
