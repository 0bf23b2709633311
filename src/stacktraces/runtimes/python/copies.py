"""Tracebacks that several processes print at the same time: each line stands as often as they are.

It is what ranks of one job do that fail alike and share a terminal.
"""

from __future__ import annotations

from ...model import Frame
from .lines import Lines, Members
from .syntax import HEADER

_MOST = 64


def count_copies(lines: Lines) -> int:
    """How often the current line stands, if it is a header and the line below it stands as often; else 1."""
    header = lines.line
    if header is None or not HEADER.match(header):
        return 1
    here = lines.mark()
    headers, frames = _repetitions(lines), _repetitions(lines)
    lines.reset(here)
    return headers if headers == frames else 1


def _repetitions(lines: Lines) -> int:
    """How often the current line stands; goes behind them."""
    line, count = lines.line, 0
    while line is not None and lines.line == line and count < _MOST:
        count += 1
        lines.advance()
    return count


class CopiedLines:
    """``lines`` without the repetitions of each, of which there are at most ``copies``."""

    def __init__(self, lines: Lines, copies: int) -> None:
        self.whole = lines.whole
        self._lines = lines
        self._copies = copies

    @property
    def line(self) -> str | None:
        return self._lines.line

    def advance(self) -> None:
        line = self._lines.line
        for _ in range(self._copies):
            self._lines.advance()
            if self._lines.line != line:
                break

    def mark(self) -> int:
        return self._lines.mark()

    def reset(self, mark: int) -> None:
        self._lines.reset(mark)

    def members(self) -> Members | None:
        return self._lines.members()

    def plain_frames(self) -> list[Frame]:
        return []
