"""The lines that Lua prints, each by the pattern that tells it.

===========  ==================================================================================
line         sample
===========  ==================================================================================
header       ``lua5.4: shop.lua:3: attempt to index a nil value``; without the program in a log
heading      ``stack traceback:``
coroutine    ``coroutine 0:``, in OpenResty
frame        ``<TAB>shop.lua:4: in upvalue 'total'``, ``<TAB>[C]: in ?``, LuaJIT's ``[C]: at 0x5559``
tail call    ``<TAB>(...tail calls...)``
levels       ``<TAB>...<TAB>(skipping 499972 levels)``, before 5.4 ``<TAB>...``
===========  ==================================================================================
"""

from __future__ import annotations

from sys import intern

from ..._number import to_number
from ..._regex import regex
from ...model import Frame

HEADING = "stack traceback:"
_KINDS = "function|method|upvalue|local|field|global|metamethod|hook|constant|for iterator"
_FILE = r"\[C\]|\[string \".{0,200}?\"\]|\[builtin[^\]\n]{0,100}+\]|[^\s\[].{0,1000}?"
_FUNCTION = (
    rf"in (?:(?:{_KINDS}) (?:'(?P<name>[^'\n]{{1,500}}+)'|(?P<anonymous><[^>\n]{{1,1000}}+>))"
    r"|(?P<main>main chunk)|\?)|at (?P<address>0x[0-9a-f]++)|\?"
)
_FRAME = regex(
    rf"\s{{1,16}}+(?P<file>{_FILE})(?::(?P<line>\d{{1,9}}+))?: (?:{_FUNCTION})"
    r"(?P<rest>(?:,| while |'|\").*)?\Z"
)
FRAME_WITHIN = regex(
    r"(?<!\S)(?P<file>\[C\]|\[string \"[^\"\n]{0,200}+\"\]|\S{1,1000}?)(?::(?P<line>\d{1,9}+))?: "
    rf"(?:in (?:(?:{_KINDS}) (?:'(?P<name>[^'\n]{{1,500}}+)'|(?P<anonymous><[^>\n]{{1,1000}}+>))"
    r"|(?P<main>main chunk)|\?(?!\S))|at (?P<address>0x[0-9a-f]++))"
)
"""A frame in the midst of a line, for logs that have no line ends."""
TAIL_CALL = regex(r"\s{1,16}+\((?:tail call\): \?|\.\.\.tail calls\.\.\.\))\s*\Z")
LEVELS = regex(r"\s{1,16}+\.\.\.(?:\s++\(skipping (?P<count>\d{1,9}+) levels\))?\s*\Z")
COROUTINE = regex(r"\s*+(?P<title>coroutine \d{1,6}+):\s*\Z")
PROGRAM = regex(r"(?:false\t)?(?:(?P<program>[^\s:]{0,500}lua[^\s:/]{0,20}+): )?+(?P<message>.*)\Z")
PLACE = regex(
    r"(?P<file>\[string \".{0,200}?\"\]|[^\s:\[](?:[^:\n]|:(?!\d)){0,1000}+):(?P<line>\d{1,9}+): "
    r"(?P<message>.*)\Z"
)
PLACE_WITHIN = regex(
    r"(?<![^\s'\"(=])(?:\[string \"|[^\s:'\"]{0,1000}?\.lua:\d|\w{1,40}_by_lua\w{0,40}\([^)\n]{1,500}+\):\d)"
)
NGINX = regex(r"\d{4}/\d\d/\d\d \d\d:\d\d:\d\d \[\w++\] \d++#\d++:(?: \*\d++)? (?P<message>.*)\Z")
ABORTED = regex(
    r"(?:lua [\w ]{1,60}? aborted: |\w_by_lua\w{0,40} )[\w ]{0,40}?error: "
    r"|\[lua\] [^\s:]++:\d++: (?:[\w.:<>]++\(\): )?"
)
_REST = "rest"


def match_frame(line: str) -> tuple[Frame, bool] | None:
    """The frame on ``line``, and whether the record of a log goes on behind it on the same line."""
    found = _FRAME.match(line)
    if found is None or TAIL_CALL.match(line):
        return None
    return frame_from(found.groupdict()), found[_REST] is not None


def frame_from(found: dict[str, str | None]) -> Frame:
    """The frame of the groups that a pattern found."""
    line, address = found["line"], found["address"]
    name = found["name"] or found["main"] or (found["anonymous"] and f"function {found['anonymous']}")
    return Frame(
        function=intern(name) if name else None,
        file=intern(found["file"] or ""),
        line=to_number(line) if line else None,
        address=to_number(address, 16) if address else None,
    )
