"""A traceback longer than is read at once: its outermost and innermost frames and its error are read.

What stands between is passed over and counted, in memory that does not grow with it.
"""

from __future__ import annotations

from ..._regex import regex
from ...cursor import Cursor
from ...model import Frame, Trace
from .frames import FRAMES_KEPT
from .messages import ENDS_EARLY, LEFT_OUT
from .reader import BLANK_START, read

TAIL = 1 << 20
"""Bytes of the innermost frames that are kept until the error comes; at most twice as many."""
_KEPT = FRAMES_KEPT // 2
_HEADER = b"Traceback (most recent call last):\n"
_FRAME = b'\n  File "'
_STACK = regex(rb"(?:  [^\n]*+\n|\r?\n(?=    [^ \r\n]))*+")


class LongTrace:
    """A trace whose text goes on as frames where reading had to end."""

    def __init__(self, trace: Trace, data: bytes, start: int, end: int) -> None:
        """``trace`` was read from ``start`` of ``data``; the line at ``end`` was not read whole."""
        self.trace = trace
        """Complete when :attr:`done` is set."""
        self.done = False
        header = max(data.rfind(b"\n" + _HEADER, start, end) + 1, start)
        body = data.find(b"\n", header, end) + 1
        frame = data.find(_FRAME, max(end - TAIL, body - 1), end)
        tail = frame + 1 if frame >= 0 else end
        outer = _frames_in(data[body:tail])
        self._head: list[Frame] = trace.error.frames[::-1][: min(outer, _KEPT)]
        self._count = outer + _frames_in(data[tail:end])
        self._tail = data[tail:end]
        self._before = data[data.rfind(b"\n", 0, max(start - 1, 0)) + 1 : start]
        if start > BLANK_START and not self._before.strip():
            self._before = b" " * BLANK_START + b"\n"

    def go_on(self, data: bytes, at: int, stop: int, *, final: bool) -> int:
        """Take what stands from ``at`` to ``stop``, the end of a line; gives where it came to.

        ``final`` says that no more will come.
        """
        found = _STACK.match(data, at, stop)
        end = found.end() if found else at
        self._count += _frames_in(data[at:end])
        self._tail += data[at:end]
        if len(self._tail) > 2 * TAIL:
            frame = self._tail.find(_FRAME, len(self._tail) - TAIL)
            self._tail = self._tail[frame + 1 :] if frame >= 0 else b""
        return end if end >= stop and not final else self._read_end(data, end, final)

    def _read_end(self, data: bytes, at: int, final: bool) -> int:
        """The innermost frames, the error, and what came of it."""
        start = len(self._before)
        known = start + len(_HEADER) + len(self._tail)
        cursor = Cursor(self._before + _HEADER + self._tail + data[at : at + TAIL], start)
        rest = read(cursor)
        if cursor.ended and not final and len(data) - at < TAIL:
            return at
        self.done = True
        if rest is not None:
            self._join(rest)
        return at + max(cursor.offset - known, 0)

    def _join(self, rest: Trace) -> None:
        trace, cut = self.trace, rest.error.chain()[-1]
        cut.frames = [*cut.frames[:_KEPT], *reversed(self._head)]
        cut.cause, cut.cause_kind = trace.error.cause, trace.error.cause_kind
        notes = [each for each in trace.uncertain if each != ENDS_EARLY] + rest.uncertain
        dropped = self._count - len(cut.frames)
        trace.uncertain = [f"{dropped:,} {LEFT_OUT}"] if dropped > 0 else []
        trace.uncertain += [each for each in dict.fromkeys(notes) if not each.endswith(LEFT_OUT)]
        trace.error = rest.error


def go_on(trace: Trace, data: bytes, start: int, end: int) -> LongTrace | None:
    """What reads on, see :class:`stacktraces.runtimes.Format`.

    ``None`` where the text is not cut within frames, or where they stand under a margin.
    """
    error = trace.error
    if error.type is not None or not error.frames or error.children:
        return None
    return LongTrace(trace, data, start, end) if data.startswith((b"  ", b"\n"), end) else None


def _frames_in(part: bytes) -> int:
    return part.count(_FRAME) + part.startswith(_FRAME[1:])
