"""What the site's store gives and takes."""

from __future__ import annotations

from typing import Literal, TypeAlias

import msgspec

from ...known import Issue
from ...model import Status, Trace


class StoredOccurrence(msgspec.Struct):
    """An occurrence of an issue, as it is kept."""

    issue: str
    project: str
    fingerprint: str
    seen: str
    """ISO 8601 in UTC."""
    trace: Trace
    environment: str | None = None
    release: str | None = None
    own_file: str | None = None
    """The file of the innermost frame of the user's own code."""
    count: int = 1
    """How many occurrences it stands for."""


Order: TypeAlias = Literal["last_seen", "first_seen", "count"]


class Filter(msgspec.Struct, frozen=True, kw_only=True):
    """Which issues are asked for; what is ``None`` does not matter."""

    project: str | None = None
    status: Status | None = None
    environment: str | None = None
    release: str | None = None
    host: str | None = None
    type: str | None = None
    own_file: str | None = None
    text: str | None = None
    """Each of its words begins one of the title, the type, a message or the own file; see ``words.py``."""
    sort: Order | None = None
    """What is greatest first, of what was seen in the project; ``None`` is as ``last_seen``."""


class Page(msgspec.Struct, frozen=True):
    """Some of the issues that were asked for, in the order that was asked for."""

    issues: list[Issue]
    total: int
