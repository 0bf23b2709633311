"""The parts of an exception while they are read: a message of many lines, a stack of many frames."""

from __future__ import annotations

from collections import deque

from ...model import Frame
from .frames import FRAMES_KEPT

MESSAGE_KEPT = 1 << 16
"""Characters kept of one message."""


class Stack:
    """Frames, innermost first: the first and the last ones where there are too many."""

    def __init__(self) -> None:
        self.count = 0
        self._inner: list[Frame] = []
        self._outer: deque[Frame] = deque(maxlen=FRAMES_KEPT // 2)

    def add(self, frame: Frame) -> None:
        self.count += 1
        if len(self._inner) < FRAMES_KEPT // 2:
            self._inner.append(frame)
        else:
            self._outer.append(frame)

    @property
    def frames(self) -> list[Frame]:
        return [*self._inner, *self._outer]

    @property
    def dropped(self) -> int:
        return self.count - len(self._inner) - len(self._outer)


class Message:
    """The lines of a message, as many as are kept."""

    def __init__(self, first: str | None) -> None:
        self.cut = False
        self._lines: list[str] = []
        self._size = 0
        self._ended = False
        if first is not None:
            self.add([first])

    @property
    def first(self) -> str:
        """Its first line."""
        return self._lines[0] if self._lines else ""

    def add(self, lines: list[str]) -> None:
        """Add lines, unless the message has ended."""
        for line in lines:
            if self.cut or self._ended:
                return
            room = MESSAGE_KEPT - self._size
            self.cut = len(line) > room
            self._lines.append(line[:room])
            self._size += len(line) + 1

    def end(self, kept: int) -> None:
        """End it after ``kept`` characters of its last line."""
        self._lines[-1:] = [line[:kept] for line in self._lines[-1:]]
        self._ended = True

    def text(self) -> str | None:
        """The message; ``None`` where nothing was printed."""
        text = "\n".join(self._lines)
        if self._ended:
            return text.strip() or None
        return text.rstrip("\n") if self._lines else None
