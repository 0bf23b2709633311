"""The frames of a Python traceback.

=====================  ==========================================  =================================
line                   sample                                      what may come next
=====================  ==========================================  =================================
frame                  ``  File "/srv/app.py", line 3, in f``      source, locals, frame, repeat, end
location (no name)     ``  File "/srv/app.py", line 3``            source, caret, end (SyntaxError)
source                 ``    return 1 / n``                        caret, source, locals, frame, …
caret (3.11 on)        ``           ~~^~~``                        source, locals, frame, …
elision (3.13 on)      ``    ...<3 lines>...``                     source
local                  ``    n = 0``                               local, frame, repeat, end
repeat                 ``  [Previous line repeated 7 more times]`` frame, end
Twisted's mark         ``--- <exception caught here> ---``         frame
Loguru's catch         ``> File "/srv/app.py", line 3, in f``      as a frame
Loguru's value         ``    │   └ 'durian'``                      value, blank, frame, …
IPython's plain frame  ``  File /srv/app.py:3 in f``               as a frame
IPython's plain cell   ``  Cell In[2], line 2 in g``               as a frame
=====================  ==========================================  =================================

Any other line ends the frames. Loguru's diagnosis sets blank lines around frames, and marks under a
source line which name has which value.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator

import msgspec

from ..._number import to_number
from ..._regex import regex
from ...model import Frame
from .lines import Lines

FRAME = regex(r'[ >] File "(?P<file>.*)", line(?:no)? (?P<line>\d+|None|\?+)(?:, in (?P<function>.*))?$')
_IPYTHON_FRAME = regex(
    r"  (?:File (?P<file>[^\"].*?):(?P<line>\d+)|(?P<cell>Cell In ?\[\d+\]), line (?P<cell_line>\d+))"
    r"(?: in (?P<function>\S.*))?$"
)
REPEATED = regex(r"  \[Previous line repeated (\d+) more times?\]$")
CARETS = regex(r"\s+[~^][~^ ]*$")
_LOST_CARETS = regex(r"[~^]{1,400}$")
"""What is printed of a frame of tblib, which knows no columns."""
_VALUE = regex(r"(?P<column>    [ │]*)└ (?P<value>.*)$")
_NAME_AT = regex(r"[^\W\d][\w.]*")
LOCAL = regex(r"    (?P<name>[^\W\d]\w*) = (?P<value>.*)$")
TWISTED_MARK = "--- <exception caught here> ---"
BODY = "    "
_GLUED = regex(r' {6,1000}(?=  File "[^"]{1,1000}", line \d{1,9}, in [\w<>.]{1,400}$)')

_TABBED = regex(r"\t(?!at )\s*\S")
"""A source line in a copy whose indentation became tabs; a frame of Java's is none."""

FRAMES_KEPT = 10_000
"""Frames kept of one stack; of a deeper one, the outermost and the innermost half of these."""
BODY_KEPT = 1_000
"""Source lines and locals kept of one frame."""


