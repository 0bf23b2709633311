"""What Node prints in braces behind an error's frames: its properties, and the errors among them.

============================================  ===================================================
line                                          what becomes of it
============================================  ===================================================
``  code: 'ENOENT',``                         passed
``  [cause]: TypeError: m``, ``  cause: …``   the cause, with frames of its own
``  [errors]: [`` with ``    Error: m``       children
``  inner: Error: m``                         a further stack of the same report
``  [cause]: [Error: m]``                     a cause too deep to be shown
``  [cause]: [Circular *1]``                  passed
``}``                                         the end
============================================  ===================================================
"""

from __future__ import annotations

from collections.abc import Callable

from ..._regex import regex
from ...cursor import Cursor
from ...model import Error, RelatedStack
from .headers import find_header, find_weak_header, is_error_name, parse_bracketed
from .messages import Place, Reading, indent_of

ReadError = Callable[[Cursor, Place, Reading], Error]

DEPTH_KEPT = 40
"""Errors within errors that are read; what is deeper is passed."""
_RELATED_KEPT = 20
_TITLE_KEPT = 400
_BLANK_LINES = 50
_KEY = regex(r"\s++(?P<key>\[?[\w$]{1,80}\]?|'[^']{1,80}'): (?:<ref \*\d{1,6}> )?(?P<value>\S.*)$")
_ARRAY = regex(r"\s++\[?errors\]?: \[$")
_CAUSES = frozenset({"cause", "[cause]"})


def read_properties(
    cursor: Cursor, error: Error, margin: int, reading: Reading, read_error: ReadError
) -> None:
    """Pass the lines up to the closing brace, ``margin`` blanks in; give ``error`` the errors among them.

    Lines that are not indented deeper end it too: then the text was cut.
    """
    array_indent = -1
    while (line := _go_on(cursor, margin)) is not None:
        indent = indent_of(line)
        if array_indent >= 0 and indent <= array_indent:
            array_indent = -1
        if _ARRAY.match(line) and indent == margin + 2:
            array_indent = indent
            cursor.advance()
            continue
        in_array = array_indent >= 0 and indent == array_indent + 2
        match = None if in_array else _KEY.match(line)
        match = None if match is not None and is_error_name(match["key"]) else match
        key = match["key"] if match else None
        value = match["value"] if match else line.strip()
        if not _take_error(cursor, error, (key, in_array, value, indent), reading, read_error):
            cursor.advance()
    if (cursor.line or "").lstrip().startswith("}"):
        cursor.advance()


def _go_on(cursor: Cursor, margin: int) -> str | None:
    """The next line of the properties, ``None`` at their end."""
    here = cursor.offset
    for _ in range(_BLANK_LINES):
        line = cursor.line
        if line is None:
            break
        if line.strip():
            if indent_of(line) > margin:
                return line
            if line.lstrip().startswith("}"):
                return None
            break
        cursor.advance()
    cursor.seek(here)
    return None


def _take_error(
    cursor: Cursor,
    error: Error,
    place: tuple[str | None, bool, str, int],
    reading: Reading,
    read_error: ReadError,
) -> bool:
    """Read the error that the cursor's line holds; False, and no move, where it holds none."""
    key, in_array, value, indent = place
    is_cause = key in _CAUSES and error.cause is None
    header = parse_bracketed(value)
    if header is not None and (reading.depth >= DEPTH_KEPT or not (is_cause or in_array)):
        return False
    if header is not None:
        found = read_error(cursor, Place(header, indent), reading)
    else:
        header = find_header(value)
        if header is None and (is_cause or in_array or value.startswith("error: ")):
            header = find_weak_header(value)
        if header is None or not header.at_start or reading.depth >= DEPTH_KEPT:
            return False
        here = cursor.offset
        reading.depth += 1
        found = read_error(cursor, Place(header, indent, indent + 4), reading)
        reading.depth -= 1
        if not found.frames:
            cursor.seek(here)
            return False
    if is_cause:
        error.cause, error.cause_kind = found, "cause"
    elif in_array:
        error.children.append(found)
    elif len(error.related) < _RELATED_KEPT:
        title = value.partition("\n")[0].rstrip(",{ ")[:_TITLE_KEPT]
        error.related.append(RelatedStack(title=f"{key}: {title}" if key else title, frames=found.frames))
    return True
