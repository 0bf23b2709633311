"""rich's tracebacks: boxes of code, the final line below.

===============  =================================================================  ====================
line             sample                                                             what comes next
===============  =================================================================  ====================
top              ``╭────── Traceback (most recent call last) ──────╮``              frame
frame            ``│ /srv/app/shop.py:25 in charge                 │``              more of it, blank
code             ``│   24 │   try:                                 │``              code, blank, bottom
current line     ``│ ❱ 25 │   │   amount = total(order)            │``              code, blank, bottom
locals           ``│ ╭────── locals ──────╮                        │``              local, their bottom
local            ``│ │  card = '4242'     │                        │``              local, their bottom
hidden           ``│ ... 12 frames hidden ...                      │``              frame
bottom           ``╰───────────────────────────────────────────────╯``              syntax box, final line
final line       ``KeyError: 'durian'``                                             message, note, chain
note             ``[NOTE] seen twice``                                              note, member, end
member's top     ``╭────────────── Sub-exception #1 ──────────────╮``              a final line, a box
===============  =================================================================  ====================

A log handler puts all of it under a margin, and pads the lines. Text is wrapped at the box's width; what was
wrapped in a message is joined again where the next word would not have fitted.
"""

from __future__ import annotations

from ...._number import to_number
from ...._regex import regex
from ....cursor import Cursor
from ....model import CauseKind, Error, Frame, Origin, Trace
from ..lines import CursorLines, Lines, ListLines
from ..records import starts_record
from ..syntax import CHAIN_LINES, match_error, skip_blank

NAME = "rich"

_TOP = regex(r"\s*[╭┏┌+][─━\-]+ (?:Traceback \(most recent call last\)) [─━\-]+[╮┓┐+]\s*$")
_MEMBER_TOP = regex(r"\s*[╭┏┌+][─━\-]+ Sub-exception #\d+ [─━\-]+[╮┓┐+]\s*$")
_BOX_TOP = regex(r"\s*[╭┏┌+][─━\-]+[╮┓┐+]\s*$")
_BOTTOM = regex(r"\s*[╰┗└+][─━\-]+[╯┛┘+]?\s*$")
_INSIDE = regex(r"\s*[│┃|] ?(?P<text>.*)[│┃|]\s*$")
_FRAME = regex(r"(?P<file>\S.*?):(?P<line>\d+) in (?P<function>\S.*)$")
_CODE = regex(r"(?P<mark>❱|>)? *\d+(?: (?P<source>.*))?$")
_LOCATION = regex(r"(?P<file>\S.*):(?P<line>\d+)$")
_HIDDEN = regex(r"\.\.\. (\d+) frames hidden \.\.\.$")
_LOCALS_TOP = regex(r"[╭┏┌+][─━\-]+ locals [─━\-]+[╮┓┐+]\s*$")
_LOCAL = regex(r"[│┃|] *(?P<name>\S+) = (?P<value>.*)[│┃|]\s*$")
_NOTE = "[NOTE] "
_LINKS_KEPT = 200
_MESSAGE_LINES = 200
_BOX_LINES = 100_000
_FRAME_HEADER_LINES = 10
_MEMBERS_DEPTH = 20


def read(cursor: Cursor) -> Trace | None:
    """The boxes whose first one's top the cursor is on; see :data:`stacktraces.runtimes.Reader`."""
    line = cursor.line or ""
    if not _TOP.match(line):
        return None
    origin = Origin(offset=cursor.offset)
    uncertain: list[str] = []
    margin = line[: len(line) - len(line.lstrip())]
    error = _read_chain(CursorLines(cursor, margin), uncertain, _MEMBERS_DEPTH)
    return None if error is None else Trace(error=error, format=NAME, origin=origin, uncertain=uncertain)


def _read_chain(lines: Lines, uncertain: list[str], depth: int) -> Error | None:
    error: Error | None = None
    kind: CauseKind | None = None
    for _ in range(_LINKS_KEPT):
        link = _read_link(lines, uncertain, depth)
        if link is None:
            break
        link.cause, link.cause_kind = error, kind
        error = link
        here = lines.mark()
        kind = _read_chain_line(lines)
        if kind is None or not _TOP.match(lines.line or ""):
            lines.reset(here)
            break
    return error


