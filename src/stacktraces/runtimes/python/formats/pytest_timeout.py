"""What pytest-timeout prints with its method ``thread``, before it ends the run: the stacks of all threads.

=========  ================================================  =============================
line       sample                                            what comes next
=========  ================================================  =============================
start      ``test_slow.py ++++++++ Timeout ++++++++``        captured output, thread
output     ``~~~~~~ Captured stdout ~~~~~~``                 its lines, thread
thread     ``~~~~~~ Stack of MainThread (1403479) ~~~~~~``   frame
frame      ``  File "/srv/app/test_slow.py", line 3, in f``  source, frame, thread, end
end        ``++++++++ Timeout ++++++++``
=========  ================================================  =============================

The frames are those of the main thread, in which tests run.
"""

from __future__ import annotations

from ...._regex import regex
from ....cursor import Cursor
from ....model import Error, Origin, RelatedStack, Trace
from ..frames import read_frames
from ..lines import CursorLines

NAME = "pytest_timeout"

_RULER = regex(r"(?P<test>[^+]{0,400}?) ?\+{3,} Timeout \+{3,}\s*$")
_THREAD = regex(r"~{3,} (?P<title>Stack of (?P<name>.{1,200}) \(\d+\)) ~{3,}\s*$")
_MAIN = "MainThread"
_TYPE = "Timeout"
_OUTPUT_LINES = 10_000
_MOST_THREADS = 1000


def read(cursor: Cursor) -> Trace | None:
    """The stacks whose first ruler the cursor is on; see :data:`stacktraces.runtimes.Reader`."""
    ruler = _RULER.match(cursor.line or "")
    if ruler is None:
        return None
    origin = Origin(offset=cursor.offset)
    cursor.advance()
    if not _pass_output(cursor):
        return None
    stacks: list[tuple[str, RelatedStack]] = []
    while (thread := _THREAD.match(cursor.line or "")) is not None and len(stacks) < _MOST_THREADS:
        cursor.advance()
        frames = read_frames(CursorLines(cursor, "")).innermost_first()
        stacks.append((thread["name"], RelatedStack(title=thread["title"], frames=frames)))
    if _RULER.match(cursor.line or ""):
        cursor.advance()
    own = next((number for number, (name, _) in enumerate(stacks) if name == _MAIN), 0)
    error = Error(type=_TYPE, frames=stacks[own][1].frames)
    error.related = [stack for number, (_, stack) in enumerate(stacks) if number != own]
    preamble = [ruler["test"]] if ruler["test"] else []
    return Trace(error=error, format=NAME, origin=origin, preamble=preamble)


def _pass_output(cursor: Cursor) -> bool:
    """Go to the first thread, behind what the test printed; whether there is one."""
    for _ in range(_OUTPUT_LINES):
        line = cursor.line
        if line is None or _RULER.match(line):
            return False
        if _THREAD.match(line):
            return True
        cursor.advance()
    return False
