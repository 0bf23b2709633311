"""Traces that no grammar covers, counted where only numbers differ from one that was read twice.

Two occurrences that were read as the same error, but for its messages, show which numbers in their text do
not matter: those that differ. All else is the same in the next occurrence, the lines of the log record before
it included, or it is read.
"""

from __future__ import annotations

import re
from typing import NamedTuple

import msgspec

from ..._regex import regex
from ...log_records.clock import PRINTED, WHERE
from ...model import Error, Trace
from ...runtimes._grammar import Beginning
from ...signatures.message import LIMIT, mask
from .known_traces import KnownTrace, Token, errors_of
from .lessons import ANYWHERE, EXACTLY, Lesson
from .skeletons import MOST_HOLES, Hole, Occurrence, Skeleton

_LONGEST = 16 << 10
_MOST_SEEN = 4096
_MOST_BYTES = 8 << 20
_MOST_LESSONS = 8
"""Times that the same is taught: with it the records are that stand around."""
_FEW, _MANY = 9, 20
"""Digits that a number may have in the place of one with no more than so many."""
_START_OF_LINE = 8
_STARTS_NO_RECORD = b" \tabcdefghijklmnopqrstuvwxyz"
"""Of a line that begins so, no number tells whether it starts a record."""
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


class _Text(NamedTuple):
    """A trace with its record."""

    text: bytes
    lines_before: int
    """Lines of it above the one with the anchor."""
    before: int
    """Lines of it above the trace."""

    def key(self, alike: int) -> int:
        """The same for texts that differ in numbers only; ``alike`` tells what was read."""
        return hash((alike, self.lines_before, self.before, _NUMBER.sub(b"\0", self.text)))


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
        self._only: dict[int, _Text | None] = {}
        """By what was read, its one text so far; ``None`` where there were more."""
        self._bytes = 0

    def lesson(self, data: bytes, found: Repeat) -> Lesson | None:
        """What to teach of a trace that was read in ``data``; ``None`` where that is not known yet."""
        start, end = found.record[0], found.end
        if end - start > _LONGEST:
            return None
        text = data[start:end]
        lines_before, before = data.count(b"\n", start, found.at), data.count(b"\n", start, found.start)
        alike = hash((found.anchor, found.token, _frames(found.trace.error)))
        here = _Text(text, lines_before, before)
        if self._is_first(alike, here):
            return None
        key = here.key(alike)
        seen = self._seen.get(key)
        if seen is None:
            self._remember(key, text)
            return None
        numbers, others = list(_NUMBER.finditer(text)), list(_NUMBER.finditer(seen.text))
        if len(numbers) != len(others):
            return None
        varies = {at for at, pair in enumerate(zip(numbers, others, strict=True)) if pair[0][0] != pair[1][0]}
        seen.taught = seen.taught + 1 if varies <= seen.varies else 1
        seen.varies |= varies
        time = PRINTED.search(text, 0, min(WHERE, found.record[1] - start))
        first, last = time.span() if time is not None else (0, 0)
        held = [
            (each, _hole(each, other))
            for at, (each, other) in enumerate(zip(numbers, others, strict=True))
            if at in seen.varies or (first <= each.start() and each.end() <= last)
        ]
        if seen.taught > _MOST_LESSONS or len(held) > MOST_HOLES or _may_decide(text, found, held):
            return None
        return _lesson_of(found, text, held, lines_before, before)

    def _is_first(self, alike: int, here: _Text) -> bool:
        """Whether nothing like it was read before: so are most traces of some logs."""
        if alike not in self._only:
            self._make_room(len(here.text))
            self._only[alike] = here
            return True
        if (only := self._only[alike]) is not None:
            self._only[alike] = None
            self._seen[only.key(alike)] = _Seen(only.text, set())
        return False

    def _remember(self, key: int, text: bytes) -> None:
        self._make_room(len(text))
        self._seen[key] = _Seen(text, set())

    def _make_room(self, size: int) -> None:
        if max(len(self._seen), len(self._only)) >= _MOST_SEEN or self._bytes > _MOST_BYTES:
            self._seen.clear()
            self._only.clear()
            self._bytes = 0
        self._bytes += size


def _lesson_of(
    found: Repeat, text: bytes, held: list[tuple[re.Match[bytes], Hole]], lines_before: int, before: int
) -> Lesson:
    """The lesson that ``text`` is the trace with its record, in which the numbers of ``held`` vary."""
    start = found.record[0]
    spans = [each.span() for each, _ in held]
    edges = [0, *(edge for span in spans for edge in span), len(text)]
    constants = tuple(text[edges[at] : edges[at + 1]] for at in range(0, len(edges), 2))
    skeleton = Skeleton(found.trace.format, constants, tuple(hole for _, hole in held))
    places = [(first + start, last + start) for first, last in spans]
    return Lesson(
        anchor=found.anchor,
        beginning=Beginning(lines_before, True, ANYWHERE),
        occurrence=Occurrence(skeleton, start, found.end, places),
        known=KnownTrace(found.token),
        doubts_before=(),
        before=before,
    )


def _hole(number: re.Match[bytes], other: re.Match[bytes]) -> Hole:
    """The hole for a number that is another one in another occurrence.

    Readers look at how many digits a number has, though at no digit's value.
    """
    size = len(number[0])
    if number["hex"]:
        return Hole("number", "hex", b"", size | EXACTLY if size == len(other[0]) else 0)
    return Hole("number", "digits", b"", _FEW if max(size, len(other[0])) <= _FEW else _MANY)


def _may_decide(text: bytes, found: Repeat, held: list[tuple[re.Match[bytes], Hole]]) -> bool:
    """Whether another number may change what is read: what starts a record is told by how a line starts."""
    for number, _ in held:
        line = text.rfind(b"\n", 0, number.start()) + 1
        if line and number.start() - line < _START_OF_LINE and text[line] not in _STARTS_NO_RECORD:
            return True
    if not found.by_message:
        return False
    return any(hole.kind == "hex" for _, hole in held) or not _is_masked(found.trace.error)


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
