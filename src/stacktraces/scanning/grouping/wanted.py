"""Which occurrences are asked for."""

from __future__ import annotations

from fnmatch import fnmatchcase

import msgspec

from ...log_records.clock import Moment
from ...model import Trace

UNWANTED = "unwanted"
"""The token of a type or runtime that is not asked for."""


class Wanted(msgspec.Struct, frozen=True):
    """Which occurrences count."""

    type: str | None = None
    """A glob for the type: whole, or its last component."""
    runtime: str | None = None
    """The name of the runtime."""
    since: int | None = None
    """Nanoseconds since 1970; what bears no time is left out."""
    until: int | None = None
    where: tuple[tuple[str, str], ...] = ()
    """Fields of a context, each with a glob for its value."""

    def at(self, moment: Moment | None) -> bool:
        """Whether an occurrence at ``moment`` counts."""
        if self.since is None and self.until is None:
            return True
        if moment is None:
            return False
        return (self.since is None or moment[0] >= self.since) and (
            self.until is None or moment[0] <= self.until
        )

    def of(self, trace: Trace) -> bool:
        """Whether ``trace`` is of the runtime and the type that are asked for."""
        if self.runtime is not None and trace.runtime != self.runtime:
            return False
        for field, glob in self.where:
            if not fnmatchcase(getattr(trace.context, field) or "", glob):
                return False
        if self.type is None:
            return True
        name = trace.error.type or ""
        return fnmatchcase(name, self.type) or fnmatchcase(name.rpartition(".")[2], self.type)
