"""A trace in strings on lines of their own: a pretty-printed list, or pieces that a language joins.

Python's ``pprint`` and Node's ``util.inspect`` break a long string so, JSON printers a list of lines.
"""

from __future__ import annotations

from typing import NamedTuple

from .._regex import regex
from ..trace_lines import KnownTraceLines
from .one_line import unescaped

_MOST_BACK = 60
_MOST_LINES = 2000
_LONGEST_LINE = 1 << 16
_LITERAL = regex(
    rb"[ \t]{0,128}+(?P<opens>(?:[\[{(]\s{0,8}+)*+(?:[\"']?[\w$.-]{1,64}[\"']?:\s{0,8}+)?(?:[\[{(]\s{0,8}+)*+)[bu]?"
    rb"(?:\"(?P<double>(?:[^\"\\]|\\.)*+)\"|'(?P<single>(?:[^'\\]|\\.)*+)')"
    rb"[ \t]{0,8}+(?P<behind>,|\+|[\])}]*+)[\])},]*+\s{0,8}\r?$"
)


class LiteralLines(NamedTuple):
    """Lines that hold one text in strings."""

    start: int
    end: int
    """Where they start and end."""
    text: bytes


def literal_lines(data: bytes, line: int, lowest: int, known: KnownTraceLines) -> LiteralLines | None:
    """The text in the strings on the line at ``line`` of ``data`` and on those around it, if a trace is in it.

    The lines are not looked for before ``lowest``.
    """
    first = _piece(data, line)
    if first is None:
        return None
    pieces = [first[0]]
    start, opens = line, first[2]
    for _ in range(_MOST_BACK):
        before = max(data.rfind(b"\n", lowest, max(start - 1, lowest)) + 1, lowest)
        piece = _piece(data, before) if start > lowest and not opens else None
        if piece is None:
            break
        pieces.insert(0, piece[0])
        start, opens = before, piece[2]
    end = first[1]
    for _ in range(_MOST_LINES):
        piece = _piece(data, end) if end < len(data) else None
        if piece is None or piece[2]:
            break
        pieces.append(piece[0])
        end = piece[1]
    text = b"".join(pieces)
    found = any(known.is_frame(each) for each in text.split(b"\n", _MOST_LINES))
    return LiteralLines(start, end, text) if found and len(pieces) > 1 else None


def _piece(data: bytes, line: int) -> tuple[bytes, int, bool] | None:
    """The string on the line, where that ends, and whether a text starts with it."""
    end = data.find(b"\n", line, line + _LONGEST_LINE) + 1 or len(data)
    match = _LITERAL.match(data[line : min(end, line + _LONGEST_LINE)].removesuffix(b"\n"))
    if match is None:
        return None
    text = unescaped(match["double"] if match["double"] is not None else match["single"])
    if match["behind"] == b"," and not text.endswith(b"\n"):
        text += b"\n"
    return text, end, bool(match["opens"])
