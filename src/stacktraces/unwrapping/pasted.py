"""A debugger's output as people paste it into mails, issues and web pages: quoted, indented, escaped."""

from __future__ import annotations

import re
from collections.abc import Callable

from .._regex import regex
from ..cursor import Buffer

_INVISIBLE = regex(rb"\xe2\x80[\x8b-\x8d]|\xe2\x81\xa0|\xef\xbb\xbf")
"""Zero-width characters: issue trackers put one behind ``#``, so that no number becomes a link."""
_NO_BREAK_SPACE = b"\xc2\xa0"
_QUOTE = regex(rb"^(?: {0,3}+>)++ ?", re.MULTILINE)
_BARE_QUOTE = regex(rb"^>+(?=[^\s>])", re.MULTILINE)
"""A mark without a blank: what follows it in other lines is their own indentation."""
_QUOTED_STACK = regex(
    rb"^(?: {0,3}+>)++ {0,4}+(?:#|Thread |\* |TID |Process |\x22[^\x22\n]{1,200}\x22 (?:#\d|prio=|daemon )|\d)",
    re.MULTILINE,
)
_BARE_QUOTES = regex(rb"^>++", re.MULTILINE)
_NUMBER_APART = regex(rb"^([ \t]{0,40}+(?:\* )?(?:(?:frame|thread) )?)\\?# ?(?=\d{1,6}+[ :,])", re.MULTILINE)
_ENTITY = regex(rb"&(?:lt|gt|amp|quot|apos|nbsp|#\d{1,5});")
_TAG = regex(rb"</?(?:pre|code|span|div|p|blockquote|font|b|i|em|strong|td|tr|li)(?: [^<>\n]{0,200})?>")
_LINE_BREAK = regex(rb"<br ?/?>\r?\n?|</(?:p|div|tr|li)>\n?")
_MARKED_UP = regex(rb"<(?:pre|code|br ?/?|span|div|p)[ >]|<br/?>")
# The first line of a stack, behind the indentation that all lines have more than their own.
_INDENTED = regex(
    rb"^([ \t]{1,40}+)(?:Thread \d{1,9} \(|#\d{1,6} {1,3}(?:0x[0-9a-f]{1,16} in )?[A-Za-z_?<*~]|\* thread #\d"
    rb'|TID \d{1,9}:|"[^"\n]{1,200}" (?:#\d|prio=|daemon )|Process \d{1,9}: |Full thread dump )',
    re.MULTILINE,
)
# --Type <RET> for more, q to quit, c to continue without paging--   ---Type <return> to continue, or q …---
_PAGER = regex(rb"^-{2,3}(?:Type <(?:RET|return)>[^\n-]{0,80}+-{2,3}|More-{2})(?:[cq]?\r?\n)?", re.MULTILINE)
_PROMPT = regex(rb"^\(gdb\) (?=Thread \d|#\d|\[|\* |Core was |Program )", re.MULTILINE)
_CODE_SPAN = regex(rb"^`([^`\n]{1,4000})`[ \t]{0,4}$", re.MULTILINE)
_FEW_LINES = 2
_ESCAPED_LINES = regex(rb"\\n(?:\\n|\\t)?#?\d{1,6} {1,3}(?:0x[0-9a-f]|[A-Za-z_<?])")
_REAL_LINES = regex(rb"\n#\d{1,6} ")
_ESCAPE = regex(rb"\\([nrt\"'/\\])")
_MEANINGS = {b"n": b"\n", b"r": b"\r", b"t": b"\t"}


def unpasted(text: Buffer) -> bytes | None:
    """``text`` as the debugger wrote it; ``None`` where nothing in it looks changed since."""
    plain = bytes(text)
    for step in _STEPS:
        plain = step(plain)
    if indented := _INDENTED.search(plain):
        plain = re.sub(b"^" + re.escape(indented[1]), b"", plain, flags=re.MULTILINE)
    return None if plain == text else plain


def _decoded(text: bytes) -> bytes:
    """A text of two bytes a character, as Windows' tools write it."""
    if text.startswith((b"\xff\xfe", b"\xfe\xff")):
        return text.decode("utf-16", "replace").encode("utf-8", "surrogatepass")
    return text


def _with_line_ends(text: bytes) -> bytes:
    """Lines that end as on old Macs, or that stand in one string with escapes."""
    if b"\r" in text:
        text = text.replace(b"\r\n", b"\n")
        text = text.replace(b"\r", b"\n") if b"\n" not in text else text
    if b"\\n" in text and (
        text.count(b"\\n") > _FEW_LINES >= text.count(b"\n")
        or (_ESCAPED_LINES.search(text) and not _REAL_LINES.search(text))
    ):
        text = _ESCAPE.sub(lambda found: _MEANINGS.get(found[1], found[1]), text)
    return text


def _without_markup(text: bytes) -> bytes:
    if _MARKED_UP.search(text):
        text = _TAG.sub(b"", _LINE_BREAK.sub(b"\n", text))
    if _ENTITY.search(text):
        import html

        text = html.unescape(text.decode("utf-8", "surrogateescape")).encode("utf-8", "surrogateescape")
    return text


def _without_marks(text: bytes) -> bytes:
    text = _INVISIBLE.sub(b"", text).replace(_NO_BREAK_SPACE, b" ")
    # A line that was broken before ">" is no quote.
    if _QUOTED_STACK.search(text):
        text = (_BARE_QUOTES if _BARE_QUOTE.search(text) else _QUOTE).sub(b"", text)
    text = _CODE_SPAN.sub(rb"\1", text)
    return _NUMBER_APART.sub(rb"\1#", text)


def _without_prompts(text: bytes) -> bytes:
    return _PROMPT.sub(b"", _PAGER.sub(b"", text))


_STEPS: tuple[Callable[[bytes], bytes], ...] = (
    _decoded,
    _with_line_ends,
    _without_markup,
    _without_marks,
    _without_prompts,
)
