"""A line that is too long to be read, while it passes by."""

from __future__ import annotations

from ..literal_search import Search
from .text import Text


class LongLine:
    """Drops the line from its stream, and notes where it starts if an anchor stands in it."""

    def __init__(self, search: Search, longest: int) -> None:
        """``longest`` are the bytes of the longest anchor."""
        self.open = False
        self._search = search
        self._overlap = longest - 1
        self._of_trace = False
        self._start = 0
        self._end = b""
        """The last bytes that were dropped: an anchor may be cut there."""

    def begin(self, text: Text, line: int, *, of_trace: bool) -> None:
        """The line at ``line`` of ``text.data`` is too long, and the last one at hand.

        ``of_trace`` says that it is a line of a trace that is being read: none of its own is lost in it.
        """
        self.open = True
        self._of_trace = of_trace
        self._start = text.base + line
        self._end = b""
        self._pass_over(text, text.data[line:])
        text.drop(len(text.data))

    def rest(self, text: Text, chunk: bytes) -> bytes:
        """What of ``chunk``, the next in the stream, is not of the line."""
        end = chunk.find(b"\n")
        self.open = end < 0
        size = len(chunk) if end < 0 else end
        self._pass_over(text, chunk[:size])
        text.skip(size)
        return chunk[size:]

    def _pass_over(self, text: Text, part: bytes) -> None:
        if not self._of_trace and self._start not in text.passed_over:
            part = self._end + part
            self._end = part[-self._overlap :]
            if self._search(part, 0, len(part)):
                text.passed_over.add(self._start)
