"""What a store of known issues and a site tell each other, as JSON under ``/api/known``."""

from __future__ import annotations

import hashlib
from typing import Annotated

import msgspec

from ...model import Group, Judgement, KnownIssue, Status
from ..issue import Issue, Sighting

MOST_ITEMS = 500
"""Of a list in one request."""
MOST_IDS = 10_000
"""That are told at a time."""
PATH = "/api/known"


class About(msgspec.Struct):
    """What the site is."""

    version: str
    """Of stacktraces."""
    signatures: int
    """The version of its fingerprints: only those of the same version can be compared."""
    outdated: bool
    """It holds fingerprints of another version."""


class Labelling(msgspec.Struct, forbid_unknown_fields=True):
    """Groups that are to be judged."""

    groups: Annotated[list[Group], msgspec.Meta(max_length=MOST_ITEMS)]
    now: str
    """When the run is: ISO 8601 in UTC."""
    app_version: str | None = None


class Verdicts(msgspec.Struct):
    """The verdict on each group, in their order."""

    judgements: list[Judgement]


class Fingerprints(msgspec.Struct, forbid_unknown_fields=True):
    """Whose issues, or days, are asked for."""

    fingerprints: Annotated[list[str], msgspec.Meta(max_length=MOST_ITEMS)]


class Owners(msgspec.Struct):
    """The issues that have each fingerprint, the one that was seen most often first."""

    owners: dict[str, list[KnownIssue]]


class Days(msgspec.Struct):
    """How often any of the fingerprints was seen, by day in UTC."""

    days: dict[str, int]


class Naming(msgspec.Struct, forbid_unknown_fields=True):
    """The id, an alias or a fingerprint of an issue."""

    key: str


class Found(msgspec.Struct):
    """The issue of that name, if there is one."""

    issue: Issue | None


class Heading(msgspec.Struct):
    """The issue of that very id, without its stacks."""

    issue: KnownIssue | None


class Listing(msgspec.Struct, forbid_unknown_fields=True):
    """Which issues of the project to list: all by id, behind ``after``, or the latest of these statuses."""

    after: str | None = None
    statuses: list[Status] = []
    skip: Annotated[int, msgspec.Meta(ge=0, le=10**9)] = 0
    most: Annotated[int, msgspec.Meta(ge=1, le=MOST_ITEMS)] = MOST_ITEMS


class Issues(msgspec.Struct):
    """Some issues."""

    issues: list[Issue]


class Ids(msgspec.Struct):
    """The ids of some issues, sorted."""

    ids: list[str]


class Recording(msgspec.Struct, forbid_unknown_fields=True):
    """What was seen."""

    id: Annotated[str, msgspec.Meta(min_length=16, max_length=64)]
    """Of this recording: sent again, it counts once."""
    sightings: Annotated[list[Sighting], msgspec.Meta(max_length=MOST_ITEMS)]


class Step(msgspec.Struct, forbid_unknown_fields=True):
    """A step of a change: one of the two."""

    put: Issue | None = None
    remove: str | None = None


class Editing(msgspec.Struct, forbid_unknown_fields=True):
    """A change, all of it or nothing."""

    steps: list[Step]
    expected: dict[str, str | None]
    """The mark of each issue that was read, by its id, and ``None`` for names that no issue had."""


class Before(msgspec.Struct, forbid_unknown_fields=True):
    """A day."""

    before: str


class Done(msgspec.Struct):
    """How many there were."""

    count: int = 0


def mark(issue: Issue | None) -> str | None:
    """What changes whenever people change ``issue``; occurrences that come in change no mark."""
    if issue is None:
        return None
    stacks = [(each.fingerprint, each.error) for each in issue.copy().stacks]
    content = msgspec.msgpack.encode((issue.heading, sorted(issue.aliases), stacks))
    return hashlib.blake2b(content, digest_size=16).hexdigest()
