"""Traces that something wrote on one line, their line ends written otherwise: escaped, as octal, as entities, as CR.

Quoted strings are the matter of ``quoted_traces``; this is what remains.
"""

from __future__ import annotations

import binascii
import functools
import re
from collections.abc import Callable, Iterator
from typing import NamedTuple

from .._regex import regex
from ..carriers._escapes import BASE64_HEADER
from ..trace_lines import KnownTraceLines, TraceLines, compiled

_MOST_LINES = 2000
_MOST_LISTS = 64
_LONGEST = 4 << 20
_NO_BREAK_SPACE = b"\xc2\xa0"

_OCTAL = regex(rb"[#\\](0[01][0-7]|033)")
_ESCAPE = regex(rb"\\([nrt\"'\\/])")
_MEANINGS = {b"n": b"\n", b"r": b"", b"t": b"\t"}
_TAG = regex(rb"</?[A-Za-z][\w:-]{0,32}(?:\s[^<>&]{0,512})?/?>")
_ATTRIBUTE = regex(rb'(?i)="([^"<>&]*+&(?:#10|#x0{0,3}a|#13|#x0{0,3}d|quot);[^"<>]*+)"')
_LINE_TAG = regex(rb"(?i)<br\s{0,8}/?>|</(?:p|div|li|tr)>")
_LIST = regex(rb"[\[(]\s{0,64}+(?=[\"'])")
_ITEM = regex(rb"\s{0,64}+(?:\"((?:[^\"\\]|\\.)*+)\"|'((?:[^'\\]|\\.)*+)')\s{0,64}+(,|\]|\))?", re.DOTALL)
# A line end that became a blank, a bar or nothing, and the indentation behind it.
_RUN = regex(rb"(?<! )(?: \| ?| )(?= {2,8}\S)")
_BLANK = regex(rb" {1,8}")
_SEPARATOR = regex(
    rb"[^\w\s\"'(){}\[\]<>\\]{1,4}|\t| [^\w\s\"'(){}\[\]<>\\]{1,4} ?|[,;|] |`n|<[A-Za-z]{1,8}>"
)
"""What a program may put for a line end, besides the notations below."""
_LONGEST_SEPARATOR = 12
_BLANKS = regex(rb" {2,}")


# A string of source code, up to its first escaped line end. What quotes a trace so starts with its header.
_STRING_OF_CALL = regex(rb"""[\w$]\(\s{0,4}+(["'`])(?P<text>(?:(?!\1)[^\\\n]|\\[^n\n]){0,500}+)\\n""")

_DETAILS = regex(rb"##teamcity\[.{0,1000}?\bdetails='(?P<text>(?:[^|']|\|.)*+)'")
_MEMBER = regex(rb"(?: {2,40}\| )+")
"""The margin of a member of Python's exception groups."""
_BAR_ESCAPE = regex(rb"\|(0x([0-9A-Fa-f]{4})|.)")
_CALL = rb"(?:async |new )?(?:[\w$.<>\[\]`+/@~-]{1,400} ?\([^()\n]{0,2000}\)|[^\s()]{1,400}:\d{1,9}:\d{1,9})"
_FOLDED = regex(
    rb"(?<=\S)(?<!, called)[ \t|;,]{1,12}(?:(?P<frame>at (?="
    + _CALL
    + rb"))|(?P<marks>\.\.\. (?=\d{1,9} )|--- (?=End of ))"
    rb"|(?P<link>(?:Caused by|Suppressed): ))|(?<=\))(?P<glued>(?:Caused by|Suppressed): )"
)
"""What begins a further line of a trace whose line ends became tabs, bars, blanks or nothing."""
_FEWEST_FRAMES = 2


class _Notation(NamedTuple):
    """A way to write line ends."""

    mark: re.Pattern[bytes]
    """What stands for one."""
    plain: Callable[[bytes], bytes]


def _octal(line: bytes) -> bytes:
    return _OCTAL.sub(lambda match: bytes((int(match[1], 8),)), line)


def _url_decoded(line: bytes) -> bytes:
    """``line`` up to the end of a value in a URL, decoded; where no blank is escaped, a plus sign is one."""
    found = _URL_VALUE.search(line)
    if found is None:
        return line
    from urllib.parse import unquote_to_bytes  # Few logs need it, as those that need html below.

    value = found[0] if b"%20" in found[0] else found[0].replace(b"+", b" ")
    return line[: found.start()] + unquote_to_bytes(value).replace(b"\r\n", b"\n")


def _of_base64(line: bytes) -> bytes:
    """The text in base64 on ``line`` that holds a header, behind what stands before it."""
    for run in _BASE64_RUN.finditer(line):
        if _BASE64_HEADER.search(run[0]):
            length = len(run[0].rstrip(b"=")) // 4 * 4
            tail = run[0][length:].rstrip(b"=")
            whole = run[0][:length] + (tail.ljust(4, b"=") if len(tail) > 1 else b"")
            text = binascii.a2b_base64(whole.translate(_URL_SAFE)).replace(b"\r\n", b"\n")
            return line[: run.start()].rstrip(b" \"'") + b"\n" + text
    return line


