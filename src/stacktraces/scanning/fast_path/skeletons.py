"""The skeleton of a trace: the constant segments of its text, with holes between them.

Two traces with one skeleton are occurrences of one error: see :class:`stacktraces.runtimes.Grammar`.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterable, Sequence
from typing import NamedTuple, TypeAlias

from ..._regex import regex
from ...log_records.records import RECORD_START
from ...runtimes import Format, Grammar
from ...runtimes._grammar import RECORD, HoleKind, Part, next_byte, parts_of

MOST_HOLES = 200
"""A trace with more of them is read each time."""
_MOST_WORDS = 64
"""Words of a log record's line before a head in it."""
_NUMBER = regex(rb"[0-9]++")
_TAKES = {
    "digits": b"[0-9]++",
    "hex": b"[0-9a-fA-F]++",
    "values": rb"[0-9a-fA-Fx ,{}.?_]*+",
    "rest": rb"[^\n]*+",
}


class Hole(NamedTuple):
    """What varies between two constant segments."""

    name: str
    kind: HoleKind
    stop: bytes
    """The byte at which it ends."""
    size: int = 0
    """The most digits of a number, 0 for any."""


class Skeleton(NamedTuple):
    """What is the same in every occurrence of an error."""

    format: str
    constants: tuple[bytes, ...]
    """One more than there are holes."""
    holes: tuple[Hole, ...]


class Occurrence(NamedTuple):
    """A skeleton in a text, and where in that it stands."""

    skeleton: Skeleton
    start: int
    end: int
    spans: list[tuple[int, int]]
    """Where the holes start and end."""


_NUMBER_OF_RECORD = Hole("number", "digits", b"")
Doubt: TypeAlias = tuple[int, bytes]
"""The number of a hole, and what it may hold so that the trace is to be read."""


class SkeletonMatcher:
    """Splits traces of a format into constant segments and holes."""

    def __init__(self, format: Format, grammar: Grammar) -> None:
        self._format = format.name
        self.grammar = grammar
        self._doubts = [(ending.encode(), text.encode()) for ending, text in grammar.doubts]
        self._endings = tuple(ending for ending, _ in self._doubts)
        self.doubts_before = tuple(text.encode() for text in grammar.doubts_before)
        in_record = [each for each in grammar.heads if each.startswith(f"{{{RECORD}}}")]
        self._heads = [each for each in grammar.heads if each not in in_record], in_record

    @functools.cached_property
    def _first(self) -> _Compiled:
        return _Expression(self.grammar).part(self._heads[0])

    @functools.cached_property
    def _in_record(self) -> _Compiled:
        return _Expression(self.grammar).part(self._heads[1])

    @functools.cached_property
    def _next(self) -> _Compiled:
        return _Expression(self.grammar).part(None)

    @functools.cached_property
    def _end(self) -> re.Pattern[bytes]:
        return _Expression(self.grammar).end()

    def doubts_of(self, skeleton: Skeleton) -> tuple[Doubt, ...]:
        """What the holes of ``skeleton`` may hold so that an occurrence is to be read."""
        return tuple(
            (number, text)
            for number, constant in enumerate(skeleton.constants[:-1])
            if constant.endswith(self._endings)
            for ending, text in self._doubts
            if constant.endswith(ending)
        )

    def is_doubtful_before(self, data: bytes, start: int, stop: int) -> bool:
        """Whether the log line between two offsets leaves the trace behind it to be read."""
        return any(data.find(text, start, stop) >= 0 for text in self.doubts_before)

    def match(self, data: bytes, start: int, limit: int, *, in_record: bool = False) -> Occurrence | None:
        """The trace that starts at ``start``, if it is one of the grammar and a log record follows it.

        With ``in_record`` it starts in the line of a log record.
        """
        constants, holes, spans = [], [], []
        pattern, numbered = self._in_record if in_record else self._first
        at = end = start
        while True:
            match = pattern.match(data, end, limit)
            if match is None:
                return None
            for group, hole in numbered:
                first, last = match.span(group)
                if first < 0:
                    continue
                parts = [(first, last, hole)]
                if hole.name == RECORD:
                    parts = [
                        (*each.span(), _NUMBER_OF_RECORD) for each in _NUMBER.finditer(data, first, last)
                    ]
                for first, last, hole in parts:
                    constants.append(data[at:first])
                    holes.append(hole)
                    spans.append((first, last))
                    at = last
            end = match.end()
            if match.lastgroup == "more" and len(holes) <= MOST_HOLES:
                pattern, numbered = self._next
                continue
            if match.lastgroup != "last" and self.grammar.tails:
                return None
            behind = self._end.match(data, end, limit)
            if behind is None:
                return None
            if behind.lastgroup is None:
                break
            end = behind.end()
            pattern, numbered = self._first
        if len(holes) > MOST_HOLES:
            return None
        constants.append(data[at:end])
        return Occurrence(Skeleton(self._format, tuple(constants), tuple(holes)), start, end, spans)


