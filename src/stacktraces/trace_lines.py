"""What the lines of stack traces look like, as far as it takes to tell them among other lines.

Each runtime declares its own lines (:class:`TraceLines`). What takes traces out of their wrapping gets all of
them as one :class:`KnownTraceLines`, and so knows no language itself.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Callable, Iterable
from typing import Any, NamedTuple

import msgspec

from ._regex import regex

MOST_ESCAPES = 16
"""Backslashes before an escaped character: strings within strings double them."""
_NEAR = 512
"""Bytes around a literal in which the line that it stands for is looked for."""
_REMEMBERED = 2048
"""Lines of which is remembered what stands in them."""
_NEVER = b"(?!)"
_COLOUR = regex(rb"(?:\x1b\[[0-9;]*+m)++")
_AT_WORD = regex(rb"(?<![\w$])|(?=[ \t])|(?<=\x1b\[m)|(?<=[\[;]\dm)|(?<=[\[;]\d\dm)")
"""Where a word starts: also behind what sets a colour."""


class LineKind(msgspec.Struct, frozen=True):
    """Lines of one kind."""

    pattern: bytes
    """A regular expression that runs in linear time, matched where the line's own text starts."""
    literals: tuple[bytes, ...]
    """Each such line holds one of them, and few other lines do: they are searched first."""
    within: bool = False
    """Of frames: the literals may stand further on in the line, not at its start."""


class TraceLines(msgspec.Struct, frozen=True):
    """The lines of one runtime's traces. What a runtime does not print is ``None``."""

    header: LineKind | None = None
    """The first line of a stack, which tells by itself that frames follow."""
    frame: LineKind | None = None
    """A line of a frame, its indentation included. The literals are what such a line starts with, if the kind
    does not say otherwise."""
    preamble: LineKind | None = None
    """A line that stands before a trace and belongs to it: who raised the error, and where."""
    after_preamble: bytes | None = None
    """A pattern for a line that may stand between a preamble and the trace's header."""
    goes_on: bytes | None = None
    """A pattern for a line without indentation behind frames that belongs to the same trace."""
    error: bytes | None = None
    """A pattern for a line with the error's type and message, which may quote anything."""
    opening: str | None = None
    """The header of a trace whose error is printed last; ``None`` where the error is printed first."""
    render: Callable[[Any], str | None] | None = None
    """Writes exceptions that are data, a list of decoded JSON objects, as this runtime prints them.

    Gives ``None`` for what is something else.
    """

    nested: bytes | None = None
    """A pattern for a line that stands right behind a header and is no frame."""

    joined_frame: bytes | None = None
    """A pattern for all of a frame's line but its indentation, where one blank stands for each line end."""

    @property
    def error_is_last(self) -> bool:
        """The error stands behind the frames."""
        return self.opening is not None


class TracePart(NamedTuple):
    """A header or a frame in a line."""

    position: int
    """Where it starts in the line, in bytes."""
    lines: TraceLines
    """Of the runtime that prints it."""
    is_header: bool


def trace_lines_from(anchors: Iterable[bytes]) -> TraceLines:
    """What can be told of a runtime's lines by the anchors of its formats alone."""
    literals = tuple(anchors)
    pattern = b"|".join(re.escape(each) for each in literals)
    return TraceLines(header=LineKind(pattern, literals)) if literals else TraceLines()