def _read_chain_line(lines: Lines) -> CauseKind | None:
    skip_blank(lines)
    words: list[str] = []
    while (line := lines.line) is not None and line.strip() and len(words) < 20:
        words += line.split()
        lines.advance()
    skip_blank(lines)
    return CHAIN_LINES.get(" ".join(words))


def _read_link(lines: Lines, uncertain: list[str], depth: int) -> Error | None:
    """A box with what stands below it, or a final line alone."""
    line = lines.line or ""
    width = len(line.rstrip())
    frames: list[Frame] = []
    if _TOP.match(line):
        frames = _read_frames(_read_box(lines), uncertain)
    if frames and _BOX_TOP.match(lines.line or ""):
        _read_location(_read_box(lines), frames)
    match = match_error((lines.line or "").rstrip())
    if match is None:
        return Error(frames=frames[::-1]) if frames else None
    error = Error(type=match["type"], frames=frames[::-1])
    lines.advance()
    message = _read_message(lines, match.string, width)
    error.message = message[len(error.type or "") + 2 :] or None
    while (line := lines.line or "").startswith(_NOTE):
        lines.advance()
        error.notes.append(_read_message(lines, line.removeprefix(_NOTE), width))
    _read_members(lines, error, uncertain, depth)
    return error


def _read_box(lines: Lines) -> list[str]:
    """The text in the box whose top ``lines`` stands on; leaves it after the bottom."""
    lines.advance()
    inside: list[str] = []
    while (line := lines.line) is not None and len(inside) < _BOX_LINES:
        if _BOTTOM.match(line):
            lines.advance()
            break
        match = _INSIDE.match(line)
        if match is None:
            break
        inside.append(match["text"].rstrip())
        lines.advance()
    return inside


def _read_frames(inside: list[str], uncertain: list[str]) -> list[Frame]:
    """The frames in a box, outermost first."""
    frames: list[Frame] = []
    header: list[str] = []
    values: dict[str, str] | None = None
    for text in inside:
        if values is not None:
            if match := _LOCAL.match(text):
                values[match["name"]] = match["value"].rstrip()
            elif _BOTTOM.match(text):
                frames[-1].locals, values = values or None, None
        elif frames and _LOCALS_TOP.match(text):
            values = {}
        elif not text.strip():
            header = []
        elif match := _HIDDEN.match(text):
            uncertain.append(f"{match[1]} frames were not printed.")
        elif frames and not header and (match := _CODE.match(text)):
            if match["mark"]:
                frames[-1].source = (match["source"] or "").lstrip("│ ").rstrip() or None
        else:
            header = [*header[-_FRAME_HEADER_LINES:], text.strip()]
            if match := _FRAME.match(" ".join(header)):
                frames.append(
                    Frame(function=match["function"], file=match["file"], line=to_number(match["line"]))
                )
                header = []
    return frames


def _read_location(inside: list[str], frames: list[Frame]) -> None:
    """The place that a ``SyntaxError`` names, from the box below the frames."""
    for text in inside:
        if match := _LOCATION.match(text.strip()):
            frames.append(Frame(file=match["file"], line=to_number(match["line"])))
        elif text.strip(" ▲") and frames and frames[-1].function is None:
            frames[-1].source = text.strip()


def _read_message(lines: Lines, first: str, width: int) -> str:
    """``first`` and the lines up to a blank one, a box, a note or a log record, unwrapped."""
    parts = [first]
    for _ in range(_MESSAGE_LINES):
        line = lines.line
        if line is None or not line.strip() or line.startswith(_NOTE) or starts_record(line):
            break
        if _TOP.match(line) or _BOX_TOP.match(line) or _MEMBER_TOP.match(line):
            break
        used = len(parts[-1].rstrip())
        wrapped = used <= width < used + 1 + len(line.split(None, 1)[0])
        if wrapped:
            parts[-1] = parts[-1].rstrip()
        parts += [" " if wrapped else "\n", line.rstrip()]
        lines.advance()
    return "".join(parts)


def _read_members(lines: Lines, error: Error, uncertain: list[str], depth: int) -> None:
    while True:
        here = lines.mark()
        skip_blank(lines)
        if not _MEMBER_TOP.match(lines.line or ""):
            lines.reset(here)
            return
        inside: list[str | list[Error]] = list(_read_box(lines))
        member = _read_chain(ListLines(inside), uncertain, depth - 1) if depth else None
        if member is not None:
            error.children.append(member)
