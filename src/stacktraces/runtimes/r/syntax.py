"""The lines of R's errors."""

from __future__ import annotations

import re
from sys import intern

from ..._regex import regex
from ...log_records.records import starts_record
from ...model import Frame

HALTED = "Execution halted"
IN_ADDITION = "In addition: "
CALLS = "Calls: "
LONGEST_MESSAGE = 1 << 16
MOST_FRAMES = 1000

_NO_NAME = "<Anonymous>"
_LONGEST_CALL = 200
# Error in price(prices, sku) : m, and with the message on the next line.
_HEADER = regex(r"Error in (?P<call>.{1,500}?[(\[$`].{0,2000}?) : ?(?P<message>.*)\Z")
_HEADER_ALONE = regex(r"Error in (?P<call>.{1,500}?[(\[$`].{0,2000}) : ?(?P<message>)\Z")
# Error in `price()`: and Error in `price()` at orders.R:3:5:
_QUOTED = regex(
    r"(?:Error|Caused by error)(?: in `(?P<call>[^`]{1,500})`)?"
    r"(?: at (?P<file>\S.{0,500}?):(?P<line>\d{1,9})(?::(?P<column>\d{1,9}))?)?:\s*\Z"
)
_SHINY = regex(r"Warning: Error in (?P<call>[^\s:()]{1,200}): (?P<message>.*)\Z")
_CONDITION = regex(r"<(?P<type>\w{1,100}Error) in (?P<call>.{1,1000}?\)): (?P<message>.*)>\s*\Z")
_NAME = regex(r"(?P<name>(?:[\w.]{1,200}+:::?)?(?:`[^`]{1,200}`|[\w.@$]{1,200}+))\(")


def header_at(line: str) -> int:
    """Where R's words start on ``line``, at its start or behind a log record's own text; -1 for nowhere."""
    at = line.find("Error in ")
    if at <= 0:
        return at
    before = line[:at]
    return at if not before.strip() or starts_record(line) or before.endswith(": ") else -1


def match_header(text: str) -> re.Match[str] | None:
    """The call and the message of ``Error in CALL : MESSAGE``."""
    return _HEADER_ALONE.match(text) or _HEADER.match(text)


def match_quoted(text: str) -> re.Match[str] | None:
    """The call of the lines that rlang puts above a message."""
    return _QUOTED.match(text)


def match_shiny(text: str) -> re.Match[str] | None:
    """The call and the message of Shiny's line."""
    return _SHINY.match(text)


def match_condition(text: str) -> re.Match[str] | None:
    """The class, the call and the message of a condition that was printed."""
    return _CONDITION.match(text)


def is_header(line: str) -> bool:
    """Whether an error starts on ``line``, at its start."""
    return _HEADER.match(line) is not None or _QUOTED.match(line) is not None


def function_of(call: str) -> str:
    """The function that is called by ``call``, R code."""
    if found := _NAME.match(call):
        return intern(found["name"].strip("`"))
    if call.startswith(("(function", "function")):
        return _NO_NAME
    return call[:_LONGEST_CALL].strip("`")


def frames_of_calls(line: str) -> list[Frame]:
    """The frames of ``Calls: main -> total -> price``, innermost first."""
    names = line.removeprefix(CALLS).replace(" ... ", " -> ").split(" -> ")[:MOST_FRAMES]
    return [Frame(function=intern(each.strip()), id=number) for number, each in enumerate(reversed(names), 1)]