def _with_symbols(line: bytes) -> bytes:
    return _SYMBOL.sub(b"\n", line)


def _unescaped_again(times: int, line: bytes) -> bytes:
    """``line`` with what backslashes stand for in strings within strings, up to where the innermost ends."""
    for _ in range(times):
        line = unescaped(line)
    closing = _CLOSING.search(line)
    return line if closing is None else line[: closing.start() + 1]


def unescaped(line: bytes) -> bytes:
    """``line`` with what a backslash stands for in most languages; others stay."""
    return _ESCAPE.sub(lambda match: _MEANINGS.get(match[1], match[1]), line)


def _of_teamcity(line: bytes) -> bytes:
    """What a service message of TeamCity says of a failure, behind the rest of the message."""
    found = _DETAILS.search(line)
    if found is None:
        return line
    return line[: found.start("text")] + b"\n" + _BAR_ESCAPE.sub(_plain, found["text"])


def _plain(found: re.Match[bytes]) -> bytes:
    if found[2]:
        return chr(int(found[2], 16)).encode("utf-8", "replace")
    return _MEANINGS.get(found[1], found[1])


def without_markup(line: bytes) -> bytes:
    """``line`` of HTML or XML as text; a tag that ends a line is a line end."""
    attribute = _ATTRIBUTE.search(line)
    if attribute is not None:
        line = attribute[1]
    line = _TAG.sub(b"", _LINE_TAG.sub(b"\n", line))
    if b"&" not in line:
        return line
    import html

    text = line.decode("utf-8", "surrogateescape")
    return html.unescape(text).encode("utf-8", "surrogateescape").replace(b"\r\n", b"\n")


# What stands for a line end in terminals, in hexadecimal and in Unicode.
_SYMBOL = regex(
    rb"\\x0[aA]|\\u000[aA]|(?:\^M)?\^J|\xe2\x90(?:\xa4|\x8a)|\xe2\x8f\x8e|\xe2\x86\xb5|\xe2\x80[\xa8\xa9]|\xc2\x85"
)
_URL_VALUE = regex(rb"(?<![^\s&?=\"'])(?:[^\s&=\"'%]|%(?!0[aA])){0,500}+%0[aA][^\s&\"']*+")
_CLOSING = regex(rb"\n[\"'`]\s{0,8}(?:[,\])}]|\Z)")

_BASE64_HEADER = regex(BASE64_HEADER)
_BASE64_RUN = regex(rb"[A-Za-z0-9+/_-]{40,}+={0,2}")
_URL_SAFE = bytes.maketrans(b"-_", b"+/")

_NOTATIONS = (
    _Notation(_BASE64_HEADER, _of_base64),
    _Notation(regex(rb"[#\\]012"), _octal),
    _Notation(_DETAILS, _of_teamcity),
    _Notation(regex(rb"\r"), lambda line: line.replace(b"\r\n", b"\n").replace(b"\r", b"\n")),
    _Notation(regex(rb"(?i)&#(?:10|x0{0,3}a|13|x0{0,3}d);|<br\s{0,8}/?>"), without_markup),
    _Notation(_SYMBOL, _with_symbols),
    _Notation(_URL_VALUE, _url_decoded),
    _Notation(regex(rb"\\n"), unescaped),
    _Notation(regex(rb"\\\\n"), functools.partial(_unescaped_again, 2)),
    _Notation(regex(rb"\\{4}n"), functools.partial(_unescaped_again, 3)),
)
_ESCAPED = -3
"""Where those with backslashes start."""


def one_line_trace(line: bytes, known: KnownTraceLines) -> bytes | None:
    """``line`` with its line ends put back, where a trace stands in it then; else ``None``."""
    if len(line) > _LONGEST or line[:1] in (b" ", b"\t") or known.error.match(line):
        return None
    call = _STRING_OF_CALL.search(line)
    is_source = call is not None and not known.part_in(call["text"])
    for notation in _NOTATIONS[:_ESCAPED] if is_source else _NOTATIONS:
        if notation.mark.search(line):
            text = notation.plain(line).replace(_NO_BREAK_SPACE, b" ")
            if has_frame(text, known):
                return text
    if not is_source and (unfolded := unfolded_trace(line, known)) is not None:
        return unfolded
    if not any(literal in line for literal in known.header_literals):
        return None
    if (separated := _separated(line, known)) is not None:
        return separated
    if any(
        each.goes_on and compiled(each.goes_on).search(line) for each in known.declared if each.joined_frame
    ):
        return _joined(_BLANKS.sub(b" ", line).rstrip(), known)
    if _RUN.search(line) and has_frame(text := _spaced(line, known), known):
        return text
    return _joined(line.rstrip(), known)


def unfolded_trace(line: bytes, known: KnownTraceLines) -> bytes | None:
    """``line`` with the line ends put back that became blanks, tabs or bars, where frames of a trace stand on it."""
    text = _unfolded(line)
    return text if text is not None and has_frame(text, known) else None


