"""The lines that say why a Swift program ended."""

from __future__ import annotations

import re

from ..._regex import regex

_KINDS = r"(?P<type>Fatal error|Precondition failed|Assertion failed)"
# Shop/Orders.swift:12: Fatal error: no price for plum
_FATAL = regex(
    rf"(?:.{{0,300}}?\s)?(?P<file>[^\s:][^:\n]{{0,500}}?\.swift):(?P<line>\d{{1,9}}): "
    rf"{_KINDS}(?:: (?P<message>.*))?\Z"
)
# Fatal error: no price for plum: file Shop/Orders.swift, line 12
_FATAL_BEFORE = regex(
    rf"(?:.{{0,300}}?\s)?{_KINDS}(?:: (?P<message>.*))?"
    r": file (?P<file>\S.{0,500}?\.swift), line (?P<line>\d{1,9})\s*\Z"
)
_REASON = regex(r"\W{0,8}Program crashed: (?P<reason>\S.{0,500}?)(?: \*\*\*)?\s*\Z")
_FAILURE = regex(r"\*\*\* (?P<type>Swift runtime failure): (?P<message>.*?)(?: \*\*\*)?(?:(?<!\s)\s*|)\Z")
_AT = regex(r" at 0x[0-9a-f]{1,16}(?: .*)?\Z")
_SIGNAL = regex(r"Signal \d")


def match_fatal(line: str) -> re.Match[str] | None:
    """The type, message, file and line of a fatal error."""
    return _FATAL.match(line) or _FATAL_BEFORE.match(line)


def match_reason(line: str) -> str | None:
    """Why the program crashed, as the first line of a report says it; ``None`` for another line."""
    found = _REASON.match(line)
    if found is None or _SIGNAL.match(found["reason"]):
        return None
    reason: str = found["reason"]
    return reason


def match_failure(line: str) -> re.Match[str] | None:
    """The type and message of a failure of an optimised program."""
    return _FAILURE.match(line)


def kind_of(reason: str) -> str:
    """``reason`` without the address."""
    return _AT.sub("", reason)
