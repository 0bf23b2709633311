"""Lines between the frames of an exception: what was left out, and what joins another exception to it."""

from __future__ import annotations

import msgspec

from ..._regex import regex
from .frames import match_frame
from .headers import Likeness, match_header

MORE = regex(r"\s*+\.\.\. (?P<count>\d{1,9}) (?:more|common frames omitted)\b")
"""The enclosing exception has the same frames: the virtual machine's, and logback's words."""
OMITTED = regex(
    r"\s*+\.\.\. (?:\d{1,9} (?:frames? )?(?:common frames omitted|truncated|excluded|omitted|skipped|more)\b"
    r"|suppressed \d{1,9} lines)|\s++Truncated\. see (?:the )?log file"
    r"|\s++(?:at )?[\b]*\(Coroutine (?:boundary|creation stacktrace)\b"
)
"""The same, and the words of logstash-logback-encoder and log4j for what a filter left out; also the marks
that kotlinx.coroutines sets between the stacks that it joins."""
CIRCULAR = regex(r"\s*+(?:Caused by: )?(?P<text>\[CIRCULAR REFERENCE: ?.*\])\s*$")
_LINK = regex(r"(?P<indent>\s*+)(?P<name>Caused(?: [bB]y)?|Suppressed|Wrapped by):(?: (?P<text>.*))?$")
_NAMES = {"Caused By": "Caused by", "Caused": "Wrapped by"}
"""WebLogic's spelling; Jenkins prints the root first, and then what it caused."""


class Link(msgspec.Struct, frozen=True):
    """A line that joins an exception to another one."""

    name: str
    indent: int
    text: str
    """The header; "" where it stands on the next line (Gradle)."""


def match_link(line: str) -> Link | None:
    """The link that ``line`` is; ``None`` for any other."""
    found = _LINK.match(line)
    if found is None:
        return None
    return Link(_NAMES.get(found["name"], found["name"]), len(found["indent"]), found["text"] or "")


def names_error(text: str) -> bool:
    """Whether ``text``, what follows ``Caused by:``, is sure to be an exception's header."""
    header = match_header(text)
    return header is not None and header.likeness >= Likeness.CLASS


def follows_message(line: str) -> bool:
    """Whether ``line`` is a frame, or says how many were left out."""
    return match_frame(line) is not None or OMITTED.match(line) is not None


def is_class_header(line: str) -> bool:
    """Whether ``line``, which stands right before frames, is their header: a class of some package."""
    header = match_header(line)
    return header is not None and header.likeness >= Likeness.CLASS


def starts_error(line: str) -> bool:
    """Whether ``line`` starts another exception, or joins it to the one before."""
    link = match_link(line)
    if link is not None:
        return not link.text or match_header(link.text) is not None
    header = match_header(line.strip())
    return header is not None and header.likeness >= Likeness.NAMED
