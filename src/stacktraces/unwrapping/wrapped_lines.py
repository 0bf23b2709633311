"""Lines that a mail program or a web form broke at a fixed width, in the midst of a frame."""

from __future__ import annotations

from .._regex import regex

_NARROWEST, _WIDEST = 50, 140
# What starts a line of a debugger's output, so that no other line is continued there.
_START = regex(
    rb"#\d{1,6} |Thread \d|\((?:gdb|lldb)\)|Process |\[|\*? {0,4}\d{1,6} {1,4}Thread |Core was |Program |0x[0-9a-f]+ in |No |REM "
    rb"|Missing |warning: |From  |--|Using host|Backtrace stopped|\(More |Quit|```|GNU gdb|TID \d|PID \d"
    rb'|\* thread|"|\d{1,7}\t|  |\t|\s*\Z'
)
_LONG_WORD = regex(rb"[^\s]{41}")
_STACK = regex(rb'#\d{1,6} |Thread \d|TID \d|[* ] thread #\d|"[^"]{1,200}" (?:#\d|prio=|daemon )')


def unbroken(text: bytes) -> bytes | None:
    """``text`` with the lines of stacks joined that were broken at one width; ``None`` where none were.

    Where every broken line is of the full width, words were cut; else lines were broken at blanks.
    """
    lines = [line.removesuffix(b"\r") for line in text.split(b"\n")]
    first = next((number for number, line in enumerate(lines) if _STACK.match(line)), None)
    if first is None:
        return None
    others = [
        number
        for number in range(first + 1, len(lines))
        if lines[number - 1] and not _START.match(lines[number])
    ]
    full = max(map(len, lines[first:]))
    # A blank at which a line was cut may have been taken off its end.
    cut = bool(others) and all(len(lines[number - 1]) >= full - 1 for number in others)
    width = full if cut else _width(lines[first:])
    continued = {number for number in others if cut or _no_room(lines[number - 1], lines[number], width)}
    if not continued or not _NARROWEST <= width <= _WIDEST:
        return None
    pieces: list[list[bytes]] = []
    for number, line in enumerate(lines):
        if number not in continued:
            pieces.append([line])
        elif cut:
            pieces[-1] += [b" " * (width - len(lines[number - 1])), line]
        else:
            pieces[-1] += [b" ", line]
    return b"\n".join(b"".join(piece) for piece in pieces)


def _width(lines: list[bytes]) -> int:
    """The longest line's, without those that a word too long to be broken made longer."""
    lengths = [len(line.rstrip(b"\r")) for line in lines if not _LONG_WORD.search(line[: _WIDEST * 2])]
    return max(lengths or [len(line) for line in lines])


def _no_room(before: bytes, line: bytes, width: int) -> bool:
    """Whether the first word of ``line`` had no room in the line before it."""
    return len(before) + 1 + len(line.split(b" ", 1)[0]) > width
