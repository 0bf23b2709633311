"""The lines of a traceback that are the same in every Python: headers, chain lines, final lines."""

from __future__ import annotations

import re

from ..._regex import regex
from ...log_records.records import LEVELS
from ...model import CauseKind
from .django_report import chain_kind
from .lines import Lines

NAME = "python"
"""Of the format that is read here."""
HEADER = regex(r"(?P<group>Exception Group )?Traceback \(most recent call last\):\s*$")
STACK_HEADER = regex(
    r"(?:Stack \(most recent call last\)|Call stack"
    r"|Object allocated at \(most recent call (?:last|(?P<first>first))\)):\s*$"
)
GROUP_HEADER = regex(r"  \+ Exception Group Traceback \(most recent call last\):\s*$")
LOCATION = regex(r'  File "(?P<file>.*)", line \d+$')
REMOTE = regex(r"(?:\w+\.)*_?RemoteTraceback:\s*$")
RAY_TASK = regex(r"(?:Unhandled error \(suppress with [^)]{0,80}\): |^)ray::\S{1,500} \(pid=\d.{0,1000}\)$")
"""Ray names the task in the place of a header."""
REMOTE_QUOTE = '"""'

_NAME = r"[^\W\d]\w*(?:\.(?:[^\W\d]\w*|<\w+>))*+(?:\([\w.]++\))?"
ERROR = regex(rf"(?P<type>{_NAME})(?::(?:\s(?P<message>.*))?)?$", re.DOTALL)
_LEVEL = regex(rf"(?:{LEVELS})$")

CHAIN_LINES: dict[str, CauseKind] = {
    "The above exception was the direct cause of the following exception:": "cause",
    "During handling of the above exception, another exception occurred:": "context",
}
_BLANKS_AROUND_CHAIN_LINE = 3


def match_error(line: str) -> re.Match[str] | None:
    """The final line of a traceback: ``Type`` or ``Type: message``, and no log level."""
    match = ERROR.match(line)
    return None if match is None or _LEVEL.match(match["type"]) else match


_LIKELY = regex(
    r"(?:(?:[^\W\d]\w*\.)++\w*|[^\W\d]\w*)"
    r"(?:Error|Exception|Warning|Exit|Interrupt|Iteration|Group|Timeout|DoesNotExist|NotFound)"
    r"(?:\([\w.]++\))?(?::\s|$)"
)


def is_likely_error(line: str) -> bool:
    """Whether ``line`` is a final line even where no traceback stands before it, by its type's name."""
    return _LIKELY.match(line) is not None


def starts_section(line: str | None) -> bool:
    """Whether ``line`` may start a link of a chain: what is found after a chain line."""
    return line is not None and bool(
        HEADER.match(line)
        or GROUP_HEADER.match(line)
        or LOCATION.match(line)
        or REMOTE.match(line)
        or RAY_TASK.match(line)
        or is_likely_error(line)
        or ((match := match_error(line)) and match["message"])
    )


def skip_blank(lines: Lines) -> None:
    for _ in range(_BLANKS_AROUND_CHAIN_LINE):
        line = lines.line
        if line is None or line.strip():
            return
        lines.advance()


def read_chain_line(lines: Lines, *, framed: bool = False) -> CauseKind | None:
    """Pass the chain line and the blank lines around it, to the next link.

    ``None``, and no move, where no chain line stands or no link follows it. Behind a ``framed`` link, one
    with frames, the next may lack its header.
    """
    here = lines.mark()
    skip_blank(lines)
    line = (lines.line or "").strip()
    kind = CHAIN_LINES.get(line) or chain_kind(line)
    if kind is not None:
        lines.advance()
        skip_blank(lines)
        if starts_section(lines.line) or (framed and (lines.line or "").startswith('  File "')):
            return kind
    lines.reset(here)
    return None
