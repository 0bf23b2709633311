"""The skeleton of a trace: the constant segments of its text, with holes between them.

Two traces with one skeleton are occurrences of one error: see :class:`stacktraces.runtimes.Grammar`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import NamedTuple, TypeAlias

from ...log_records.records import RECORD_START
from ...runtimes import Format, Grammar
from ...runtimes._grammar import HoleKind, next_byte, parts_of

_MOST_HOLES = 200
"""A trace with more of them is read each time."""
_TAKES = {"digits": b"[0-9]++", "hex": b"[0-9a-fA-F]++", "rest": rb"[^\n]*+"}


class Hole(NamedTuple):
    """What varies between two constant segments."""

    name: str
    kind: HoleKind
    stop: bytes
    """The byte at which it ends."""


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


Doubt: TypeAlias = tuple[int, bytes]
"""The number of a hole, and what it may hold so that the trace is to be read."""


class SkeletonMatcher:
    """Splits traces of a format into constant segments and holes."""

    def __init__(self, format: Format, grammar: Grammar) -> None:
        self._format = format.name
        self.grammar = grammar
        self._doubts = [(ending.encode(), text.encode()) for ending, text in grammar.doubts]
        body = _Expression(grammar)
        rest = body.rest_of_part()
        self._next, self._holes_of_next = re.compile(rest), body.holes
        part = _Expression(grammar)
        self._first = re.compile(part.any_of(grammar.heads) + part.rest_of_part())
        self._holes_of_first = part.holes
        links = _Expression(grammar).any_of(grammar.links) if grammar.links else b"(?!)"
        self._end = re.compile(b"(?P<link>%b)|(?=%b)" % (links, RECORD_START.encode()))

    def doubts_of(self, skeleton: Skeleton) -> tuple[Doubt, ...]:
        """What the holes of ``skeleton`` may hold so that an occurrence is to be read."""
        return tuple(
            (number, text)
            for ending, text in self._doubts
            for number, constant in enumerate(skeleton.constants[:-1])
            if constant.endswith(ending)
        )

    def match(self, data: bytes, start: int, limit: int) -> Occurrence | None:
        """The trace that starts at ``start``, if it is one of the grammar and a log record follows it."""
        constants, holes, spans = [], [], []
        pattern, numbered = self._first, self._holes_of_first
        at = end = start
        while True:
            match = pattern.match(data, end, limit)
            if match is None:
                return None
            for group, hole in numbered:
                first, last = match.span(group)
                if first >= 0:
                    constants.append(data[at:first])
                    holes.append(hole)
                    spans.append((first, last))
                    at = last
            end = match.end()
            if match.lastgroup == "more" and len(holes) <= _MOST_HOLES:
                pattern, numbered = self._next, self._holes_of_next
                continue
            if match.lastgroup != "last" and self.grammar.tails:
                return None
            behind = self._end.match(data, end, limit)
            if behind is None:
                return None
            if behind.lastgroup is None:
                break
            end = behind.end()
            pattern, numbered = self._first, self._holes_of_first
        if len(holes) > _MOST_HOLES:
            return None
        constants.append(data[at:end])
        return Occurrence(Skeleton(self._format, tuple(constants), tuple(holes)), start, end, spans)


class _Expression:
    """Builds a regular expression from templates; ``holes`` are those in it, with their groups."""

    def __init__(self, grammar: Grammar) -> None:
        self.grammar = grammar
        self.holes: list[tuple[int, Hole]] = []
        self._groups = 0
        self._patterns = dict(grammar.fields)

    def any_of(self, templates: Iterable[str]) -> bytes:
        """Lines of one of ``templates``."""
        return b"(?:%b)" % b"|".join(self._lines(each) for each in templates)

    def rest_of_part(self) -> bytes:
        """Lines of the body without holes, as many as there are, and one line with holes or a tail.

        The group ``more`` tells that more lines may follow, ``last`` that a tail was met.
        """
        varying = [each for each in self.grammar.body if any(part.kind for part in parts_of(each))]
        constant = [each for each in self.grammar.body if each not in varying]
        expression = b"(?:%b)*+" % self.any_of(constant) if constant else b""
        ends = []
        if varying:
            ends.append(self.any_of(varying) + self._marker("more"))
        if self.grammar.tails:
            ends.append(self.any_of(self.grammar.tails) + self._marker("last"))
        return expression + b"(?:%b)?+" % b"|".join(ends) if ends else expression

    def _marker(self, name: str) -> bytes:
        self._groups += 1
        return b"(?P<%b>)" % name.encode()

    def _lines(self, template: str) -> bytes:
        parts = parts_of(template)
        expression = b""
        for index, part in enumerate(parts):
            stop = (next_byte(parts, index) or "").encode()
            if part.kind:
                self._groups += 1
                self.holes.append((self._groups, Hole(part.name, part.kind, stop)))
                expression += b"(%b)" % (_TAKES.get(part.kind) or _up_to(stop, b"*+"))
            elif part.name:
                pattern = self._patterns.get(part.name)
                expression += b"(?:%b)" % pattern.encode() if pattern else _up_to(stop, b"++")
            else:
                expression += re.escape(part.literal.encode())
        return expression + rb"\n"


def _up_to(stop: bytes, times: bytes) -> bytes:
    return rb"[^\n%b]%b" % (re.escape(stop) if stop != b"\n" else b"", times)
