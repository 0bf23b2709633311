"""Lines of Android's log that one program wrote, without what logcat puts before them.

================================================================  ================================
sample                                                            logcat's format
================================================================  ================================
``10-28 19:29:47.079 17333 17333 F DEBUG   : text``               threadtime, also with the year
``10-28 19:29:47.079 F/DEBUG   (17333): text``                    time
``F/DEBUG   (17333): text``, ``F/DEBUG   : text``                 brief, tag
``F(17333) text  (DEBUG)``                                        process
``[ 10-28 19:29:47.079 17333:17333 F/DEBUG    ]``, then ``text``  long
``2019-05-04 12:06:37.175 4116-4310/com.shop A/DEBUG: text``      Android Studio
``2023-05-04 12:06:37.175  4116-4310  DEBUG   com.shop  A  text`` Android Studio from 2022 on
``text``                                                          raw, a tombstone
================================================================  ================================
"""

from __future__ import annotations

from ..._regex import regex
from ...cursor import Cursor

_TIME = r"(?:\d{4}-)?\d\d-\d\d \d\d:\d\d:\d\d\.\d{3,9}"
_PREFIX = regex(
    rf"{_TIME}(?: [+-]\d{{4}})?(?: +[\w.]{{1,40}})??(?: +\d{{1,9}}){{2}} [VDIWEFA]"
    r" (?P<tag>\S[^:\n]{0,80}?) *: ?"
    rf"|(?:{_TIME} )?(?:\d{{1,9}}-\d{{1,9}}/\S{{1,200}} )?[VDIWEFA]/(?P<brief>[^(:\n]{{1,80}}?) *"
    r"(?:\( *\d{1,9}\))?: ?"
    rf"|{_TIME} +\d{{1,9}}-\d{{1,9}} +(?P<studio>\S{{1,80}}) +\S{{1,200}} +[VDIWEFA](?: {{1,2}}|$)"
)
_PROCESS = regex(
    r"(?:[VDIWEFA]\( *\d{1,9}\) )?(?P<text>.*?) {2}\((?P<tag>DEBUG|libc|crash_dump(?:32|64)?) *\)$"
)
_LONG = regex(rf"\[ {_TIME} +\d{{1,9}}: *\d{{1,9}} [VDIWEFA]/(?P<tag>[^\]\n]{{1,80}}?) *\]$")
_FOREIGN_LINES = 200
OWN = frozenset({"DEBUG", "libc", "crash_dump", "crash_dump32", "crash_dump64"})
"""The tags under which the system reports that a program died."""


def split(line: str) -> tuple[str | None, str]:
    """The tag of a line, ``None`` where it bears none, and its text."""
    if found := _PREFIX.match(line):
        return found["tag"] or found["brief"] or found["studio"], line[found.end() :]
    if found := _PROCESS.match(line[:16384]):
        return found["tag"], found["text"]
    if found := _LONG.match(line):
        return found["tag"], ""
    return None, line


class LogcatLines:
    """The lines of one tag or of no tag, as the cursor's line has it; those of others are passed over."""

    def __init__(self, cursor: Cursor) -> None:
        self.cursor = cursor
        self._tagged = split(cursor.line or "")[0] is not None

    @property
    def text(self) -> str | None:
        """The current line's text; ``None`` at the end."""
        line = self.cursor.line
        return None if line is None else split(line)[1]

    def advance(self) -> None:
        """Go to the next line of the report; where none is near, to the line behind."""
        self.cursor.advance()
        here = self.cursor.offset
        for _ in range(_FOREIGN_LINES):
            line = self.cursor.line
            if line is None or not self._is_foreign(line):
                return
            self.cursor.advance()
        self.cursor.seek(here)

    def back(self) -> bool:
        """Go to the line of the report before; False, and no move, where none is near."""
        here = self.cursor.offset
        for _ in range(_FOREIGN_LINES):
            if not self.cursor.back():
                break
            if not self._is_foreign(self.cursor.line or ""):
                return True
        self.cursor.seek(here)
        return False

    def _is_foreign(self, line: str) -> bool:
        tag = split(line)[0]
        return tag not in OWN if tag is not None else self._tagged and bool(line.strip())
