"""What a scan is asked for, and what it counts beside the groups."""

from __future__ import annotations

from datetime import datetime, tzinfo

import msgspec

from ..errors import UsageError
from ..results.result import Range, Unread, Unreadable
from ..signatures.issue_rules import IssueRules
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
    where: dict[str, str] = {}
    """Fields of the context of a trace, each with a glob for its value; each occurrence is read then."""
    contexts: bool = False
    """Count who wrote the occurrences of each group; each is read then, which takes several times as long."""
    chunk: int = CHUNK
    issue_rules: IssueRules | None = None
    """A team's own rules on what is one group."""

    def __post_init__(self) -> None:
        """Raises ``UsageError`` for numbers that make no sense."""
        for name in ("jobs", "max_groups", "chunk"):
            if getattr(self, name) < 1:
                raise UsageError(f"{name} is {getattr(self, name)}; give 1 or more.")


class Totals(msgspec.Struct):
    """What a scan counts beside the groups."""

    bytes: int = 0
    files: int = 0
    unreadable: list[Unreadable] = []
    unread: list[Unread] = []
    ranges: list[Range] = []