class KnownTraceLines:
    """The lines of some runtimes' traces, compiled to be asked for as one."""

    def __init__(self, declared: Iterable[TraceLines]) -> None:
        self.declared = tuple(declared)
        headers, frames, preambles = self._kinds("header"), self._kinds("frame"), self._kinds("preamble")
        self.header = _union(each.pattern for each in headers)
        self._starts = tuple(
            (tuple(literal.strip() for literal in each.literals), regex(each.pattern))
            for each in (*headers, *frames)
        )
        self.preamble = _union(each.pattern for each in preambles)
        self.after_preamble = _union([each for known in self.declared if (each := known.after_preamble)])
        self.error = _union([each for known in self.declared if (each := known.error)])
        self.header_literals = _literals(headers)
        self.frame_literals = _literals(frames)
        self._frame = _union(each.pattern for each in frames)
        self.unindented_literals = tuple(
            dict.fromkeys(
                each.strip() for each in (*self.header_literals, *map(_in_json, self.frame_literals))
            )
        )
        """What of headers and frames stands in a string alike, behind its indentation."""
        self.start_literals = _literals((*headers, *frames))
        self._parts = [
            (literal, each, kind is each.header, regex(kind.pattern))
            for each in self.declared
            for kind in (each.frame, each.header)
            if kind is not None
            for literal in kind.literals
        ]
        # What is ahead of one hit is looked at again for the next one.
        self._part_in = functools.lru_cache(maxsize=_REMEMBERED)(self._find_part)
        self._is_start = functools.lru_cache(maxsize=_REMEMBERED)(self._begins)
        self._may_hold = functools.lru_cache(maxsize=_REMEMBERED)(self._holds_literal)
        starts = _literals(each for each in frames if not each.within)
        self._within_frames = tuple(
            each for each in _literals(kind for kind in frames if kind.within) if b'"' not in each
        )
        self._quoted_frames = tuple(dict.fromkeys(_however_escaped(each) for each in starts))
        escaped = b"|".join(_escaped(each) for each in starts) or _NEVER
        self._quoted_frame = regex(rb"\\n(?:" + escaped + b")")
        self._quoted_header = _union([b"(?:" + self.header.pattern + rb")\\n"] if headers else ())

    def _kinds(self, name: str) -> list[LineKind]:
        return [kind for each in self.declared if (kind := getattr(each, name)) is not None]

    def may_be_quoted_in(self, text: bytes) -> bool:
        """Whether some line of ``text`` may hold a trace in a string, its line ends escaped."""
        if b"\\" not in text:
            return False
        if any(literal in text for literal in self._quoted_frames):
            return True
        for literal in self.header_literals:
            at = text.find(literal)
            while at >= 0:
                end = text.find(b"\n", at)
                if text.find(b"\\n", at, end if end >= 0 else len(text)) >= 0:
                    return True
                at = text.find(literal, end) if end >= 0 else -1
        for literal in self._within_frames:
            at = text.find(literal)
            while at >= 0:
                if text.find(b"\\n", text.rfind(b"\n", 0, at) + 1, at) >= 0:
                    return True
                end = text.find(b"\n", at)
                at = text.find(literal, end) if end >= 0 else -1
        return False

    def is_quoted_in(self, line: bytes, start: int, stop: int) -> bool:
        """Whether a part of a trace stands between two places of ``line``, escaped as often as it may be."""
        if any(line.find(literal, start, stop) >= 0 for literal in self.header_literals):
            return True
        if any(
            (at := line.find(literal, start, stop)) >= 0 and line.find(b"\\n", start, at) >= 0
            for literal in self._within_frames
        ):
            return True
        may_be = any(line.find(literal, start, stop) >= 0 for literal in self._quoted_frames)
        return may_be and self._quoted_frame.search(line, start, stop) is not None

    def quoted_header_in(self, line: bytes) -> int:
        """Where a header starts on ``line`` that ends with an escaped line end; -1 for none."""
        starts = []
        for literal in self.header_literals:
            at = line.find(literal)
            if at >= 0 and (found := self._quoted_header.search(line, max(at - _NEAR, 0), at + _NEAR)):
                starts.append(found.start())
        return min(starts, default=-1)

    def may_hold_part(self, text: bytes) -> bool:
        """Whether a header or a frame may stand on some line of ``text``."""
        return any(self._may_hold(line) for line in text.split(b"\n"))

    def _holds_literal(self, line: bytes) -> bool:
        return any(literal in line for literal in self.start_literals)

    def part_in(self, line: bytes) -> TracePart | None:
        """The header or frame that starts first in ``line``, at its start or behind something else."""
        return self._part_in(line)

    def _find_part(self, line: bytes) -> TracePart | None:
        first: TracePart | None = None
        for literal, lines, is_header, pattern in self._parts:
            at = line.find(literal)
            if at < 0:
                continue
            # What stands before a frame may end with the blanks that a frame starts with.
            found = _at_word(pattern, line, at)
            if found is None:
                continue
            colour = _COLOUR.match(line, found.start())
            start = colour.end() if colour is not None else found.start()
            if first is None or start < first.position:
                first = TracePart(start, lines, is_header)
        return first

    def is_frame(self, line: bytes) -> bool:
        """Whether ``line`` is a frame."""
        return self._frame.match(line) is not None

    def is_start(self, line: bytes) -> bool:
        """Whether ``line`` is a header or a frame."""
        return self._is_start(line)

    def _begins(self, line: bytes) -> bool:
        return any(
            any(literal in line for literal in literals) and pattern.match(line) is not None
            for literals, pattern in self._starts
        )


