"""Parts of files that were scanned on their own, put together, so that lines count from the file's start."""

from __future__ import annotations

import bisect
from collections.abc import Iterable
from typing import TypeAlias

import msgspec

from ..model import Origin
from .result import Range

Starts: TypeAlias = dict[str, tuple[list[int], list[int]]]
"""For each path, where ranges of a complete file start, and how many line ends stand before each."""


def complete(ranges: Iterable[Range]) -> tuple[list[Range], Starts]:
    """The ranges of files that are not complete, in order, and the starts of those that are."""
    by_path: dict[str, list[Range]] = {}
    for each in ranges:
        by_path.setdefault(each.path, []).append(each)
    left: list[Range] = []
    starts: Starts = {}
    for path, parts in by_path.items():
        parts = sorted(parts)
        while (chain := _chain(parts)) is not None:
            for each in chain:
                parts.remove(each)
            starts.setdefault(path, _starts(chain))
        left += parts
    return sorted(left), starts


def _chain(parts: list[Range]) -> list[Range] | None:
    """The ranges that follow one another from start to end of the file; ``None`` where some are missing."""
    chain: list[Range] = []
    end = 0
    following: dict[int, Range] = {}
    for each in parts:
        if each.end > each.start or each.last:
            following.setdefault(each.start, each)
    while (found := following.pop(end, None)) is not None:
        chain.append(found)
        if found.last:
            return chain
        end = found.end
    return None


def _starts(chain: list[Range]) -> tuple[list[int], list[int]]:
    lines, counted = 0, []
    for each in chain:
        counted.append(lines)
        lines += each.lines
    return [each.start for each in chain], counted


def count_lines_from(starts: Starts, origin: Origin) -> Origin:
    """``origin`` with its line counted from the start of its file, where that is complete."""
    found = starts.get(origin.path or "")
    if found is None or origin.offset is None or origin.line is None:
        return origin
    at = bisect.bisect_right(found[0], origin.offset) - 1
    return msgspec.structs.replace(origin, line=origin.line + found[1][at])
