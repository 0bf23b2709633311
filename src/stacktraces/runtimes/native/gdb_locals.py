"""The local variables that ``bt full`` prints below a frame."""

from __future__ import annotations

from sys import intern

from ..._regex import regex
from ...cursor import Buffer, Cursor
from ...model import Frame

# "        rv = 0" (gdb 7 and later)   "\trv = 0" (before)
_LOCAL = regex(r"(?: {8}|\t)(?=\S)([^=]{1,400}?) = (.*)")
# Several such lines, of plain characters only and none very long: nothing in them needs a closer look.
_LINES = regex(rb"(?:(?: {8}|\t)[!-<>-~][ -<>-~]{0,400}+(?<= )= [\t -~]{0,4000}+\n){1,100}+")
_PAIR = regex(r"(?m:^)[\t ]++([^=\n]++)= (.*+)\n")
_INDENTED = regex(rb"(?:[ \t][^\n]*+\n)++")
_LOCK_MARKS = (b"__owner = ", b"Guard<")
"""What stands in the value of a mutex of glibc that is held, and of a guard of Rust."""
_SHORT_VALUE = 32
_SHARED_VALUES = 50_000


def tells_of_lock(buffer: Buffer, start: int, end: int) -> bool:
    """Whether local variables that stand there may tell who holds a lock."""
    return any(buffer.find(mark, start, end) >= 0 for mark in _LOCK_MARKS)


class LocalsReader:
    """Takes the lines below frames, and gives each frame its ``locals``."""

    def __init__(self, *, wanted: bool = True) -> None:
        """Where values are not ``wanted``, only those that tell who holds a mutex are kept."""
        self._wanted = wanted
        self._frame: Frame | None = None
        self._name: str | None = None
        self._more: list[str] = []
        self._values: dict[str, str] = {}

    def take(self, frame: Frame, cursor: Cursor) -> None:
        """Take the cursor's line, which is indented and below ``frame``, or several; go behind."""
        if not self._wanted and self._pass_over(cursor):
            return
        lines = _LINES.match(cursor.buffer, cursor.offset, cursor.end)
        if lines is None:
            self._take_line(frame, cursor.line or "")
            cursor.advance()
            return
        self.finish()
        self._frame = frame
        self._add_all(frame, _PAIR.findall(lines[0].decode("ascii")))
        cursor.seek(lines.end())

    def _pass_over(self, cursor: Cursor) -> bool:
        """Go behind the indented lines; False, and no move, where one of them tells of a lock."""
        lines = _INDENTED.match(cursor.buffer, cursor.offset, cursor.end)
        if lines is None or tells_of_lock(cursor.buffer, cursor.offset, lines.end()):
            return False
        cursor.seek(lines.end())
        return True

    def _take_line(self, frame: Frame, line: str) -> None:
        found = _LOCAL.fullmatch(line)
        if found is None:
            self._more.append(line.strip())
        else:
            self.finish()
            self._frame = frame
            self._add(frame, found[1], found[2])

    def _add_all(self, frame: Frame, pairs: list[tuple[str, str]]) -> None:
        """Add ``pairs`` of a name, with the blank behind it, and a value."""
        share = self._values.setdefault
        if frame.locals is None:
            if len(self._values) <= _SHARED_VALUES:
                found = {
                    intern(name[:-1]): share(value, value) if len(value) <= _SHORT_VALUE else value
                    for name, value in pairs
                }
            else:
                found = {intern(name[:-1]): value for name, value in pairs}
            if len(found) == len(pairs):
                frame.locals, self._name = found, pairs[-1][0][:-1]
                return
        for name, value in pairs:
            self._add(frame, name[:-1], value)

    def _add(self, frame: Frame, name: str, value: str) -> None:
        if frame.locals is None:
            frame.locals = {}
        if name in frame.locals:
            self._name = None  # An enclosing block's variable of the same name: hidden, as in the program.
            return
        if len(value) <= _SHORT_VALUE and len(self._values) <= _SHARED_VALUES:
            value = self._values.setdefault(value, value)
        self._name = name = intern(name)
        frame.locals[name] = value

    def finish(self) -> None:
        """Add the further lines of a value that was printed over several."""
        frame = self._frame
        if self._more and self._name is not None and frame is not None and frame.locals is not None:
            frame.locals[self._name] = "\n".join((frame.locals[self._name], *self._more))
        self._name, self._more = None, []