class Stack:
    """Frames in the order they are printed, outermost first; the middle of a huge stack is dropped."""

    def __init__(self) -> None:
        self.count = 0
        self._outer: list[Frame] = []
        self._inner: deque[Frame] = deque(maxlen=FRAMES_KEPT // 2)

    def add(self, frame: Frame) -> None:
        self.count += 1
        if len(self._outer) < FRAMES_KEPT // 2:
            self._outer.append(frame)
        else:
            self._inner.append(frame)

    def extend(self, frames: list[Frame]) -> None:
        """Add frames, outermost first."""
        if self.count + len(frames) > FRAMES_KEPT // 2:
            for frame in frames:
                self.add(frame)
        else:
            self.count += len(frames)
            self._outer += frames

    def repeat(self, times: int) -> None:
        """The last frame again, ``times`` more."""
        last = self.last
        if last is None:
            return
        for _ in range(min(times, FRAMES_KEPT)):
            self.add(msgspec.structs.replace(last))
        self.count += max(times - FRAMES_KEPT, 0)

    @property
    def last(self) -> Frame | None:
        return self._inner[-1] if self._inner else self._outer[-1] if self._outer else None

    @property
    def outermost(self) -> Frame | None:
        return self._outer[0] if self._outer else None

    @property
    def has_source(self) -> bool:
        """Any of the frames that could have a source line has one."""
        return any(frame.source for frame in self._outer)

    @property
    def dropped(self) -> int:
        return self.count - len(self._outer) - len(self._inner)

    def innermost_first(self) -> list[Frame]:
        return [*reversed(self._inner), *reversed(self._outer)]


def match_frame(line: str) -> Frame | None:
    """The frame that ``line`` opens."""
    if match := FRAME.match(line):
        number = to_number(match["line"]) if match["line"].isdecimal() else None
        return Frame(function=match["function"], file=match["file"], line=number)
    if line.startswith(("  File ", "  Cell ")) and (match := _IPYTHON_FRAME.match(line)):
        file, number = match["file"] or match["cell"], to_number(match["line"] or match["cell_line"])
        return Frame(function=match["function"], file=file, line=number)
    return None


def read_frames(lines: Lines) -> Stack:
    """The frames from the current line on; leaves ``lines`` at the first line that is no frame's."""
    stack = Stack()
    spaced = False
    while True:
        stack.extend(lines.plain_frames())
        line = lines.line
        if line is None:
            break
        if frame := match_frame(line):
            lines.advance()
            for each, body in _unglued(frame, _read_body(lines)):
                _fill(each, body)
                stack.add(each)
        elif match := REPEATED.match(line):
            stack.repeat(to_number(match[1][:9]))
            lines.advance()
        elif line == TWISTED_MARK or (stack.count and _LOST_CARETS.match(line)):
            lines.advance()
        elif not line and (spaced or _frame_follows(lines)):
            spaced = True
            lines.advance()
        else:
            break
    return stack


def _frame_follows(lines: Lines) -> bool:
    here = lines.mark()
    lines.advance()
    line = lines.line
    lines.reset(here)
    return line is not None and FRAME.match(line) is not None


def _read_body(lines: Lines) -> list[str]:
    body: list[str] = []
    while (line := lines.line) is not None:
        if not line.startswith(BODY) and (line.strip() or not _goes_on_after_blank(lines)):
            if not _TABBED.match(line):
                break
            line = line.replace("\t", BODY)
        if len(body) < BODY_KEPT:
            body.append(line)
        lines.advance()
    return body


def _goes_on_after_blank(lines: Lines) -> bool:
    """3.13 prints an empty line of a multi-line statement without its indentation."""
    here = lines.mark()
    lines.advance()
    line = lines.line
    lines.reset(here)
    return line is not None and line.startswith(BODY) and bool(line.strip())


def _unglued(frame: Frame, body: list[str]) -> Iterator[tuple[Frame, list[str]]]:
    """``frame`` with its ``body``, and those frames that stand behind a line of it.

    A terminal's screen loses the end of a line that is as wide as it.
    """
    start = 0
    for number, line in enumerate(body):
        blanks = _GLUED.search(line, len(BODY)) if '      File "' in line else None
        if blanks is None or (further := match_frame(line[blanks.end() :])) is None:
            continue
        yield frame, [*body[start:number], line[: blanks.start()]]
        frame, start = further, number + 1
    yield frame, body[start:]


def _fill(frame: Frame, body: list[str]) -> None:
    first_local = _first_local(frame, body)
    source: list[str] = []
    values: dict[str, str] = {}
    for line in body[:first_local]:
        if "└" in line and (match := _VALUE.match(line)):
            name = _NAME_AT.match(source[-1], len(match["column"])) if source else None
            values[name[0] if name else match["value"]] = match["value"]
        elif not CARETS.match(line) and not (source and not line.strip(" │")):
            source.append(line.rstrip())
    if source:
        frame.source = "\n".join(line[len(BODY) :] for line in source).lstrip()
    for line in body[first_local:]:
        if match := LOCAL.match(line):
            values[match["name"]] = match["value"]
    frame.locals = values or None


def _first_local(frame: Frame, body: list[str]) -> int:
    """Where in ``body`` the locals start: they stand at its end, all alike, after any source and caret.

    A file named ``<…>`` has no source to print.
    """
    lowest = 0 if frame.file is not None and frame.file.startswith("<") else 1
    first = len(body)
    while first > lowest and LOCAL.match(body[first - 1]):
        first -= 1
    return first
