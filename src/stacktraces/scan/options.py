"""What a scan is asked for, and what it gives."""

from __future__ import annotations

from datetime import datetime, tzinfo

import msgspec

from ..model import Group, Origin
from .grouping.timeline import Timeline
from .literal_search import EngineName

CHUNK = 256 << 10
"""Bytes that are read at once: they stay in the processor's cache while they are searched."""
MAX_GROUPS = 10_000


class Options(msgspec.Struct, frozen=True, kw_only=True):
    """How to scan."""

    jobs: int = 1
    """Processes that work at the same time."""
    engine: EngineName = "auto"
    fast: bool = True
    """Take plain blocks that were seen before without reading them again; the results are the same."""
    max_groups: int = MAX_GROUPS
    carrier: str = "auto"
    """The name of the carrier that wraps all files, or a TOML file with one; ``none`` where nothing does."""
    zone: tzinfo | None = None
    """For times that print no offset."""
    now: datetime | None = None
    """Tells the year of times that print none; this moment where it is not given."""
    type: str | None = None
    """A glob for the type of the errors that count."""
    runtime: str | None = None
    """The name of the runtime whose traces count."""
    debug: bool = False
    """Keep Python's own traceback of a reader that failed."""
    since: datetime | None = None
    until: datetime | None = None
    chunk: int = CHUNK


class Unreadable(msgspec.Struct, frozen=True):
    """A file that was not read, or not to its end."""

    path: str
    reason: str
    """One sentence, with the path in it."""
    detail: str | None = None
    """Python's own traceback, where a reader failed."""


class Unread(msgspec.Struct):
    """Places of one kind that look like a stack trace, at which nothing was read."""

    kind: str
    count: int
    file: int
    """The number of the file, in the order of the scan, with the first place."""
    first: Origin

    def position(self) -> tuple[int, int]:
        """The first place, for sorting."""
        return self.file, self.first.offset or 0


class Totals(msgspec.Struct):
    """What a scan counts beside the groups."""

    bytes: int = 0
    files: int = 0
    unreadable: list[Unreadable] = []
    unread: list[Unread] = []


class Stats(msgspec.Struct, kw_only=True):
    """Totals of a scan."""

    bytes: int = 0
    """Decompressed."""
    traces: int = 0
    """Occurrences that count."""
    groups: int = 0
    beyond: int = 0
    """Occurrences of groups beyond ``max_groups``, which are not among the groups."""
    snapshots: int = 0
    files: int = 0
    unreadable: int = 0
    unread: list[Unread] = []
    """What looks like a stack trace and was not read, by kind, in the order of the first places."""
    seconds: float = 0.0


class Result(msgspec.Struct):
    """The groups of a scan in the order of their first occurrence."""

    groups: list[Group]
    timelines: dict[str, Timeline]
    """For each fingerprint."""
    stats: Stats
    unreadable: list[Unreadable]
