"""A run of frames: one stack of an error."""

from __future__ import annotations

from collections import deque
from copy import copy

from ..._number import to_number
from ..._regex import regex
from ...cursor import Cursor
from ...model import Frame
from .frames import FrameLine, match_frame, match_last_frame, match_name_alone, parse_place

FRAMES_KEPT = 1000
"""Frames kept of one stack: half of them its innermost, half its outermost."""
_HALF = FRAMES_KEPT // 2

_GAP = regex(
    r"[ \t]*+(?:\.\.\. (?P<count>\d{1,9}) lines matching cause stack trace \.\.\."
    r"|\[\.\.\. lines matching original stack trace \.\.\.\])$"
)
_COLLAPSED = regex(
    r"[ \t]*+\.\.\. collapsed \d{1,9} duplicate lines matching above (?P<lines>\d{1,4}) lines? "
    r"(?P<times>\d{1,9}) times\.\.\.$"
)
"""Node 24 prints a recursion's frames twice and says how often they repeat."""
_JOINT = regex(r"\s*+(?:From previous event:|-{10,}+)\s*$")
"""Libraries print it between the stack of a callback and that of what asked for the call."""
_MAPPED = regex(r"\s++-> (?P<place>\S.*)$")
"""Node 12 to 14 print the place in the source below that in what was made of it."""


class Stack:
    """The frames of one run, innermost first."""

    def __init__(self, indent: int) -> None:
        self.indent = indent
        """The column at which ``at`` stands."""
        self.opens = False
        """The properties of the error follow."""
        self.separated = False
        """Another value follows."""
        self.ended = False
        """Other text follows in the line of the last frame."""
        self._count = 0
        self._innermost: list[Frame] = []
        self._outermost: deque[Frame] = deque(maxlen=_HALF)
        self._gaps: list[tuple[int, int | None]] = []

    @property
    def dropped(self) -> int:
        """How many frames in the middle were not kept."""
        return self._count - len(self._innermost) - len(self._outermost)

    @property
    def has_gaps(self) -> bool:
        """Frames are left out that another stack has too, and were not filled in."""
        return bool(self._gaps)

    def frames(self) -> list[Frame]:
        """The frames kept."""
        return [*self._innermost, *self._outermost]

    def add(self, line: FrameLine) -> None:
        """Take a frame, the next one further out."""
        self._count += 1
        (self._innermost if self._count <= _HALF else self._outermost).append(line.frame())
        self.opens, self.separated = line.opens, line.separated

    def add_gap(self, count: int | None) -> None:
        """Note that ``count`` frames are left out here, ``None`` for a number that is not told."""
        if self._count < _HALF:
            self._gaps.append((self._count, count))

    def repeat(self, lines: int, times: int) -> None:
        """Take the last ``lines`` frames ``times`` more times."""
        kept = self.frames()[-lines:]
        again = min(times, 2 * FRAMES_KEPT // max(len(kept), 1))
        for frame in kept * again:
            self._count += 1
            (self._innermost if self._count <= _HALF else self._outermost).append(copy(frame))
        self._count += (times - again) * len(kept)

    def map_last(self, place: str) -> None:
        """Give the last frame the place in its source."""
        mapped = parse_place(place)
        if mapped is not None and mapped.file is not None:
            frame = (self._outermost or self._innermost)[-1]
            frame.file, frame.line, frame.column = mapped.file, mapped.line, mapped.column

    def fill(self, source: list[Frame]) -> None:
        """Put in the frames left out because ``source``, innermost first, has them too."""
        unfilled = []
        for at, count in reversed(self._gaps):
            found = _between(source, self._innermost, at, count)
            if found is None:
                unfilled.append((at, count))
            else:
                self._innermost[at:at] = found
                self._count += len(found)
        self._gaps = unfilled


def _between(source: list[Frame], frames: list[Frame], at: int, count: int | None) -> list[Frame] | None:
    """What stands in ``source`` between the frames before and after index ``at``, ``count`` frames apart."""
    if not 0 < at < len(frames):
        return None
    before, after = frames[at - 1], frames[at]
    for start, frame in enumerate(source):
        if frame != before:
            continue
        if count is None:
            rest = source[start + 1 :]
            return rest[: rest.index(after)] if after in rest else None
        end = start + 1 + count
        if end < len(source) and source[end] == after:
            return source[start + 1 : end]
    return None


def read_stack(cursor: Cursor) -> Stack | None:
    """The frames from the cursor's line on, which stand in one column; ``None`` where there is none.

    Leaves the cursor on the first line that is not of the stack.
    """
    first = match_frame(cursor.line or "")
    if first is None:
        return None
    stack = Stack(first.indent)
    stack.add(first)
    cursor.advance()
    while not (stack.opens or stack.separated or stack.ended) and (line := cursor.line) is not None:
        if not _take(stack, line, cursor):
            break
        cursor.advance()
    return stack


def _take(stack: Stack, line: str, cursor: Cursor) -> bool:
    found = match_frame(line) or match_name_alone(line)
    if found is not None:
        # Jest indents the engine's frames deeper.
        if found.indent != stack.indent and (found.indent < stack.indent or found.place.file is not None):
            return False
        stack.add(found)
    elif (found := match_last_frame(line)) is not None:
        if found.indent != stack.indent:
            return False
        stack.add(found)
        stack.ended = True
    elif match := _GAP.match(line):
        stack.add_gap(to_number(match["count"]) if match["count"] else None)
    elif match := _COLLAPSED.match(line):
        stack.repeat(to_number(match["lines"]), to_number(match["times"]))
    elif match := _MAPPED.match(line):
        stack.map_last(match["place"])
    else:
        return _JOINT.match(line) is not None and match_frame(cursor.peek() or "") is not None
    return True
