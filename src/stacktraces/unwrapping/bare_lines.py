"""Lines that nothing wraps."""

from __future__ import annotations

from itertools import accumulate

from ..carriers import Carrier
from .line_index import LineIndex
from .streams import Stream


class BareLines:
    """Lines that nothing wraps, as an ``Unwrapper`` gives them: one stream."""

    stack: tuple[Carrier, ...] = ()
    held_from = None

    def __init__(self) -> None:
        self.index = LineIndex()
        self._stream = Stream(())

    def drop(self, offset: int) -> None:
        """See :meth:`Unwrapper.drop`."""
        self._stream.drop(offset)
        self.index.drop(offset)

    def feed(self, block: bytes, offset: int = 0) -> None:
        """See :meth:`Unwrapper.feed`."""
        lines = block.removesuffix(b"\n").split(b"\n")
        if not block:
            return
        skipped = list(accumulate([len(line) + 1 for line in lines], initial=0))[:-1]
        self._stream.add_lines(lines, skipped, offset, [], {})
        self.index.add_block(offset, skipped, [self._stream])

    def finish(self) -> None:
        """Nothing is held back."""
