"""Until when an issue is muted: a time, a version of the application, or a number of occurrences."""

from __future__ import annotations

from typing import Literal, NamedTuple, TypeAlias

from ..model import Group
from . import times, versions
from .issue import MOST

Kind: TypeAlias = Literal["date", "version", "count"]


class Mute(NamedTuple):
    """What ends the muting of an issue."""

    kind: Kind
    value: str
    """A day or time, ISO 8601 in UTC; a version; a number of occurrences in all."""

    def __str__(self) -> str:
        """As stores keep it."""
        return f"{self.kind} {self.value}"

    @property
    def words(self) -> str:
        """For a person."""
        if self.kind == "count":
            return f"{int(self.value):,} occurrences"
        return f"version {self.value}" if self.kind == "version" else self.value


def parse(text: str | None) -> Mute | None:
    """The one that ``text`` stands for, as stores keep it; ``None`` where it is none."""
    kind, _, value = (text or "").partition(" ")
    value = value.strip()
    if kind == "date":
        moment = times.normalise(value)
        return Mute("date", moment) if moment is not None else None
    if kind == "version":
        return Mute("version", value) if value else None
    if kind == "count" and value.isascii() and value.isdecimal() and len(value) <= len(str(MOST)):
        return Mute("count", value)
    return None


def ended(mute: Mute, group: Group, now: str, app_version: str | None, recorded: int) -> str | None:
    """Why ``mute`` is over for ``group``, in words; ``None`` where it is not.

    ``now`` is the time of the run, and counts where the group bears none; ``app_version`` is that of the
    application, ``recorded`` how many occurrences were recorded before this run.
    """
    if mute.kind == "date":
        seen = times.normalise(group.last_seen) or now
        return f"seen {seen}" if seen >= times.end(mute.value) else None
    if mute.kind == "version":
        is_over = app_version is not None and versions.key(app_version) >= versions.key(mute.value)
        return f"seen in {app_version}" if is_over else None
    count = recorded + group.count
    return f"seen {count:,} times" if count > int(mute.value) else None