_Compiled: TypeAlias = tuple[re.Pattern[bytes], list[tuple[int, Hole]]]
"""A regular expression, and the holes that its groups are."""


class _Expression:
    """Builds one regular expression from templates."""

    def __init__(self, grammar: Grammar) -> None:
        self._grammar = grammar
        self._patterns = dict(grammar.fields)
        self._holes: list[tuple[int, Hole]] = []
        self._groups = 0

    def part(self, heads: list[str] | None) -> _Compiled:
        """One of ``heads`` and the lines behind it up to one with holes; ``None`` for only those lines.

        The group ``more`` tells that more lines may follow, ``last`` that a tail was met.
        """
        expression = b"" if heads is None else self._any_of(heads)
        varying = [each for each in self._grammar.body if any(part.kind for part in parts_of(each))]
        constant = [each for each in self._grammar.body if each not in varying]
        if constant:
            expression += b"(?:%b)*+" % self._any_of(constant)
        ends = []
        if varying:
            ends.append(self._any_of(varying) + self._marker("more"))
        if self._grammar.tails:
            ends.append(self._any_of(self._grammar.tails) + self._marker("last"))
        if ends:
            expression += b"(?:%b)?+" % b"|".join(ends)
        return re.compile(expression), self._holes

    def end(self) -> re.Pattern[bytes]:
        """A link of a chain, or the start of a log record, which ends a trace."""
        return re.compile(b"(?P<link>%b)|(?=%b)" % (self._any_of(self._grammar.links), RECORD_START.encode()))

    def _any_of(self, templates: Iterable[str]) -> bytes:
        """Lines of one of ``templates``."""
        return b"(?:%b)" % (b"|".join(self._lines(parts_of(each)) for each in templates) or b"(?!)")

    def _marker(self, name: str) -> bytes:
        self._groups += 1
        return b"(?P<%b>)" % name.encode()

    def _lines(self, parts: Sequence[Part], *, captures: bool = True) -> bytes:
        expression = b""
        for index, part in enumerate(parts):
            stop = (next_byte(parts, index) or "").encode()
            if part.name == RECORD:
                expression += self._capture(part, stop, self._before(parts[1:]))
            elif part.kind:
                takes = _TAKES.get(part.kind) or _up_to(stop, b"*+")
                expression += self._capture(part, stop, takes) if captures else takes
            elif part.name:
                pattern = self._patterns.get(part.name)
                expression += b"(?:%b)" % pattern.encode() if pattern else _up_to(stop, b"++")
            else:
                expression += re.escape(part.literal.encode())
        return expression + rb"\n"

    def _capture(self, part: Part, stop: bytes, takes: bytes) -> bytes:
        self._groups += 1
        self._holes.append((self._groups, Hole(part.name, part.kind or "text", stop)))
        return b"(%b)" % takes

    def _before(self, parts: Sequence[Part]) -> bytes:
        """The words of a line before the one that ``parts`` start at."""
        head = self._lines(parts, captures=False)
        return rb"(?:(?!%b)[^\s]++[ \t]++){0,%d}+" % (head, _MOST_WORDS)


def _up_to(stop: bytes, times: bytes) -> bytes:
    return rb"[^\n%b]%b" % (re.escape(stop) if stop != b"\n" else b"", times)
