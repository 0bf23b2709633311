"""What all walkers of a scan share."""

from __future__ import annotations

import re

import msgspec

from ..log_records.clock import Clock
from ..trace_lines import KnownTraceLines
from .fast_path.blocks import Plain, plain
from .literal_search import Anchors, Search


class Tools(msgspec.Struct, frozen=True):
    """What all walkers of a scan share."""

    anchors: Anchors
    search: Search
    clock: Clock
    lines: KnownTraceLines
    """Of all runtimes' traces."""
    plains: tuple[Plain | None, ...]
    """For each anchor, the plain block of its format."""
    starts: tuple[re.Pattern[bytes], ...]
    """What log records start with, as far as formats tell."""
    native: bool
    """Whether the compiled part counts repeats."""


def make_tools(
    anchors: Anchors,
    search: Search,
    clock: Clock,
    lines: KnownTraceLines,
    *,
    fast: bool = True,
    native: bool = False,
) -> Tools:
    """``fast`` takes plain blocks that were seen before without reading them: the results are the same."""
    formats = {each.name: each for owners in anchors.owners for each in owners}
    compiled = {name: plain(each) for name, each in formats.items()}
    plains = (next(filter(None, (compiled[each.name] for each in owners)), None) for owners in anchors.owners)
    return Tools(
        anchors=anchors,
        search=search,
        clock=clock,
        lines=lines,
        plains=tuple(plains) if fast else (None,) * len(anchors.owners),
        starts=tuple(each.before for each in compiled.values() if each is not None),
        native=native,
    )
