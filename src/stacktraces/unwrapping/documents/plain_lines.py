"""The lines of a log, or of what was taken for a document and is none."""

from __future__ import annotations

from collections.abc import Iterator

from .item import MOST_BYTES, Item


class PlainLines:
    """The lines of a log as they are."""

    def __init__(self, offset: int = 0, line: int = 1) -> None:
        """``offset`` and ``line`` are where the lines start in the document."""
        self._data = b""
        self._offset = offset
        self._line = line

    def feed(self, data: bytes, *, final: bool) -> Iterator[Item]:
        """See :class:`Parser`."""
        self._data += data
        lines = self._data.split(b"\n")
        self._data = lines.pop()
        if final and self._data:
            lines.append(self._data)
            self._data = b""
        for line in lines:
            yield Item(line, self._offset, self._line)
            self._offset += len(line) + 1
            self._line += 1
        if len(self._data) > MOST_BYTES:
            yield Item(self._data, self._offset, self._line, ended=False)
            self._offset += len(self._data)
            self._data = b""
