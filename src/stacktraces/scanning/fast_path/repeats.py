"""Traces that no grammar covers, counted where only numbers differ from one that was read twice.

Two occurrences that were read as the same error, but for its messages, show which numbers in their text do
not matter: those that differ. All else is the same in the next occurrence, the lines of the log record before
it included, or it is read.
"""

from __future__ import annotations

from typing import NamedTuple

import msgspec

from ..._regex import regex
from ...log_records.clock import PRINTED, WHERE
from ...model import Error, Trace
from ...runtimes._grammar import Beginning
from ...signatures.message import LIMIT, mask
from .known_traces import KnownTrace, Token, errors_of
from .lessons import ANYWHERE, Lesson
from .skeletons import MOST_HOLES, Hole, Occurrence, Skeleton

_LONGEST = 16 << 10
_MOST_SEEN = 4096
_MOST_BYTES = 8 << 20
_MOST_LESSONS = 8
"""Times that the same is taught: with it the records are that stand around."""
_LONGEST_MESSAGE = LIMIT // 2
_SIZES = (1, 2, 3, 4, 5, 6, 7, 8, 10, 16, 20)
"""Digits of a number: masks look at their count, and at no digit's value."""
_ANY_NUMBER = regex(r"[0-9]++")
_NUMBER = regex(
    rb"(?P<hex>(?<=0x)[0-9a-fA-F]++|(?<![0-9A-Za-z])[0-9a-f]{8}(?=-[0-9a-f]{4}-)"
    rb"|(?<=[0-9a-f]-)[0-9a-f]{4}(?=-[0-9a-f])|(?<=[0-9a-f]{4}-)[0-9a-f]{12}(?![0-9A-Za-z]))"
    rb"|[0-9]++"
)
"""A number, an address, or a part of a UUID."""


class Repeat(NamedTuple):
    """A trace that was read, as it stands in the data."""

    anchor: int
    """The number of the one by which it was found,"""
    at: int
    """and where that stands."""
    record: tuple[int, int]
    """Where the log record's line starts and ends that is before the trace, or its first line."""
    start: int
    end: int
    trace: Trace
    token: Token
    by_message: bool
    """The token depends on messages, without what varies in them."""


class _Seen(msgspec.Struct):
    """The text of one occurrence."""

    text: bytes
    varies: set[int]
    """Which of its numbers differed in others."""
    taught: int = 0
    """How often it was taught since one was found that differs."""


class Repeats:
    """The traces that were read and may be taught; forgets all when there are too many."""

    def __init__(self) -> None:
        self._seen: dict[int, _Seen] = {}
        self._bytes = 0

    def lesson(self, data: bytes, found: Repeat) -> Lesson | None:
        """What to teach of a trace that was read in ``data``; ``None`` where that is not known yet."""
        start, end = found.record[0], found.end
        if end - start > _LONGEST:
            return None
        text = data[start:end]
        masked = _NUMBER.sub(b"\0", text)
        place = found.anchor, found.start - start, data.count(b"\n", start, found.at)
        key = hash(
            (place[0], place[2], found.start == start, masked, found.token, _frames(found.trace.error))
        )
        seen = self._seen.get(key)
        if seen is None:
            self._remember(key, text)
            return None
        numbers, others = list(_NUMBER.finditer(text)), list(_NUMBER.finditer(seen.text))
        if len(numbers) != len(others):
            return None
        varies = seen.varies | {
            number
            for number, (each, other) in enumerate(zip(numbers, others, strict=True))
            if each[0] != other[0]
        }
        seen.taught = seen.taught + 1 if varies == seen.varies else 1
        seen.varies = varies
        if seen.taught > _MOST_LESSONS:
            return None
        time = PRINTED.search(text, 0, min(WHERE, found.record[1] - start))
        spans = []
        holes = []
        for number, each in enumerate(numbers):
            of_time = time is not None and time.start() <= each.start() and each.end() <= time.end()
            if of_time or number in seen.varies:
                spans.append(each.span())
                holes.append(Hole("number", "hex" if each["hex"] else "digits", b""))
        if len(holes) > MOST_HOLES:
            return None
        if found.by_message and not (
            all(hole.kind == "digits" for hole in holes) and _is_masked(found.trace.error)
        ):
            return None
        edges = [0, *(edge for span in spans for edge in span), len(text)]
        constants = tuple(text[edges[at] : edges[at + 1]] for at in range(0, len(edges), 2))
        skeleton = Skeleton(found.trace.format, constants, tuple(holes))
        occurrence = Occurrence(
            skeleton, start, end, [(first + start, last + start) for first, last in spans]
        )
        return Lesson(
            anchor=found.anchor,
            beginning=Beginning(place[2], True, ANYWHERE),
            occurrence=occurrence,
            known=KnownTrace(found.token),
            doubts_before=(),
            before=data.count(b"\n", start, found.start),
        )

    def _remember(self, key: int, text: bytes) -> None:
        if len(self._seen) >= _MOST_SEEN or self._bytes > _MOST_BYTES:
            self._seen.clear()
            self._bytes = 0
        self._bytes += len(text)
        self._seen[key] = _Seen(text, set())


def _is_masked(error: Error) -> bool:
    """Whether no number in a message counts in a fingerprint, however long it is."""
    for each in errors_of(error):
        message = each.message or ""
        if len(message) > _LONGEST_MESSAGE:
            return False
        masked = mask(message)
        for size in _SIZES:
            if mask(_ANY_NUMBER.sub("7" * size, message)) != masked:
                return False
    return True


def _frames(error: Error) -> tuple[object, ...]:
    """What tells whether two errors are the same but for their messages."""
    return tuple(
        (each.type, *((frame.function, frame.module, frame.file, frame.line) for frame in each.frames))
        for each in errors_of(error)
    )
