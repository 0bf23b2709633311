"""Plain blocks in wrapped lines that are all alike, taken without unwrapping line by line."""

from __future__ import annotations

import re
from typing import NamedTuple

from ...carriers import Carrier
from ...log_records.clock import Moment
from ...model import Trace
from ...unwrapping.streams import Writer
from ...unwrapping.unwrapper import unwrap
from ..reading.text import LOOK_BACK, Text
from ..reading.walker import WAIT, Sink, read_at
from ..setup import Tools
from .blocks import NEW, Blocks, Key, Plain, Token
from .line_shapes import Shape, learn, lines
from .repeats import Repeats, Seen

_MOSTLY = 16 << 10
"""Bytes that most blocks are shorter than, wrapped."""
_SHAPES = 64
"""Shapes of lines that are remembered."""


class _Run(NamedTuple):
    """A plain block in lines of one shape."""

    key: Key
    size: int
    """Bytes of the unwrapped block."""
    before: bytes
    """The log line before it, unwrapped, with its line end."""
    logged: bytes
    """The same as it stands in its line."""
    inner: bytes
    """The block and what follows it, unwrapped."""
    raw: bytes
    """The same as it stands in its lines."""
    printed: bytes
    """The time of the first line."""
    end: int
    """Where the wrapped lines of the block end."""
    moment: Moment | None


class Lesson(NamedTuple):
    """A trace that was read in lines of a writer, with lines of others between them, perhaps."""

    anchor: int
    token: Token
    lines: list[int]
    """The offsets in the stream of the log line before it, of its own, and of the one behind it."""
    block: bytes
    """The trace, unwrapped."""


