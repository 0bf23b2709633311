"""The lines around an exception, without what stands before each of them: a margin, logcat's tag, or a mark.

GlassFish logs each line that a program prints as a record, which a mark closes and a blank line follows.
Dropwizard's logger prints ``! `` before each line of an exception; sbt prints ``[info] `` before each line of
ScalaTest's.
"""

from __future__ import annotations

from ..._regex import regex
from ...cursor import Cursor

# Android's logcat: ``11-28 20:00:00.123  1234  1250 E AndroidRuntime: ``, ``E/AndroidRuntime( 1234): ``
_LOGCAT = regex(
    r"(?:(?:\d{4}-)?\d\d-\d\d \d\d:\d\d:\d\d\.\d{3,6}\s+(?:\S+\s+)?\d+\s+\d+\s+)?"
    r"(?P<level>[VDIWEF])(?P<mark>[ /])(?P<tag>[\w.$-]{1,100}) *(?:\( *\d+\))?: "
)
_MARKS = ("! ", "[info] ")
_OPENING, _CLOSING = "[[", ("]]", "|#]")
_MOST_BETWEEN = 3


class TraceLines:
    """The lines from a cursor's on; see :class:`stacktraces.runtimes._lines.Lines`.

    Where the cursor's line bears a tag of logcat, or a mark, only lines with the same are of the same text.
    """

    def __init__(self, cursor: Cursor) -> None:
        self.cursor = cursor
        self.whole = cursor.whole
        self.margin = ""
        line = cursor.line or ""
        self._tag = _tag_of(line)
        self._mark = next((mark for mark in _MARKS if line.startswith(mark)), "")
        self._closing = next((mark for mark in _CLOSING if line.endswith(f"){mark}")), "")

    @property
    def tagged(self) -> bool:
        """Each line bears a tag of logcat."""
        return self._tag is not None

    @property
    def line(self) -> str | None:
        line = self.cursor.line
        if line is None:
            return None
        if self._tag is not None:
            found = _LOGCAT.match(line)
            if found is None or (found["level"], found["tag"]) != self._tag:
                return None
            line = line[found.end() :]
        elif self._mark:
            if not line.startswith(self._mark):
                return None
            line = line[len(self._mark) :]
        elif self._closing:
            if not line.endswith(self._closing):
                return None
            line = line.removesuffix(self._closing).removeprefix("  ")
        if not self.margin:
            return line
        if line.startswith(self.margin):
            return line[len(self.margin) :]
        return None if line.strip() else ""

    def advance(self) -> None:
        self.cursor.advance()
        for _ in range(_MOST_BETWEEN if self._closing else 0):
            if self.cursor.line is None or not _stands_between(self.cursor.line):
                break
            self.cursor.advance()

    def back(self) -> bool:
        """Go to the line before; False, and no move, where there is none."""
        found = self.cursor.back()
        for _ in range(_MOST_BETWEEN if self._closing else 0):
            if not found or not _stands_between(self.cursor.line or ""):
                break
            found = self.cursor.back()
        return found

    def mark(self) -> int:
        return self.cursor.offset

    def reset(self, mark: int) -> None:
        self.cursor.seek(mark)


def _stands_between(line: str) -> bool:
    """Whether ``line`` stands between the texts of two records of GlassFish."""
    return not line.strip() or line.endswith(_OPENING)


def _tag_of(line: str) -> tuple[str, str] | None:
    found = _LOGCAT.match(line) if line[1:2] in " /" or line[:1].isdigit() else None
    return (found["level"], found["tag"]) if found is not None else None


def indent_of(line: str) -> str:
    """The blanks that ``line`` starts with."""
    return line[: len(line) - len(line.lstrip())]
