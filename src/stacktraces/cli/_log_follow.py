"""``stacktraces log --follow``: each new group at once, the totals at the end."""

from __future__ import annotations

import sys
import time
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import click
import msgspec

from ..errors import StoreError, UsageError
from ..model import Group, Judgement
from ..render import plain
from ..render.report import Reporter, encode
from ..scanning.options import Options
from ..scanning.reading.follow import Follower
from ._color import wants_color
from ._known_options import Judge, Judged, conclude, judging
from ._log_options import Display
from ._log_output import GroupOutput
from ._run import complain
from ._signals import until_told

if TYPE_CHECKING:
    from ..known import Labelled
    from ..library.logs import ScanOptions
    from ..results.result import Stats

RECORD_SECONDS = 5.0
"""What was seen is recorded so often: no more is lost where the program is killed."""
NEW_SECONDS = 0.5
"""So soon, where it was never seen before."""


def follow_file(
    paths: Sequence[str],
    options: ScanOptions,
    display: Display,
    labelling: dict[str, Any],
) -> tuple[int, Stats]:
    """Follow ``paths`` until a signal asks to end: Ctrl-C, SIGTERM, or SIGHUP as a terminal goes away.

    Gives the exit code, and the totals.
    """
    if "-" in paths:
        raise UsageError("--follow needs the path of a file; what comes through a pipe is read as it comes.")
    with judging(**labelling) as judge:
        painted = wants_color(display.color)
        record = _Record(judge) if judge else None
        runtimes: set[str | None] = set()
        follower = Follower(paths, Options(**options), lambda: record.keep(follower) if record else None)
        try:
            with until_told(follower.stop) as told:
                for group in follower:
                    runtimes.add(group.runtime)
                    judgement = record.first(group) if record else None
                    _show_new(group, display, judgement, painted, len(runtimes) > 1)
        finally:
            # Not only after a signal: the reader of a pipe may have gone.
            follower.close()
            if record:
                record.update(follower)
        result = follower.result()
        judged = record.verdicts(result.groups) if record else None
        if display.output != "jsonl":
            GroupOutput(display._replace(top=None, sort=None)).write(result, judged)
        code = 128 + told[0]
        return conclude(judged, record.trouble, code) if record and judged else code, result.stats


class _Record:
    """The verdicts of a run that goes on while what it saw is recorded."""

    def __init__(self, judge: Judge) -> None:
        self.trouble: str | None = None
        """Why not all could be recorded, the last time it was tried."""
        self._judge = judge
        self._first: dict[str, Labelled] = {}
        self._recorded: dict[str, int] = {}
        self._next = time.monotonic() + RECORD_SECONDS

    def first(self, group: Group) -> Judgement:
        """The verdict on a group that was not seen before. Raises ``StoreError``."""
        labelled = self._first[group.fingerprint] = self._judge.label([group])[0]
        self._next = min(self._next, time.monotonic() + NEW_SECONDS)
        return labelled.judgement

    def keep(self, follower: Follower) -> None:
        """Record what ``follower`` saw, once in a while; trouble is told, and no reason to end."""
        begun = time.monotonic()
        if begun < self._next:
            return
        before = self.trouble
        self.update(follower)
        if self.trouble and self.trouble != before:
            complain(self.trouble)
        # A tenth of the time at the most, however many groups there are.
        self._next = time.monotonic() + max(RECORD_SECONDS, 10 * (time.monotonic() - begun))

    def update(self, follower: Follower) -> None:
        """Record what ``follower`` saw since the last time, where ``--update`` asks."""
        if not self._judge.updates:
            return
        replace = msgspec.structs.replace
        groups = follower.result().groups
        more = {each.fingerprint: each.count - self._recorded.get(each.fingerprint, 0) for each in groups}
        try:
            fresh = self._labelled([each for each in groups if more[each.fingerprint]])
        except StoreError as error:
            self.trouble = str(error)
            return
        counted = [
            each._replace(group=replace(each.group, count=more[each.group.fingerprint])) for each in fresh
        ]
        self.trouble = self._judge.record(counted)
        if self.trouble is None:
            self._recorded.update((each.fingerprint, each.count) for each in groups)

    def verdicts(self, groups: Sequence[Group]) -> Judged:
        """The verdicts on ``groups``. Raises ``StoreError``."""
        from ..known.verdict import attention

        return self._judge.judged(sorted(self._labelled(groups), key=attention))

    def _labelled(self, groups: Sequence[Group]) -> list[Labelled]:
        """What was new or similar stays so, though it is known from the time on that it was recorded."""
        found = []
        for each in self._judge.label(groups):
            first = self._first.get(each.group.fingerprint, each)
            is_own = first.judgement.verdict in ("new", "similar")
            found.append(first._replace(group=each.group) if is_own else each)
        return found


def _show_new(
    group: Group, display: Display, judgement: Judgement | None, color: bool, show_runtime: bool
) -> None:
    if display.output == "jsonl":
        sys.stdout.buffer.write(
            encode(Reporter(show_locals=display.show_locals).group(group, judgement)) + b"\n"
        )
        sys.stdout.buffer.flush()
    elif display.output == "text":
        lines = plain.group_lines(group, judgement, color=color, show_runtime=show_runtime)
        click.echo("\n".join(lines) + "\n", color=color)