class Runs:
    """Takes plain blocks that lines of a known shape wrap; sets ``floors`` as it goes."""

    def __init__(
        self,
        tools: Tools,
        sink: Sink,
        stack: tuple[Carrier, ...],
        floors: dict[Writer, int],
        repeats: Repeats | None,
    ) -> None:
        self.tools = tools
        self.sink = sink
        self.stack = stack
        self.floors = floors
        self.repeats = repeats
        self._blocks = repeats.blocks if repeats is not None else Blocks()
        self._shapes: list[Shape] = []

    def learn(self, line: bytes) -> None:
        """Remember how ``line``, without its end, is wrapped."""
        if any(shape.line.fullmatch(line + b"\n") for shape in self._shapes):
            return
        record = unwrap(line, self.stack, self.tools.lines)
        shape = learn(line, record) if record is not None else None
        if shape is not None:
            self._shapes = [shape, *self._shapes[: _SHAPES - 1]]

    def teach(self, text: Text, lesson: Lesson) -> None:
        """Let the compiled part know a trace, if it is a plain block in lines of a known shape."""
        plain = self.tools.plains[lesson.anchor]
        if self.repeats is None or plain is None:
            return
        lines = [offset - text.base for offset in lesson.lines]
        shape = next((each for each in self._shapes if each.line.match(text.data, lines[1])), None)
        if lines[0] < 0 or shape is None:
            return
        found = [shape.line.match(text.data, line) for line in lines]
        texts = [each["text"] + b"\n" for each in found if each is not None]
        inner = shape.unwrap(b"".join(texts[1:]))
        before = shape.unwrap(texts[0])
        if len(texts) < len(lines) or inner is None or before is None or not plain.before.match(before):
            return
        known = self._blocks.key(plain, inner, 0, len(inner))
        if known is None or inner[: known[1]] != lesson.block:
            return
        if known[0] not in self._blocks.tokens:
            self._blocks.learn(known[0], lesson.token)
        seen = Seen(plain, lesson.anchor, known[0], lesson.token)
        printed = found[1]["time"] if shape.time and found[1] is not None else b""
        self.repeats.teach_wrapped(seen, shape, texts[0], b"".join(texts[1:]), lesson.block, printed)

    def take(self, text: Text, line: int, start: int, number: int) -> int:
        """Takes the block whose first text, in the line at ``line``, is the anchor at ``start``.

        Gives the end of its lines; 0 where there is none, or no log line of the same shape before it;
        ``WAIT`` where the lines at hand end in the block.
        """
        plain = self.tools.plains[number]
        if plain is None:
            return 0
        for shape in self._shapes:
            first = shape.line.match(text.data, line)
            if first is not None:
                if first.start("text") != start:
                    return 0
                run = self._run(text, line, first, shape, plain)
                return run if isinstance(run, int) else self._take(text, line, shape, run, plain, number)
        return 0

    def _run(self, text: Text, line: int, first: re.Match[bytes], shape: Shape, plain: Plain) -> _Run | int:
        data, reached = text.data, line
        logged = self._log_line(text, line, shape)
        before = shape.unwrap(logged) if logged is not None else None
        if logged is None or before is None or plain.before.match(before) is None:
            return 0
        for pattern in shape.runs:
            run = pattern.match(data, line)
            if run is None:
                continue
            reached = run.end()
            raw = shape.raw(data, line, reached)
            inner = shape.unwrap(raw)
            if inner is None:
                return 0
            if found := self._blocks.key(plain, inner, 0, len(inner)):
                key, size = found
                end = _behind(data, line, reached, inner, size)
                printed = first["time"] if shape.time else b""
                return _Run(
                    key, size, before, logged, inner, raw, printed, end, self._moment(printed, before)
                )
        cut = not text.final and len(data) - line < _MOSTLY and data.find(b"\n", reached) < 0
        return WAIT if cut else 0

    def _log_line(self, text: Text, line: int, shape: Shape) -> bytes | None:
        """The line before, as it stands there, if it is of this shape and not of another trace."""
        at = text.data.rfind(b"\n", max(line - LOOK_BACK, 0), max(line - 1, 0)) + 1
        if (at == 0 and text.base) or text.base + at < self.floors.get(shape.writer, 0):
            return None
        found = shape.line.match(text.data, at)
        return shape.raw(text.data, at, line) if found is not None and found.end() == line else None

    def _moment(self, printed: bytes, before: bytes) -> Moment | None:
        clock = self.tools.clock
        found = clock.of_printed(printed) if printed else None
        return found or clock.of_line(before, 0, len(before) - 1)

    def _take(self, text: Text, line: int, shape: Shape, run: _Run, plain: Plain, number: int) -> int:
        position = text.number, text.base + line
        token = self._blocks.tokens.get(run.key, NEW)
        if token is NEW:
            trace = self._read(run, number)
            if trace is None:
                self._blocks.learn(run.key, None)
                return 0
            trace.origin = text.origin(position[1])
            token = self.sink.trace(trace, run.moment, position)
            self._blocks.learn(run.key, token)
        elif token is None or not self.sink.again(token, run.moment, text, position[1]):
            return 0
        self.floors[shape.writer] = text.base + run.end
        if token is not None and self.repeats is not None:
            seen = Seen(plain, number, run.key, token)
            self.repeats.teach_wrapped(seen, shape, run.logged, run.raw, run.inner[: run.size], run.printed)
        return run.end

    def _read(self, run: _Run, number: int) -> Trace | None:
        """The trace that a block is, if the format's reader agrees."""
        start = len(run.before)
        data = run.before + run.inner
        found = read_at(self.tools.anchors.owners[number], data, start, 0, len(data), False)
        if isinstance(found, int):
            return None
        trace, cursor = found
        if not isinstance(trace, Trace) or cursor.offset != start + run.size:
            return None
        return trace if trace.origin.offset == start else None


def _behind(data: bytes, start: int, stop: int, inner: bytes, size: int) -> int:
    """Where the lines end that hold the first ``size`` bytes of ``inner``, all of which is in some lines."""
    behind = inner.count(b"\n", size)
    if behind == 1:
        return data.rfind(b"\n", start, stop - 1) + 1
    found = lines(inner.count(b"\n", 0, size)).match(data, start, stop)
    return found.end() if found is not None else stop
