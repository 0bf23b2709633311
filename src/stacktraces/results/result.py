"""The result of a scan: groups with totals, which can be added to another."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

import msgspec

from ..model import Group, Origin

if TYPE_CHECKING:
    import pandas
    import pyarrow


class Unreadable(msgspec.Struct, frozen=True):
    """A file that was not read, or not to its end."""

    path: str
    reason: str
    """One sentence, with the path in it."""
    detail: str | None = None
    """Python's own traceback, where a reader failed."""


class Unread(msgspec.Struct, frozen=True):
    """Places of one kind that look like a stack trace, at which nothing was read."""

    kind: str
    count: int
    first: Origin


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
    """That it took; of a sum, that its parts took together."""


class Range(msgspec.Struct, frozen=True, order=True):
    """A part of a file that was scanned on its own: from the byte ``start`` up to the byte ``end``."""

    path: str
    start: int
    end: int
    lines: int
    """Line ends in it."""
    last: bool
    """The file ends there."""


class Result(msgspec.Struct):
    """The groups of a scan in the order of their first occurrence, behind those of which no time is known.

    Results add up: :meth:`merge` is associative and commutative, ``Result()`` is its zero, and the results of
    parts of an input add up to the result of the whole, as long as no part has more groups than are kept.
    """

    groups: list[Group] = []
    stats: Stats = msgspec.field(default_factory=Stats)
    unreadable: list[Unreadable] = []
    ranges: list[Range] = []
    """Parts of files of which others are missing; lines of sources in them count from their start."""

    def merge(self, *others: Result) -> Result:
        """The sum of this result and ``others``, a new one; costs time and memory for the groups of all."""
        from .merging import merged

        return merged([self, *others])

    @classmethod
    def sum(cls, results: Iterable[Result]) -> Result:
        """The sum of ``results``, which may be a generator: they are taken and added one after another."""
        from .merging import merged

        return merged(results)

    def to_json(self, *, show_locals: bool = False) -> bytes:
        """What ``stacktraces log --format json`` prints, with the groups in the order they have here."""
        from .exchange import to_json

        return to_json(self, show_locals=show_locals)

    @classmethod
    def from_json(cls, data: bytes | str) -> Result:
        """The result that ``data`` holds, which :meth:`to_json` or ``stacktraces log --format json`` wrote.

        Raises ``InputError`` where it is none.
        """
        from .exchange import from_json

        return from_json(data)

    def to_arrow(self) -> pyarrow.Table:
        """A row for each group. Raises ``MissingExtraError`` where pyarrow is not installed."""
        from .tables import to_arrow

        return to_arrow(self)

    def to_pandas(self) -> pandas.DataFrame:
        """A row for each group. Raises ``MissingExtraError`` where pandas is not installed."""
        from .tables import to_pandas

        return to_pandas(self)

    def to_sqlite(self, path: str) -> None:
        """Write the tables ``groups``, ``frames`` and ``sources`` to a database; raises ``InputError``.

        Tables of these names that are there already are replaced.
        """
        from .tables import to_sqlite

        to_sqlite(self, path)
