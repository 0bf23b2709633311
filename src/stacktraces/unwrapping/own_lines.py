"""The lines of one writer whose prefix is known: those of others are not looked at."""

from __future__ import annotations

import re

from ..carriers import Carrier
from ..trace_lines import KnownTraceLines
from .line_index import LineIndex
from .prefixed_writer import LINE_START, MARGIN, Line, PrefixedWriter
from .streams import Place, Stream


class OwnLines:
    """Lines that ``known`` writes with a constant prefix, as an ``Unwrapper`` gives lines: one stream."""

    stack: tuple[Carrier, ...] = ()
    held_from = None

    def __init__(self, known: PrefixedWriter, lines: KnownTraceLines) -> None:
        self.index = LineIndex()
        self.writer = known.anew()
        self._lines = lines
        self._size = len(known.prefix.before)
        self._own = own_line(known.prefix.before)
        self._at_margin: list[tuple[int, bytes]] = []
        """Positions and texts of lines that are not indented."""

    @property
    def stream(self) -> Stream:
        """Its lines without their prefix."""
        return self.writer.stream

    def drop(self, offset: int) -> None:
        """See :meth:`Unwrapper.drop`."""
        self.stream.drop(offset)
        self.index.drop(offset)

    def feed(self, block: bytes, offset: int = 0) -> None:
        """See :meth:`Unwrapper.feed`."""
        for found in self._own.finditer(block):
            start, end = found.span()
            place = Place(offset + start, offset + end, offset + start, None, {}, False)
            line = Line(found.group().rstrip(b"\n").removesuffix(b"\r"), place)
            self.index.add(place.offset, self.stream)
            if line.text[self._size : self._size + 1] not in (b" ", b"\t"):
                self._at_margin.append((self.stream.end, line.text[self._size :]))
            self.writer.take(line, min(self._size, len(line.text)), self._lines)

    def finish(self) -> None:
        """Nothing is held back."""

    def may_hold_others(self, end: int) -> bool:
        """Whether a line before the position ``end`` may bear a further prefix, and so be of another writer."""
        for position, text in self._at_margin:
            if position < end and self._lines.may_hold_part(text[:LINE_START]):
                part = self._lines.part_in(text[:LINE_START])
                if part is not None and text[: part.position].strip(MARGIN):
                    return True
        return False


def own_line(prefix: bytes) -> re.Pattern[bytes]:
    """Matches a whole line with ``prefix``; one without text may lack the blanks at the prefix's end."""
    without_blanks = re.escape(prefix.rstrip()) + rb"\r?$"
    return re.compile(
        rb"^(?:" + re.escape(prefix) + rb"[^\n]*+|" + without_blanks + rb")(?:\n|\Z)", re.MULTILINE
    )
