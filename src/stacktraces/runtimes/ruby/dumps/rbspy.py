"""What ``rbspy snapshot`` prints: the stack of a Ruby process, the innermost call first.

===========  ====================================================
line         sample
===========  ====================================================
call         ``pick - /srv/orchard/app.rb:9``
call of C    ``sleep [c function] - (unknown):0``
===========  ====================================================

Written from the documentation of rbspy.
"""

from __future__ import annotations

from sys import intern

from ...._number import to_number
from ...._regex import regex
from ....cursor import Cursor
from ....model import Frame, Process, Snapshot, Thread
from ... import Format

NAME = "rbspy"
_CALL = regex(
    r"\s{0,8}(?P<function>(?!\d)\S[^\n]{0,300}?)(?P<c> \[c function\])? - "
    r"(?P<file>\(unknown\)|\S[^\n:]{0,400}\.rb|<internal:[\w/]{1,80}>|\S{1,400}):(?P<line>\d{1,9})\s*"
)
_FEWEST = 2


def read(cursor: Cursor) -> Snapshot | None:
    """The stack that the cursor's line is a call of; see :class:`Format`."""
    while _CALL.fullmatch(cursor.line or ""):
        if not cursor.back():
            break
    if _CALL.fullmatch(cursor.line or "") is None:
        cursor.advance()
    frames: list[Frame] = []
    calls_c = False
    while (found := _CALL.fullmatch(cursor.line or "")) is not None:
        known = found["file"] != "(unknown)"
        calls_c = calls_c or found["c"] is not None
        frames.append(
            Frame(
                function=intern(found["function"]),
                file=intern(found["file"]) if known else None,
                line=to_number(found["line"]) if known and found["line"] != "0" else None,
            )
        )
        cursor.advance()
    # Lines of a log may end alike: a stack of Ruby begins with the program or a block, or calls C.
    certain = calls_c or (frames and (frames[-1].function or "").startswith(("<main>", "<top ", "block ")))
    if len(frames) < _FEWEST or not certain:
        return None
    return Snapshot(format=NAME, processes=[Process(threads=[Thread(id="1", frames=frames)])])


FORMAT = Format(
    name=NAME, title="rbspy snapshot", anchors=(b" [c function] - ", b".rb:"), read=read, precedence=-5
)
