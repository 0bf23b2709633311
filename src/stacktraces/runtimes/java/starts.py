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

_THREAD_DUMP = regex(r'\s*+(?:".*" (?:#\d|Id=|prio=|daemon)|java\.lang\.Thread\.State: )')


class Start(msgspec.Struct):
    """Where a trace starts."""

    mark: int
    header: Header
    text: str
    """The header, the end of its line."""
    indent: str = ""
    """The blanks before it; "" where it stands behind other text."""


class _Search(msgspec.Struct):
    """What was met on the way from the first frame to what bounds the search."""

    headers: list[Start] = []
    """Lines that are headers, the nearest to the frame first."""
    links: list[Start] = []
    """Lines that join a cause to an exception."""
    inline: Start | None = None
    """A header behind other text: in the record, else in the nearest line."""
    bounded: bool = False
    """The lines belong to one record."""


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
    search = _Search(bounded=lines.whole)
    for _ in range(LOOK_BACK):
        if not lines.back():
            break
        line = lines.line
        if line is None or follows_message(line):
            break
        if _THREAD_DUMP.match(line):
            return None
        at = line.find(IN_THREAD)
        header = match_header(line[at:]) if at >= 0 else None
        if header is not None:
            nearest = _best(search.headers[:1], frame_indent)
            if nearest is not None and nearest.header.likeness is Likeness.CERTAIN and not nearest.indent:
                return nearest
            return Start(lines.mark(), header, line[at:])
        if not lines.whole and starts_record(line):
            search.bounded, search.inline = True, _inline(lines, line)
            break
        _note(search, lines, line)
    return _choose(search, frame_indent)


def _note(search: _Search, lines: TraceLines, line: str) -> None:
    text = line.strip()
    link = match_link(line)
    header = match_header(link.text if link is not None else text)
    if header is not None:
        start = Start(lines.mark(), header, link.text if link is not None else text, indent_of(line))
        (search.headers if link is None else search.links).append(start)
    elif link is None and not search.headers and search.inline is None:
        found = _inline(lines, line)
        search.inline = found if found and found.header.likeness is Likeness.CERTAIN else None


def _inline(lines: TraceLines, line: str) -> Start | None:
    found = find_header(line)
    return Start(lines.mark(), found[0], line[found[1] :]) if found is not None else None


def _choose(search: _Search, frame_indent: str) -> Start | None:
    headers = search.headers[::-1] if search.bounded else search.headers
    failures = [each for each in headers if each.header.likeness >= Likeness.NAMED]
    classes = [each for each in headers if each.header.likeness is Likeness.CLASS]
    # What is only a capitalised word must stand right before the frames.
    words = [each for each in search.headers[:1] if each.header.likeness is Likeness.WORD]
    inline = search.inline
    sure = inline if inline is not None and inline.header.likeness is Likeness.CERTAIN else None
    best = _best(failures, frame_indent) or sure or _best(classes, frame_indent) or inline
    return best or _best(words, frame_indent) or (search.links[-1] if search.links else None)


def _best(starts: list[Start], frame_indent: str) -> Start | None:
    """The first of them that stands further out than the frames, else the first."""
    return next(
        (each for each in starts if len(each.indent) < len(frame_indent)), starts[0] if starts else None
    )
