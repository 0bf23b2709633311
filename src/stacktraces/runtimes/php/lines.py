"""The lines that PHP printed: of a log, without what php-fpm adds, or of one line with escaped line ends."""

from __future__ import annotations

from collections.abc import Sequence

from ...cursor import Cursor
from ...log_records.records import starts_record
from .syntax import plain, unwrapped


class CursorLines:
    """The lines from a cursor's on; see :class:`stacktraces.runtimes._lines.Lines`."""

    def __init__(self, cursor: Cursor, *, html: bool = False) -> None:
        self.cursor = cursor
        self.whole = cursor.whole
        self.html = html

    @property
    def line(self) -> str | None:
        line = self.cursor.line
        if line is None:
            return None
        line = unwrapped(line)
        return plain(line) if self.html else line

    @property
    def starts_record(self) -> bool:
        """The current line is a new record of the log, and no line of a worker of php-fpm."""
        line = self.cursor.line or ""
        return unwrapped(line) == line and starts_record(line)

    def advance(self) -> None:
        self.cursor.advance()

    def mark(self) -> int:
        return self.cursor.offset

    def reset(self, mark: int) -> None:
        self.cursor.seek(mark)


class ListLines:
    """Lines that were on one line."""

    whole = True
    starts_record = False

    def __init__(self, lines: Sequence[str]) -> None:
        self.lines = lines
        self._at = 0

    @property
    def line(self) -> str | None:
        return self.lines[self._at] if self._at < len(self.lines) else None

    def advance(self) -> None:
        self._at += 1

    def mark(self) -> int:
        return self._at

    def reset(self, mark: int) -> None:
        self._at = mark


Lines = CursorLines | ListLines
