"""Where a trace starts, found from its first frame: the frames come after the message, however long that is.

A log record that stands before the frames bounds the message: the first header behind the record's own
text is the trace's, and what looks like another one behind that is of the message. Where no record is in
sight the nearest header is taken.
"""

from __future__ import annotations

import msgspec

from ..._regex import regex
from ...log_records.records import starts_record
from .headers import Header, Likeness, find_header, match_header
from .lines import TraceLines, indent_of
from .links import follows_message, match_link

LOOK_BACK = 200
"""Lines before the first frame in which the header is looked for."""
IN_THREAD = 'Exception in thread "'

_LEVEL_ALONE = regex(r"(?:TRACE|DEBUG|INFO|WARN|ERROR|FATAL) in ")
_THREAD_DUMP = regex(r'\s*+(?:".*" (?:#\d|Id=|prio=|daemon)|#\d+ "|java\.lang\.Thread\.State: )')


class Start(msgspec.Struct):
    """Where a trace starts."""

    mark: int
    header: Header
    text: str
    """The header, the end of its line."""
    next_mark: int = 0
    """Where the next line starts."""
    indent: str = ""
    """The blanks before it; "" where it stands behind other text."""


class _Search(msgspec.Struct):
    """What was met on the way from the first frame to what bounds the search."""

    first_frame: int
    top: int
    """The line that was looked at last."""
    bounded: bool
    """The lines from ``top`` on belong to one record."""
    headers: list[Start] = []
    """Lines that are headers, the nearest to the frame first."""
    links: list[Start] = []
    """Lines that join a cause to an exception."""
    inline: Start | None = None
    """A header behind other text: in the record, else in the nearest line."""


def starts_here(line: str, following: str) -> bool:
    """Whether an exception's header is on ``line``; ``following`` is the next line."""
    if line.startswith(IN_THREAD):
        return match_header(line) is not None
    if not follows_message(following):
        return False
    header = match_header(line)
    return header is not None and header.likeness is Likeness.CERTAIN


def find_start(lines: TraceLines) -> Start | None:
    """The start of the trace whose first frame is on the current line; ``None`` where no header is found.

    Where ``lines`` then stands does not matter.
    """
    frame_indent = indent_of(lines.line or "")
    search = _Search(lines.mark(), lines.mark(), lines.whole)
    for _ in range(LOOK_BACK):
        if not lines.back():
            break
        line = lines.line
        if line is None or follows_message(line):
            break
        if _THREAD_DUMP.match(line):
            return None
        if not lines.whole and IN_THREAD not in line and _bounds(lines, line):
            search.bounded, search.inline = True, _inline(lines, line) or search.inline
            break
        search.top = lines.mark() if line.strip() else search.top
        if _note(search, lines, line):
            break
    return _choose(search, frame_indent)


def _bounds(lines: TraceLines, line: str) -> bool:
    """Whether ``line`` starts a log record.

    A level alone starts none below a header that announces more: what a framework collected of its errors.
    """
    if not starts_record(line):
        return False
    if _LEVEL_ALONE.match(line) is None:
        return True
    above = (lines.cursor.peek(-1) or "").rstrip()
    at = max(above.find(IN_THREAD), 0)
    header = match_header(above[at:]) if above.endswith(":") else None
    return header is None or header.likeness is not Likeness.CERTAIN


def _note(search: _Search, lines: TraceLines, line: str) -> bool:
    """Take what ``line`` is; True where it is sure to start a trace."""
    at = line.find(IN_THREAD)
    link = match_link(line)
    text = line[at:] if at >= 0 else link.text if link is not None else line.strip()
    header = match_header(text)
    if header is not None:
        indent = indent_of(line) if at < 0 else ""
        start = Start(lines.mark(), header, text, lines.cursor.next_offset, indent)
        (search.headers if link is None else search.links).append(start)
    elif link is None and not search.headers and search.inline is None:
        search.inline = _sure(_inline(lines, line))
    return at >= 0 and header is not None


def _inline(lines: TraceLines, line: str) -> Start | None:
    found = find_header(line)
    return Start(lines.mark(), found[0], line[found[1] :]) if found is not None else None


def _choose(search: _Search, frame_indent: str) -> Start | None:
    """The most likely of what was met."""
    nearest = search.headers[0] if search.headers else None
    is_certain = (
        nearest is not None
        and nearest.header.likeness is Likeness.CERTAIN
        and nearest.next_mark == search.first_frame
        and len(nearest.indent) >= len(frame_indent)
    )
    least = Likeness.CLASS if is_certain else Likeness.WORD
    further_out = [
        each
        for each in search.headers
        if len(each.indent) < len(frame_indent) and each.header.likeness >= least
    ]
    headers = further_out or search.headers
    top = headers[-1] if search.bounded and headers and headers[-1].mark == search.top else None
    if top is not None and top.header.likeness >= Likeness.CLASS:
        return top
    return (
        _first(search, headers, Likeness.NAMED)
        or _sure(search.inline)
        or _first(search, headers, Likeness.CLASS)
        or search.inline
        # What is only a capitalised word must stand right before the frames.
        or (headers[0] if headers and headers[0].next_mark == search.first_frame else None)
        or (search.links[-1] if search.links else None)
    )


def _sure(inline: Start | None) -> Start | None:
    return inline if inline is not None and inline.header.likeness is Likeness.CERTAIN else None


def _first(search: _Search, headers: list[Start], likeness: Likeness) -> Start | None:
    """The first of ``headers`` in its record, else the nearest one to the frames, that is as likely."""
    likely = [each for each in headers if each.header.likeness >= likeness]
    if not likely or search.bounded:
        return likely[-1] if likely else None
    found = likely[0]
    for each in headers[headers.index(found) + 1 :]:
        # "java.lang.X: the server said:" announces the header that follows it.
        if each.next_mark != found.mark or not each.text.endswith(":"):
            break
        found = each
    return found
