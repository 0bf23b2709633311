"""A trace in strings on lines of their own: a pretty-printed list, or pieces that a language joins.

Python's ``pprint`` and Node's ``util.inspect`` break a long string so, JSON printers a list of lines. YAML's
printers fold one in double quotes: a backslash ends each line, and stands before blanks that start one.
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
_OPENS_FOLDED = regex(rb'[^"\\\n]{0,400}(?:"[^"\\\n]{1,64}":[ \t]{1,8})?"((?:[^"\\]|\\.)*+)\\\r?\n\Z')
_FOLDED = regex(rb'[ \t]{0,128}+((?:[^"\\\n]|\\[^\n])*+)(?:\\\r?\n|(")[^\n]*+)')
_FOLDED_END = b"\\"
_LONGEST_TEXT = 1 << 20
_BEFORE_VALUE = (b"", b"\n", b",", b";", b"\t", b"|", b"(", b" ")
_VALUES = {
    quote: regex(rb"((?:[^%b]|%b%b)*+)%b(?=[ \t]{0,8}(?:[,;|)\r\n]|\Z))" % (4 * (quote,)))
    for quote in (b'"', b"'")
}
_BLANK_ESCAPE = regex(rb"\\( )|(\\[^ ])")


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
        return _folded(data, line, lowest, known)
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


def doubled_quotes(data: bytes, at: int, line: int) -> LiteralLines | None:
    """The text in quotes that starts at ``at`` in the line at ``line``, its own quotes doubled, as CSV and SQL do.

    ``None`` where no quote stands before it, or none is doubled within it.
    """
    quote = data[at - 1 : at]
    if quote not in (b'"', b"'") or at - 1 < line or data[at - 2 : at - 1] not in _BEFORE_VALUE:
        return None
    found = _VALUES[quote].match(data, at, min(len(data), at + _LONGEST_TEXT))
    if found is None or 2 * quote not in found[1]:
        return None
    text = found[1].replace(2 * quote, quote).replace(b"\r\n", b"\n")
    before = data[line : at - 1].strip()
    end = data.find(b"\n", found.end()) + 1 or len(data)
    return LiteralLines(line, end, before + b"\n" + text if before else text)


def _folded(data: bytes, line: int, lowest: int, known: KnownTraceLines) -> LiteralLines | None:
    """The text of a string in double quotes that is folded, and that the line at ``line`` is of."""
    start = line
    for _ in range(_MOST_LINES):
        end = data.find(b"\n", start, start + _LONGEST_LINE) + 1
        opening = _OPENS_FOLDED.match(data[start:end]) if end else None
        if opening is not None:
            break
        before = max(data.rfind(b"\n", lowest, max(start - 1, lowest)) + 1, lowest)
        if before >= start or not data[before:start].rstrip(b"\r\n").endswith(_FOLDED_END):
            return None
        start = before
    else:
        return None
    pieces = [opening[1]] if opening is not None else []
    for _ in range(_MOST_LINES):
        piece = _FOLDED.match(data, end, end + _LONGEST_LINE)
        if piece is None:
            break
        pieces.append(piece[1])
        end = piece.end()
        if piece[2]:
            end = data.find(b"\n", end) + 1 or len(data)
            break
    string = _BLANK_ESCAPE.sub(rb"\1\2", b"".join(pieces))
    text = unescaped(string)
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
