"""gdb's frames that stand on one line of ASCII with nothing odd in it: nearly all of a large capture."""

from __future__ import annotations

from sys import intern
from typing import ClassVar

from ..._regex import regex
from ...cursor import Cursor
from ...model import Frame
from .gdb_locals import tells_of_lock

# #1  0x00007f1225ef1e53 in apr_poll (aprset=0x7f, num=1) at poll.c:120     no line follows that belongs to it
_FRAME = regex(
    rb"#(\d{1,9}) +(?:0x([0-9a-f]{1,16}) in )?([A-Za-z_][\w@.$]*+) "
    rb"\((|\.\.\.|[!#-'*+\--;?-~]{1,200}+=[ !#-'*-~\"]*+)\)"
    rb"(?: at ([!-'*-9;-~]++):(\d{1,9})| from ([!-'*-~]++))?\n"
    rb"(?! {4}[^ \t\n\r]| {3}from )"
)
_INDENTED = regex(rb"(?:[ \t][^\n]*+\n)++")
_MOST_NAMES = 50_000


class PlainFrames:
    """Reads such frames from bytes; passes over the local variables below where they are not wanted."""

    _names: ClassVar[dict[bytes, str]] = {}
    """Shared: the processes of one program have the same names."""

    def take(self, cursor: Cursor) -> Frame | None:
        """The frame on the cursor's line, which is passed over; ``None``, and no move, where it is none."""
        found = _FRAME.match(cursor.buffer, cursor.offset, cursor.end)
        if found is None:
            return None
        number, address, function, args, file, line, module = found.groups()
        names = self._names
        if len(names) > _MOST_NAMES:
            names.clear()
        frame = Frame(
            function=names.get(function) or self._name(function),
            module=(names.get(module) or self._name(module)) if module else None,
            file=(names.get(file) or self._name(file)) if file else None,
            line=int(line) if line else None,
            address=int(address, 16) if address else None,
            args=args.decode("ascii"),
            id=names.get(number) or self._name(number),
        )
        end = found.end()
        below = None if cursor.values else _INDENTED.match(cursor.buffer, end, cursor.end)
        # What tells who holds a lock is read all the same.
        if below is not None and not tells_of_lock(cursor.buffer, end, below.end()):
            end = below.end()
        cursor.seek(end)
        return frame

    def _name(self, name: bytes) -> str:
        text = self._names[bytes(name)] = intern(name.decode("ascii"))
        return text
