"""The lines that Perl and its modules print, each by the pattern that tells it.

===========  =======================================================================
line         sample
===========  =======================================================================
header       ``no sku plum at shop.pl line 4, <$f> line 1.``
call         ``<TAB>Shop::price(Shop=HASH(0x55ce), "plum") called at shop.pl line 5``
propagated   ``<TAB>...propagated at shop.pl line 9.``
begun        ``Trace begun at shop.pl line 8``, of Devel::StackTrace
===========  =======================================================================

A call's place is that of the caller: the function runs at the place of the line before.
"""

from __future__ import annotations

from sys import intern

import msgspec

from ..._number import to_number
from ..._regex import regex
from ...model import Frame

_AT = " at "
_MOST_AT = 4
_PLACE = regex(
    r"(?P<file>[^\s\"'].{0,500}?) line (?P<line>\d{1,9}+)(?: thread \d++)?"
    r"(?P<handle>, <[^>]{0,100}+> (?:line|chunk) \d++)?"
    r"(?P<rest>\.?(?:, (?:near|at) .*|\.?\"| in \S++ l\. \d++|: /\S++)?)\s*\Z"
)
_CALLED = " called at "
_CALL_PLACE = regex(r"(?P<file>\S[^\n]{0,500}?) line (?P<line>\d{1,9}+)(?: thread \d++)?\.?\s*\Z")
_CALL = regex(
    r"(?P<margin>\s*+)(?:(?P<name>[\w:']{1,500}+(?:\[[^\]\n]{1,500}+\])?)\((?P<args>.*)\)"
    r"|(?P<block>eval \{\.\.\.\}|eval '.*'|eval \".*\"|require \S++|[\w:']*BEGIN \{\.\.\.\}))\Z"
)
PROPAGATED = regex(
    r"\s++(?P<text>\.\.\.propagated at \S.{0,500}? line \d++(?:, <.{0,100}> \w++ \d++)?\.?)\s*\Z"
)
BEGUN = regex(r"\s*+Trace begun at (?P<file>\S.{0,500}?) line (?P<line>\d{1,9}+)\s*\Z")
# Methods that Moose makes have the place where they were declared.
_GENERATED = regex(
    r"(?P<message>.*) at \w{1,20} [\w:]{1,300} \(defined at (?P<file>\S.{0,500}?) line (?P<line>\d{1,9})\)"
    r" line \d{1,9}\.?\s*\Z"
)
SCRIPT = regex(r".*\.(?:pl|pm|cgi|psgi|t|fcgi|plx)\Z|-e\Z|\(eval \d++\)")


class Header(msgspec.Struct):
    """An error's text and place."""

    message: str
    place: Frame
    handle: bool = False
    """The file handle that was read last is named."""


def match_header(line: str) -> Header | None:
    """The header that ``line`` is or ends with."""
    if "(defined at " in line and (made := _GENERATED.match(line)) is not None:
        return Header(made["message"], place(made["file"], made["line"]))
    end = len(line)
    for _ in range(_MOST_AT):
        at = line.rfind(_AT, 0, end)
        if at < 0:
            return None
        if found := _PLACE.match(line, at + len(_AT)):
            message = line[:at]
            if found["rest"].startswith(", "):
                message += found["rest"]
            elif found["rest"].endswith('"'):
                message = message.partition('"')[2] or message
            return Header(message, place(found["file"], found["line"]), found["handle"] is not None)
        end = at
    return None


def place(file: str, line: str) -> Frame:
    """A frame of a place alone."""
    return Frame(file=intern(file), line=to_number(line))


class Call(msgspec.Struct):
    """One line of a stack: a function, and from where it was called."""

    function: str
    args: str | None
    caller: Frame


def match_call(line: str) -> Call | None:
    """The line of a stack on ``line``."""
    before, called, behind = line.rpartition(_CALLED)
    if not called:
        return None
    found, caller = _CALL.match(before), _CALL_PLACE.match(behind)
    if found is None or caller is None:
        return None
    name = found["name"]
    if name is not None and not found["margin"] and "::" not in name:
        return None
    return Call(intern(name or found["block"]), found["args"], place(caller["file"], caller["line"]))
