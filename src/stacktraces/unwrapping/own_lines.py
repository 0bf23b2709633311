"""The lines of one writer whose prefix is known: those of others are not looked at."""

from __future__ import annotations

from collections.abc import Iterator

from ..carriers import Carrier
from ..trace_lines import KnownTraceLines
from .line_index import LineIndex
from .prefixed_writer import LINE_START, MARGIN, Line, PrefixedWriter
from .streams import Place, Stream

_MOST_BETWEEN = 8 << 10
"""Bytes of others between two of its lines: behind more of them a trace may be over."""


class OwnLines:
    """Lines that ``known`` writes with a constant prefix, as an ``Unwrapper`` gives lines: one stream."""

    stack: tuple[Carrier, ...] = ()
    held_from = None

    def __init__(self, known: PrefixedWriter, lines: KnownTraceLines) -> None:
        self.index = LineIndex()
        self.writer = known.anew()
        self._lines = lines
        self._prefix = known.prefix.before
        self._size = len(self._prefix)
        self._at_margin: list[tuple[int, bytes]] = []
        """Positions and texts of lines that are not indented."""
        self._resumes: list[int] = []
        """Positions of lines that stand far behind the ones before them."""

    @property
    def stream(self) -> Stream:
        """Its lines without their prefix."""
        return self.writer.stream

    def drop(self, offset: int) -> None:
        """See :meth:`Unwrapper.drop`."""
        self.stream.drop(offset)
        self._at_margin = [each for each in self._at_margin if each[0] >= self.stream.dropped]
        self.index.drop(offset)

    def feed(self, block: bytes, offset: int = 0) -> None:
        """See :meth:`Unwrapper.feed`."""
        for start, end in self._spans(block):
            place = Place(offset + start, offset + end, offset + start, None, {}, False)
            line = Line(block[start:end].removesuffix(b"\n").removesuffix(b"\r"), place)
            self.index.add(place.offset, self.stream)
            if place.offset - (self.writer.last or offset) > _MOST_BETWEEN:
                self._resumes.append(self.stream.end)
            if line.text[self._size : self._size + 1] not in (b" ", b"\t"):
                self._at_margin.append((self.stream.end, line.text[self._size : LINE_START]))
            self.writer.take(line, min(self._size, len(line.text)), self._lines)

    def _spans(self, block: bytes) -> Iterator[tuple[int, int]]:
        """Where its lines start and end; one without text may lack the blanks at the prefix's end."""
        bare = self._prefix.rstrip()
        start = 0
        while start < len(block):
            if not block.startswith(bare, start):
                start = block.find(b"\n" + bare, start) + 1
                if not start:
                    return
            end = block.find(b"\n", start) + 1 or len(block)
            if block.startswith(self._prefix, start) or block[start:end].rstrip(b"\r\n") == bare:
                yield start, end
            start = end

    def finish(self) -> None:
        """Nothing is held back."""

    def is_doubtful(self, start: int, end: int) -> bool:
        """Whether what stands between two positions is to be read among the lines of others.

        A line of it may bear a further prefix, and so be of another writer, or stand far behind the one before.
        """
        if any(start <= at <= end for at in self._resumes):
            return True
        header = self._lines.header
        texts = [text for at, text in self._at_margin if start <= at < end and not header.match(text)]
        joined = b"\n".join(texts)
        if not any(literal in joined for literal in self._lines.start_literals):
            return False
        parts = ((text, self._lines.part_in(text)) for text in texts)
        return any(part is not None and text[: part.position].strip(MARGIN) for text, part in parts)
