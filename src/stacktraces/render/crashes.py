"""What ended processes, by known issues: in words and as JSON."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, TypeAlias, get_args

import msgspec

from ..model import Crash, Process, Verdict
from .plain import group_lines
from .report import Reporter

Ended: TypeAlias = tuple[str, Crash]
"""What to call a process, and what ended it."""
_MOST = 10
"""Processes that are named."""
_VERDICTS: tuple[Verdict, ...] = get_args(Verdict)


def crash_blocks(crashes: Iterable[Ended]) -> Iterator[tuple[Verdict, list[str]]]:
    """The verdict on each distinct error that ended processes and its lines, the most urgent in front."""
    distinct: dict[str, list[Ended]] = {}
    for each in crashes:
        distinct.setdefault(each[1].group.fingerprint, []).append(each)
    for found in sorted(distinct.values(), key=lambda found: _VERDICTS.index(found[0][1].judgement.verdict)):
        first = found[0][1]
        group = msgspec.structs.replace(first.group, count=sum(crash.group.count for _, crash in found))
        seen = ", ".join(_place(*each) for each in found[:_MOST])
        more = f" and {len(found) - _MOST:,} more" if len(found) > _MOST else ""
        yield first.judgement.verdict, list(group_lines(group, first.judgement, seen + more))


def crash_lines(crashes: Iterable[Ended]) -> Iterator[str]:
    """The same line by line, an empty one after each block."""
    for _, block in crash_blocks(crashes):
        yield from block
        yield ""


def _place(process: str, crash: Crash) -> str:
    if not crash.threads:
        return process
    named = ", ".join(crash.threads[:_MOST])
    more = f" and {len(crash.threads) - _MOST:,} more" if len(crash.threads) > _MOST else ""
    return f"thread{'s' * (len(crash.threads) > 1)} {named}{more} of {process}"


def crash_objects(process: Process) -> dict[str, Any]:
    """As JSON: a list under ``crashes`` of groups with their threads, left out where it is empty."""
    reporter = Reporter()
    crashes = [
        {"thread_ids": each.threads, **msgspec.to_builtins(reporter.group(each.group, each.judgement))}
        for each in process.crashes
    ]
    return {"crashes": crashes} if crashes else {}
