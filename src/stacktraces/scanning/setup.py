"""What all walkers of a scan share."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import msgspec

from ..containment import ReaderFailures
from ..log_records.clock import Clock
from ..runtimes import Format
from ..runtimes._grammar import Beginning, beginnings
from ..trace_lines import KnownTraceLines
from .fast_path.skeletons import SkeletonMatcher
from .literal_search import Anchors, Search, in_json


class TraceStart(NamedTuple):
    """Where a trace of a grammar may begin whose first anchor was found."""

    matcher: SkeletonMatcher
    beginnings: tuple[Beginning, ...]
    """The furthest first."""


class ScanSetup(msgspec.Struct, frozen=True):
    """What all walkers of a scan share."""

    anchors: Anchors
    search: Search
    clock: Clock
    lines: KnownTraceLines
    """Of all runtimes' traces."""
    starts: tuple[tuple[TraceStart, ...], ...]
    """For each anchor, where traces that need not be read each time may begin, by each format's grammar."""
    native: bool
    """Whether the compiled part counts traces that were read before."""
    failures: ReaderFailures = msgspec.field(default_factory=ReaderFailures)
    """What readers raised."""


def make_setup(
    anchors: Anchors,
    search: Search,
    clock: Clock,
    lines: KnownTraceLines,
    *,
    fast: bool = True,
    native: bool = False,
    failures: ReaderFailures | None = None,
) -> ScanSetup:
    """``fast`` counts traces whose skeleton was read before; without it each is read, to the same end."""
    matchers: dict[str, SkeletonMatcher] = {}
    return ScanSetup(
        anchors=anchors,
        search=search,
        clock=clock,
        lines=lines,
        starts=tuple(
            tuple(_starts(literal, owners, matchers)) if fast else ()
            for literal, owners in zip(anchors.literals, anchors.owners, strict=True)
        ),
        native=native,
        failures=failures or ReaderFailures(),
    )


def _starts(
    literal: bytes, owners: tuple[Format, ...], matchers: dict[str, SkeletonMatcher]
) -> Iterator[TraceStart]:
    """Where traces begin whose anchor is ``literal``: those of each format with a grammar."""
    for each in owners:
        if each.grammar is None:
            continue
        anchor = next((plain for plain in each.anchors if literal in (plain, in_json(plain))), literal)
        found = beginnings(each.grammar, anchor.decode())
        if found:
            if each.name not in matchers:
                matchers[each.name] = SkeletonMatcher(each, each.grammar)
            yield TraceStart(matchers[each.name], found)