def _at_word(pattern: re.Pattern[bytes], line: bytes, at: int) -> re.Match[bytes] | None:
    """The match of ``pattern`` at ``at``, else the first one on ``line``, at the start of a word."""
    found = pattern.match(line, at)
    start = 0
    # Without what stands before a word, a search passes over other characters fast.
    while found is None or not _AT_WORD.match(line, found.start()):
        found = pattern.search(line, start)
        if found is None:
            return None
        start = found.start() + 1
    return found


@functools.lru_cache(maxsize=256)
def goes_on_pattern(lines: TraceLines) -> re.Pattern[bytes]:
    """Matches lines that go on with a trace of that runtime: blank or indented ones, and some others."""
    header = [lines.header.pattern] if lines.header is not None else []
    return _union([rb"[ \t]", rb"\Z", *header, *([lines.goes_on] if lines.goes_on is not None else [])])


@functools.lru_cache(maxsize=256)
def compiled(pattern: bytes) -> re.Pattern[bytes]:
    """``pattern``, which a runtime declares, for matching."""
    return re.compile(pattern)


@functools.lru_cache(maxsize=256)
def behind_header(lines: TraceLines) -> re.Pattern[bytes]:
    """Matches what may stand right behind a header of that runtime."""
    kinds = (kind.pattern for kind in (lines.frame, lines.header) if kind is not None)
    return _union([*kinds, *([lines.nested] if lines.nested is not None else [])])


def _union(patterns: Iterable[bytes]) -> re.Pattern[bytes]:
    return regex(b"|".join(dict.fromkeys(patterns)) or _NEVER)


def _literals(kinds: Iterable[LineKind]) -> tuple[bytes, ...]:
    return tuple(dict.fromkeys(literal for kind in kinds for literal in kind.literals))


def _however_escaped(literal: bytes) -> bytes:
    """What of a line's start ``literal`` stands in a string alike however often it is escaped."""
    text = msgspec.json.encode("\n" + literal.decode())[1:-1]
    start = 2 if text[2:3] == b"\\" else 0
    end = text.find(b"\\", start + 1)
    return text[start:] if end < 0 else text[start : end + 1]


def _in_json(literal: bytes) -> bytes:
    """What of ``literal`` stands before the first character that strings escape."""
    return literal.lstrip().partition(b'"')[0]


def _escaped(literal: bytes) -> bytes:
    """A pattern for ``literal`` in a string that is escaped once or more."""
    backslashes = rb"\\{0,%d}" % MOST_ESCAPES
    special = {b"\t": rb"(?:\\{1,%d}t|\t)" % MOST_ESCAPES, b'"': backslashes + b'"'}
    each = (literal[at : at + 1] for at in range(len(literal)))
    return b"".join(special.get(byte) or re.escape(byte) for byte in each)
