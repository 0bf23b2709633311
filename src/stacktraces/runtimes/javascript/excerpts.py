"""The excerpt of the source that is printed with an error that nobody caught.

Node prints it before the header: ``FILE:LINE``, the source line, a line of carets, a blank line. Where the
error was thrown again in another place, that place's excerpt stands before it. Bun prints six numbered lines
and a caret before the header. Deno prints the source line and the caret between the header and the frames;
test runners print a few numbered lines there.
"""

from __future__ import annotations

import msgspec

from ..._number import to_number
from ..._regex import regex
from ...cursor import Cursor
from .frames import is_place_of_excerpt, is_script

SOURCE_KEPT = 1000
"""Characters of a source line that are kept; a longer one was made by a minifier, and says nothing."""
_LINES_BEFORE = 7
_EXCERPTS = 3
_PLACE_LONGEST = 4096

_NAMES_OF_TEXTS = ("[", "<", "node:", "REPL", "evalmachine.", "undefined")
CARET = regex(r"[ \t]*+[\^~]++[ \t]*$")
_PLACE = regex(r"(?P<file>\S[^\n]*):(?P<line>\d{1,9})$")
_BUN_LINE = regex(r"(?P<before> *|[ \S]{0,200}?[ ,])(?P<line>\d{1,7}) \| (?P<source>.*)$")
_BUN_LINES = 6
_NUMBERED = regex(r"\s*+>?\s*+\d{1,7} ?[|│]|\s*+[|│]\s*+[\^~]")


class Excerpt(msgspec.Struct, frozen=True):
    """A place in the source and the line there."""

    place: str | None
    """The line that says the place, as printed; Bun prints none."""
    file: str | None
    line: int
    source: str | None


def step_over_excerpts(cursor: Cursor) -> Excerpt | None:
    """Go from the header back to the first line of the excerpts before it; gives the nearest of them.

    ``None``, and no move, where there is none.
    """
    nearest = None
    for _ in range(_EXCERPTS):
        found = _step_over(cursor)
        if found is None:
            break
        nearest = nearest or found
    return nearest


def is_caret(line: str) -> bool:
    """Whether ``line`` marks a column of the line before it."""
    return CARET.match(line) is not None


def caret_column(line: str) -> int | None:
    """The column, from 1, of the first caret in ``line``; ``None`` where it is no line of carets."""
    return len(line) - len(line.lstrip()) + 1 if is_caret(line) else None


def step_over_numbered(cursor: Cursor) -> Excerpt | None:
    """Go from the caret back to the first of the numbered lines above it; gives the last of them.

    ``None``, and no move, where there is none.
    """
    here = cursor.offset
    excerpt: Excerpt | None = None
    expected = 0
    for _ in range(_BUN_LINES):
        start = cursor.offset
        match = _BUN_LINE.match(cursor.line or "") if cursor.back() else None
        number = to_number(match["line"]) if match is not None else 0
        if match is None or (excerpt is not None and number != expected):
            cursor.seek(start)
            break
        if excerpt is None:
            source = match["source"].strip() if len(match["source"]) <= SOURCE_KEPT else None
            excerpt = Excerpt(None, None, number, source or None)
        expected = number - 1
        if match["before"].strip():
            break
    if excerpt is None:
        cursor.seek(here)
    return excerpt


def is_numbered(line: str) -> bool:
    """Whether ``line`` is of an excerpt with line numbers, as test runners and compilers print it."""
    return _NUMBERED.match(line) is not None


def pass_source_above(lines: list[str]) -> int:
    """How many of ``lines``, those before the frames, are left once the excerpt at their end is taken off."""
    end = len(lines)
    while end and not lines[end - 1].strip():
        end -= 1
    if end >= 2 and is_caret(lines[end - 1]) and _NUMBERED.match(lines[end - 1]) is None:
        return end - 2
    start = end
    while start and (_NUMBERED.match(lines[start - 1]) or is_caret(lines[start - 1])):
        start -= 1
    above = start
    while start != end and above and not lines[above - 1].strip():
        above -= 1
    return above - 1 if above and is_place_of_excerpt(lines[above - 1]) else start


def parse_place_line(line: str) -> tuple[str, int] | None:
    """The file and line that are all of ``line``."""
    if len(line) > _PLACE_LONGEST:
        return None
    match = _PLACE.match(line)
    if match is None:
        return None
    file = match["file"]
    is_file = is_script(file) or "/" in file or "\\" in file or file.startswith(_NAMES_OF_TEXTS)
    if not is_file or (file.startswith(("http://", "https://")) and not is_script(file)):
        return None
    if " " in file and not is_script(file) and not file.startswith("["):
        return None
    return file, to_number(match["line"])


def _step_over(cursor: Cursor) -> Excerpt | None:
    here = cursor.offset
    source: str | None = None
    blanks = carets = 0
    for _ in range(_LINES_BEFORE):
        if not cursor.back():
            break
        line = cursor.line or ""
        place = parse_place_line(line)
        if place is not None and (carets or blanks) and (source is not None or blanks):
            kept = source.strip() if source is not None and len(source) <= SOURCE_KEPT else None
            return Excerpt(line, place[0], place[1], kept or None)
        if not line.strip() and source is None:
            blanks += 1
        elif source is None and not carets and is_caret(line):
            carets += 1
        elif source is None and (carets or blanks):
            source = line
        else:
            break
    cursor.seek(here)
    return None
