"""What stands below the exception in Minecraft's crash reports: parts of its stack, by what the game did.

=========================================================  ============================================
line                                                       what comes next
=========================================================  ============================================
``A detailed walkthrough of the error, its code path …``   the sections
``-- Head --``                                             what is known, its part of the stack
``Thread: Server thread``, ``Details:``, ``\\tEntity: x``   the same
``Stacktrace:``                                            frames
any other                                                  the end
=========================================================  ============================================
"""

from __future__ import annotations

from ..._regex import regex
from ...model import Error, RelatedStack
from .frames import read_frame
from .lines import TraceLines

_WALKTHROUGH = "A detailed walkthrough of the error, "
_SECTION = regex(r"-- (?P<title>\S.{0,200}) --\s*$")
_DETAIL = regex(r"\t|\s*$|-{20}|Details:|Stacktrace:|Thread: |Mixins in Stacktrace|[A-Z][\w '()-]{0,80}: ")
_STACKS_KEPT = 100
_LINES = 20_000


def read_walkthrough(lines: TraceLines, error: Error) -> None:
    """Take the sections that follow on the current line, if they do: stacks that are related to ``error``."""
    here = lines.mark()
    while lines.line is not None and not lines.line.strip():
        lines.advance()
    if not (lines.line or "").startswith(_WALKTHROUGH):
        lines.reset(here)
        return
    title, stack = "", RelatedStack("")
    for _ in range(_LINES):
        lines.advance()
        line = lines.line
        if line is None:
            return
        if (frame := read_frame(line)) is not None:
            if not stack.frames and len(error.related) < _STACKS_KEPT:
                error.related.append(stack)
            stack.frames.append(frame)
        elif found := _SECTION.match(line):
            title, stack = found["title"], RelatedStack(found["title"])
        elif _DETAIL.match(line) is None:
            return
        elif line.startswith("Stacktrace:"):
            stack = RelatedStack(title)
