"""Scanning logs: groups, or each occurrence."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING, BinaryIO, TypedDict, Unpack, cast

from ..errors import UsageError
from ..model import Trace
from ..results.result import Result, Stats, Unreadable
from ..scanning import Occurrences, group
from ..scanning.options import Options
from ..sources.inputs import Input
from ..sources.interruption import Interruption

if TYPE_CHECKING:
    from concurrent.futures import Executor
    from datetime import datetime, tzinfo

    from ..signatures.issue_rules import IssueRules
    from ..sources.cursors import CursorFile


class ScanOptions(TypedDict, total=False):
    """How to scan: keyword arguments of :func:`scan` and :func:`occurrences`."""

    jobs: int
    """Processes that work at the same time on local files; 1 unless given. See ``executor`` for more."""
    max_groups: int
    """Distinct groups that are kept, 10,000 unless given; ``stats.beyond`` counts occurrences of others."""
    carrier: str
    """What wraps the lines: a name of docs/carriers.md, a TOML file, ``none``; found out unless given."""
    zone: tzinfo | None
    """The time zone of times that print no offset; such times count as UTC unless given."""
    now: datetime | None
    """Tells the year of times that print none; this moment unless given."""
    type: str | None
    """A glob for the type of the errors that count."""
    runtime: str | None
    """The runtime whose errors count."""
    since: datetime | None
    """Only what was logged from then on."""
    until: datetime | None
    """Only what was logged until then."""
    where: dict[str, str]
    """Only what a writer wrote whose fields are so: globs by the names of ``Context``; takes longer."""
    contexts: bool
    """Count hosts, pods, processes, loggers, levels and messages of each group; takes longer."""
    issue_rules: IssueRules | None
    """A team's own rules on what is one group: see :func:`load_issue_rules`."""
    debug: bool
    """Keep Python's own traceback of a reader that failed, in ``detail`` of what is unreadable."""


def scan(
    sources: Input | Iterable[Input],
    *,
    start: int | None = None,
    end: int | None = None,
    cursor: CursorFile | None = None,
    executor: Executor | None = None,
    progress: Callable[[int], None] | None = None,
    interruption: Interruption | None = None,
    **options: Unpack[ScanOptions],
) -> Result:
    """The groups of errors in logs, counted, dated and placed.

    ``sources`` is one source or several: paths, folders, globs, URLs, open binary files, and
    ``Source(name, content)`` with an iterable of bytes or lines. What cannot be read is told in
    ``unreadable`` of the result.

    With ``start`` or ``end`` only traces count that start at a byte in [start, end) of each source,
    decompressed: results of parts add up to that of the whole. With ``cursor`` only what was added to each
    source since it was read with that cursor file counts; save the cursor when the result is safe.

    ``executor`` is anything with the interface of ``concurrent.futures.Executor``: the work is cut into tasks
    for it. ``progress`` is told of bytes that were read. Once ``interruption`` is told, the result so far is
    given.

    Raises ``UsageError`` for options that are wrong and for what is no source.
    """
    given = Options(**options)
    if executor is None:
        return group(several(sources), given, progress, interruption, start=start, end=end, cursor=cursor)
    if cursor is not None:
        raise UsageError("A cursor file is for one process: leave out the executor.")
    from ..scanning.parallel.executors import scan_with

    return scan_with(executor, several(sources), given, progress, interruption, start=start, end=end)


class Found:
    """Traces as they are read; iterate once. ``stats`` and ``unreadable`` are complete at the end."""

    def __init__(self, occurrences: Occurrences) -> None:
        self._occurrences = occurrences

    def __iter__(self) -> Iterator[Trace]:
        return iter(self._occurrences)

    @property
    def stats(self) -> Stats:
        """What was read and found."""
        return self._occurrences.stats

    @property
    def unreadable(self) -> list[Unreadable]:
        """What could not be read, or not to its end."""
        return self._occurrences.unreadable


def occurrences(
    sources: Input | Iterable[Input],
    *,
    start: int | None = None,
    end: int | None = None,
    interruption: Interruption | None = None,
    **options: Unpack[ScanOptions],
) -> Found:
    """Every error in logs, in order, with its time, place and context, one at a time in bounded memory.

    Arguments as for :func:`scan`, of which ``jobs``, ``max_groups`` and ``contexts`` change nothing.
    Raises ``UsageError``, as :func:`scan` does.
    """
    return Found(Occurrences(several(sources), Options(**options), interruption, start=start, end=end))


def several(sources: Input | Iterable[Input]) -> Iterable[Input]:
    """``sources`` as an iterable of them: a path, a file or a :class:`Source` is one."""
    if isinstance(sources, (str, os.PathLike)) or hasattr(sources, "read") or hasattr(sources, "open"):
        return [cast(Input, sources)]
    if isinstance(sources, (bytes, bytearray, memoryview)):
        import io

        from ..sources.inputs import Source

        return [Source("-", cast(BinaryIO, io.BytesIO(sources)))]
    return sources
