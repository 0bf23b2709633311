"""Traces that were read once, by their skeletons: found again, and not read again."""

from __future__ import annotations

from typing import NamedTuple, TypeAlias

from ...cursor import decode
from ...model import Error, Trace
from .skeletons import Doubt, Occurrence, Skeleton, SkeletonMatcher

Token: TypeAlias = str
"""What a sink gave for a trace: it stands for all occurrences of its skeleton."""

_MOST_BYTES = 24 << 20
_MOST_TRACES = 50_000


class KnownTrace(NamedTuple):
    """What is known of a skeleton."""

    token: Token | None
    """``None`` where each occurrence is to be read."""
    doubts: tuple[Doubt, ...] = ()

    def counts(self, occurrence: Occurrence, data: bytes) -> bool:
        """Whether ``occurrence``, which stands in ``data``, can be counted without reading it."""
        return self.token is not None and not (self.doubts and is_doubtful(self.doubts, occurrence, data))


class KnownTraces:
    """The skeletons met so far; forgets all when there are too many, which costs only time."""

    def __init__(self) -> None:
        self._known: dict[Skeleton, KnownTrace] = {}
        self._bytes = 0

    def get(self, skeleton: Skeleton) -> KnownTrace | None:
        """What is known of ``skeleton``; ``None`` where it was not met before."""
        return self._known.get(skeleton)

    def learn(
        self,
        matcher: SkeletonMatcher,
        occurrence: Occurrence,
        data: bytes,
        trace: Trace | None,
        token: Token | None,
    ) -> KnownTrace | None:
        """Remember what the first occurrence of a skeleton was read as, and ``token``, which stands for it.

        Gives ``None`` where the content of a hole leaves that open: then a later occurrence tells.
        """
        skeleton = occurrence.skeleton
        doubts = matcher.doubts_of(skeleton)
        if is_doubtful(doubts, occurrence, data):
            return None
        if trace is None or not _holds_messages(occurrence, data, trace.error):
            token = None
        if self._bytes > _MOST_BYTES or len(self._known) > _MOST_TRACES:
            self._known.clear()
            self._bytes = 0
        self._bytes += sum(map(len, skeleton.constants))
        known = self._known[skeleton] = KnownTrace(token, doubts)
        return known


def is_doubtful(doubts: tuple[Doubt, ...], occurrence: Occurrence, data: bytes) -> bool:
    """Whether a hole of ``occurrence`` holds what a doubt names."""
    return any(data.find(text, *occurrence.spans[number]) >= 0 for number, text in doubts)


def _holds_messages(occurrence: Occurrence, data: bytes, error: Error) -> bool:
    """Whether each hole that is called a message holds one, and so nothing else that matters."""
    held = [
        decode(data[first:last]).strip()
        for hole, (first, last) in zip(occurrence.skeleton.holes, occurrence.spans, strict=True)
        if hole.name == "message"
    ]
    return not held or set(held) <= {(each.message or "").strip() for each in errors_of(error)}


def errors_of(error: Error) -> list[Error]:
    """All errors of a chain, and of the groups in it."""
    found, waiting = [], [error]
    while waiting:
        each = waiting.pop()
        found.append(each)
        waiting += each.children
        if each.cause is not None:
            waiting.append(each.cause)
    return found
