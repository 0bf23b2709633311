"""Frames as Apple's systems print them, and which of their modules are the system's own."""

from __future__ import annotations

from sys import intern

from ..._number import to_number
from ..._regex import regex
from ...model import Frame

FRAME = regex(
    r"\s*+(?P<id>\d{1,4}) ++(?P<module>[^\t ].{0,200}?)[ \t]++(?P<address>0x[0-9a-f]{6,16}) (?P<rest>\S.*)$"
)
"""``3   Shop            0x0000000100003f24 -[Cart total] + 84``, as ``backtrace_symbols`` writes it there."""
_OFFSET = regex(
    r"(?P<function>.+) \+ (?P<offset>\d{1,12})(?:"
    r" \((?P<file>[^():]+):(?P<line>\d{1,9})\))?\s*$"
)


def of_apple(line: str) -> Frame | None:
    """The frame that ``line`` shows; ``None`` where it shows none."""
    found = FRAME.match(line)
    if found is None:
        return None
    frame = Frame(id=found["id"], module=intern(found["module"]), address=to_number(found["address"][2:], 16))
    rest = found["rest"].rstrip()
    if named := _OFFSET.match(rest):
        rest = named["function"]
        frame.offset = to_number(named["offset"])
        if named["file"]:
            frame.file, frame.line = intern(named["file"]), to_number(named["line"])
    frame.function = intern(rest) if not rest.startswith("0x") and rest != "???" else None
    return frame