def _unfolded(line: bytes) -> bytes | None:
    """``line`` with a line end before each frame and each cause, where several frames stand on it."""
    frames = 0

    def on_its_line(found: re.Match[bytes]) -> bytes:
        nonlocal frames
        frames += found["frame"] is not None
        if (link := found["link"] or found["glued"]) is not None:
            return b"\n" + link
        return b"\n    " + (found["frame"] or found["marks"])

    text = _FOLDED.sub(on_its_line, line)
    return text.rstrip(b" \t|;,") if frames >= _FEWEST_FRAMES else None


def _separated(line: bytes, known: KnownTraceLines) -> bytes | None:
    """``line`` cut by what stands between a header and the first frame, where that is a sign of some kind."""
    for each in known.declared:
        if each.header is None or each.frame is None or each.frame.within:
            continue
        header = compiled(each.header.pattern).search(line)
        if header is None:
            continue
        for literal in each.frame.literals:
            at = line.find(literal, header.end(), header.end() + _LONGEST_SEPARATOR + len(literal))
            separator = line[header.end() : at] if at >= 0 else b""
            if _SEPARATOR.fullmatch(separator):
                text = line.replace(separator, b"\n")
                return text if has_frame(text, known) else None
    return None


def _spaced(line: bytes, known: KnownTraceLines) -> bytes:
    """``line`` with line ends where a blank stands for one: before indentation and before the error behind it."""
    text = _RUN.sub(b"\n", line)
    last = text.rfind(b"\n") + 1
    for at in [match.end() for match in _BLANK.finditer(text, last)][::-1]:
        if text[at - 1 : at] == b" " and text[at - 2 : at - 1] != b" " and known.error.match(text, at):
            return text[: at - 1].removesuffix(b" |") + b"\n" + text[at:]
    return text


def _joined(line: bytes, known: KnownTraceLines) -> bytes | None:
    """``line`` with line ends where one blank stands for each of them and what follows, by the lines of a trace."""
    for each in known.declared:
        if each.joined_frame is None or each.header is None or each.frame is None:
            continue
        indent = each.frame.literals[0][: -len(each.frame.literals[0].lstrip())]
        header = compiled(each.header.pattern).search(line)
        if header is not None and line.find(each.frame.literals[0].lstrip(), header.end()) >= 0:
            before, trace = line[: header.start()], line[header.start() :]
            if any(known.error.match(before, word.end()) for word in _BLANK.finditer(before)):
                before = before.rstrip(b" ") + b"\n"
            return before + _parts(each).sub(functools.partial(_on_its_line, indent), trace)
    return None


def _on_its_line(indent: bytes, found: re.Match[bytes]) -> bytes:
    kind, text = found.lastgroup, found[0][1:]
    if kind == "frame":
        return b"\n" + indent + text.rstrip(b" ") + b"\n" + 2 * indent
    if kind == "marks":
        return b"\n" + 2 * indent + text
    return (b"\n" if kind == "error" else b"\n\n") + text


@functools.lru_cache(maxsize=16)
def _parts(lines: TraceLines) -> re.Pattern[bytes]:
    """Matches a blank and the part of a trace behind it: a frame, marks under its source, an error, a further header."""
    header = lines.header.pattern if lines.header is not None else b"(?!)"
    further = b"|".join(each for each in (header, lines.goes_on) if each is not None)
    return re.compile(
        b" (?:(?P<frame>%b(?: |\\Z))|(?P<marks>[~^]+(?= |\\Z))|(?P<error>%b)|(?P<further>%b))"
        % (lines.joined_frame or b"(?!)", lines.error or b"(?!)", further)
    )


def has_frame(text: bytes, known: KnownTraceLines) -> bool:
    """Whether a line but the first is a frame."""
    lines = text.split(b"\n", _MOST_LINES)[1:]
    return any(known.is_frame(line) or known.is_frame(_MEMBER.sub(b"", line)) for line in lines)


def listed_trace(line: bytes, known: KnownTraceLines) -> tuple[int, bytes] | None:
    """The first list of strings on ``line`` of which one starts a part of a trace: where it starts, and its lines."""
    if not _LIST.search(line) or not any(literal in line for literal in known.unindented_literals):
        return None
    at = 0
    for _ in range(_MOST_LISTS):
        start = _LIST.search(line, at)
        if start is None:
            return None
        items = list(_items(line, start.end()))
        text = "\n".join(item.removesuffix("\n") for _, item in items).encode("utf-8", "backslashreplace")
        if len(items) > 1 and any(known.is_start(each) for each in text.split(b"\n", _MOST_LINES)):
            return start.start(), text
        at = max([start.end(), *(end for end, _ in items)])
    return None


def _items(line: bytes, at: int) -> Iterator[tuple[int, str]]:
    """The strings of the list whose first one starts at ``at``, and where each ends."""
    while (item := _ITEM.match(line, at)) is not None:
        at = item.end()
        string = item[1] if item[1] is not None else item[2]
        yield at, unescaped(string).decode("utf-8", "replace")
        if item[3] != b",":
            return
