"""Reports of the crate error-stack: an error with its causes, where each passed, and backtraces below a rule.

=========  ==============================================  =================================
line       sample                                          what comes next
=========  ==============================================  =================================
error      ``Error: cannot read the config``               attached
attached   ``├╴at src/main.rs:48:10``                      attached, link
attached   ``├╴file: shop.toml``, ``╰╴backtrace (1)``      attached, link
link       ``├─▶ cannot parse``, ``╰─▶ invalid digit``     attached, link, rule
rule       ``━━━━━━━━━━━━━━━━━━━━``                        backtrace
backtrace  ``backtrace no. 1``                             frame
=========  ==============================================  =================================
"""

from __future__ import annotations

from itertools import pairwise

from ..._regex import regex
from ...cursor import Cursor
from ...log_records.records import starts_record
from ...model import Error, Frame, Origin, RelatedStack, Trace
from .backtrace import read_backtrace
from .headers import LONGEST_MESSAGE, place_of

MARK = "╴at "
_LINK = regex(r"[│ ]{0,80}[├╰]─▶ (?P<message>.*)\Z")
_ATTACHED = regex(r"[│ ]{0,80}[├╰]╴(?P<text>.*)\Z")
_MORE = regex(r"[│ ]{1,80}(?P<text>\S.*)?\Z|\Z")
_RULE = regex(r"━{20,}\s*\Z")
_NUMBERED = regex(r"(?:backtrace|span trace) no\. \d{1,4}\Z")
_MOST_LINES = 500
_MOST_LINKS = 100
_MOST_STACKS = 16


def read_error_stack(cursor: Cursor, name: str) -> Trace | None:
    """The report that the cursor's line, one with a place, is part of."""
    for _ in range(_MOST_LINES):
        line = cursor.line or ""
        if not (_LINK.match(line) or _ATTACHED.match(line) or (line and _MORE.match(line))):
            break
        if not cursor.back():
            return None
    first = cursor.line or ""
    if not first or starts_record(first):
        return None
    start = cursor.offset
    links = [Error(message=first.removeprefix("Error: "))]
    cursor.advance()
    end = cursor.offset
    for _ in range(_MOST_LINES):
        text = cursor.line
        if text is None:
            break
        if (found := _LINK.match(text)) and len(links) < _MOST_LINKS:
            links.append(Error(message=found["message"]))
        elif found := _ATTACHED.match(text):
            _attach(links[-1], found["text"])
        elif not text or not _MORE.match(text):
            break
        cursor.advance()
        end = cursor.offset
    cursor.seek(end)
    uncertain: list[str] = []
    _read_stacks(cursor, links, uncertain)
    for outer, inner in pairwise(links):
        outer.cause, outer.cause_kind = inner, "cause"
    links[0].type = "Error" if first.startswith("Error: ") else None
    return Trace(error=links[0], format=name, origin=Origin(offset=start), uncertain=uncertain)


def _attach(error: Error, text: str) -> None:
    place = place_of(text.removeprefix("at ")) if text.startswith("at ") else None
    if place is not None and not error.frames:
        error.frames = [place]
    elif not text.startswith(("backtrace (", "span trace (")):
        error.notes.append(text[:LONGEST_MESSAGE])


def _read_stacks(cursor: Cursor, links: list[Error], uncertain: list[str]) -> None:
    """Take the backtraces below the report: the first is that of the root cause, others are told with it."""
    stacks: list[list[Frame]] = []
    for _ in range(_MOST_STACKS):
        here = cursor.offset
        while cursor.line is not None and (not cursor.line or _RULE.match(cursor.line)):
            cursor.advance()
        if not _NUMBERED.match(cursor.line or ""):
            cursor.seek(here)
            break
        cursor.advance()
        if frames := read_backtrace(cursor, uncertain):
            stacks.append(frames)
    if stacks:
        links[-1].frames = stacks[0]
        links[-1].related = [RelatedStack(title="backtrace", frames=each) for each in stacks[1:]]
