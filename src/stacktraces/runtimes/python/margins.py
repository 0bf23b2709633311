"""What stands before each line of a trace, and the lines behind it as CPython indented them."""

from __future__ import annotations

from ..._regex import regex
from ...cursor import Cursor
from .frames import FRAME
from .lines import CursorLines, Lines
from .powershell import is_invocation
from .stripped import FIRST_FRAME, StrippedLines, has_bare_source
from .syntax import is_likely_error, match_error

FRAME_INDENT = regex(
    r'(?P<margin>\s*)  (?:File (?:"|&(?:quot|#34|#x22);|[^\s"&][^"]{0,1000}?:\d+(?: in |$))|Cell In ?\[\d)'
)
_AFTER_HEADER = regex(r"\s|> File|File|--- <|$")
_LINES_TO_FIRST_FRAME = 12
_PADDED = regex(r"\(most recent call last\): {1,1000}$")
"""A header of a text that was copied from a terminal, which fills its lines with blanks."""


def margin_of(cursor: Cursor, prefix: str) -> str | None:
    """What stands before each line of the trace, ``prefix`` standing before its header.

    That is ``prefix`` itself, or, where the header follows a log's own text, the first frame's
    indentation. ``None`` where no trace follows.
    """
    following = cursor.peek()
    if following is None:
        return None
    if following == cursor.line:
        return prefix
    if not following.strip() and prefix:
        following = cursor.peek(2) or following
    if following.startswith(prefix):
        rest = following[len(prefix) :]
        return prefix if _AFTER_HEADER.match(rest) or match_error(rest) else None
    if match := FRAME_INDENT.match(following):
        return match["margin"] if _is_indented_below(cursor, match.end("margin")) else f"{match['margin']}  "
    is_bare = following.startswith(FIRST_FRAME) or is_likely_error(following) or is_invocation(following)
    return "" if is_bare else None


def _is_indented_below(cursor: Cursor, margin: int) -> bool:
    """Whether what stands two lines below the cursor's, under a frame, is not indented just as the frame is.

    QGIS sets all lines of a trace below one another.
    """
    below = cursor.peek(2) or ""
    is_frame = FRAME.match(below[margin:]) is not None
    return is_frame or len(below) - len(below.lstrip()) != margin + len("  ")


def lines_from(cursor: Cursor, margin: str) -> Lines:
    """The lines from the cursor's on, as CPython indented them."""
    lines = CursorLines(cursor, margin, padded=_PADDED.search(cursor.line or "") is not None)
    here = cursor.offset
    stripped = False
    for _ in range(_LINES_TO_FIRST_FRAME):
        line = lines.line or ""
        stripped = line.startswith(FIRST_FRAME) or has_bare_source(lines)
        if stripped or line.startswith("  ") or cursor.line is None:
            break
        lines.advance()
    cursor.seek(here)
    return StrippedLines(lines) if stripped else lines
