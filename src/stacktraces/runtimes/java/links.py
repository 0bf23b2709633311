"""Lines between the frames of an exception: what was left out, and what joins another exception to it."""

from __future__ import annotations

import msgspec

from ..._regex import regex
from .frames import match_frame
from .headers import Likeness, match_header

MORE = regex(r"\s*+\.\.\. (?P<count>\d{1,9}) (?:more|common frames omitted)\b")
"""The enclosing exception has the same frames: the virtual machine's, and logback's words."""
OMITTED = regex(
    r"\s*+\.\.\.(?: (?:\d{1,9} (?:frames? )?(?:common frames omitted|truncated|excluded|omitted|skipped|more)"
    r"\b|suppressed \d{1,9} lines)|\s*$)|\s++Truncated\. see (?:the )?log file"
    r"|\s++(?:at )?[\b]*\(Coroutine (?:boundary|creation stacktrace)\b"
)
"""The same, and the words of logstash-logback-encoder and log4j for what a filter left out; also the marks
that kotlinx.coroutines sets between the stacks that it joins."""
CIRCULAR = regex(r"\s*+(?:Caused by: )?(?P<text>\[CIRCULAR REFERENCE: ?.*\])\s*$")
_LINK = regex(
    r"(?P<indent>\s*+)(?P<name>Caused?(?: [bB]y)?|Suppressed|Also|Wrapped by|Resulted in|Causing):"
    r"(?: {1,3}(?P<text>.*))?$"
)
_LINK_WITHOUT_COLON = regex(r"(?P<indent>\s*+)Caused by (?P<text>[\w$]++\.\S.*)$")
"""Firebase's spelling."""
_NAMES = {
    "Caused By": "Caused by",
    "Cause": "Caused by",
    "Also": "Suppressed",
    "Caused": "Wrapped by",
    "Causing": "Wrapped by",
    "Resulted in": "Wrapped by",
}
"""WebLogic's spelling, ScalaTest's, and Jenkins' word for a suppressed one; Jenkins, Dropwizard and JBoss
print the root first, and then what it caused."""


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
        found = _LINK_WITHOUT_COLON.match(line)
        if found is None or not names_error(found["text"]):
            return None
        return Link("Caused by", len(found["indent"]), found["text"])
    # The frames of Jenkins' suppressed one stand further in, its name does not.
    indent = len(found["indent"]) + (found["name"] == "Also")
    return Link(_NAMES.get(found["name"], found["name"]), indent, found["text"] or "")


def names_error(text: str) -> bool:
    """Whether ``text``, what follows ``Caused by:``, is sure to be an exception's header."""
    header = match_header(text)
    return header is not None and header.likeness >= Likeness.CLASS


def follows_message(line: str) -> bool:
    """Whether ``line`` is a frame, or says how many were left out."""
    return match_frame(line) is not None or (OMITTED.match(line) is not None and not line.endswith("..."))


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
