"""What a scan counted, as a result."""

from __future__ import annotations

from ...log_records.clock import Clock
from ...results.contexts import settled
from ...results.result import Result, Stats, Unreadable
from ...results.unread import added_up
from ...signatures.culprit import culprit
from ...sources.interruption import NOT_BEGUN
from ..options import Totals
from .tallies import Grouping
from .tally import group_of


def result_of(grouping: Grouping, done: Totals, clock: Clock) -> Result:
    """What ``grouping`` holds and ``done`` counted."""
    tallies = [each for each in grouping.settled() if each.count]
    unreadable = without_repetition(done.unreadable)
    stats = Stats(
        bytes=done.bytes,
        traces=grouping.traces,
        groups=len(tallies),
        beyond=grouping.beyond,
        snapshots=grouping.snapshots,
        files=done.files,
        unreadable=len(unreadable),
        unread=added_up(done.unread),
    )
    groups = [group_of(each, clock, culprit, grouping.paths) for each in tallies]
    for each in groups:
        each.contexts = settled(each.contexts)
    return Result(groups, stats, unreadable, done.ranges)


def without_repetition(unreadable: list[Unreadable]) -> list[Unreadable]:
    """Of many files that an interrupted scan did not come to, one is named, with how many there are."""
    unreadable = sorted(set(unreadable), key=lambda each: each.reason)
    left = [each for each in unreadable if each.reason.endswith(NOT_BEGUN)]
    if len(left) < 2:
        return unreadable
    more = f"{len(left) - 1:,} more {'file' if len(left) == 2 else 'files'}"
    told = Unreadable(left[0].path, f"{left[0].path} and {more} were not read: interrupted.")
    return [*(each for each in unreadable if not each.reason.endswith(NOT_BEGUN)), told]
