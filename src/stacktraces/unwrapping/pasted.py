"""A debugger's output as people paste it into mails, issues and web pages: quoted, indented, escaped."""

from __future__ import annotations

import html
import re

from .._regex import regex
from ..cursor import Buffer

_INVISIBLE = regex(rb"\xe2\x80[\x8b-\x8d]|\xe2\x81\xa0|\xef\xbb\xbf")
"""Zero-width characters: issue trackers put one behind ``#``, so that no number becomes a link."""
_NO_BREAK_SPACE = b"\xc2\xa0"
_QUOTE = regex(rb"^(?: {0,3}+>)++ ?", re.MULTILINE)
_NUMBER_APART = regex(rb"^([ \t]{0,40}+(?:\* )?(?:(?:frame|thread) )?)# (?=\d{1,6}+[ :,])", re.MULTILINE)
_ENTITY = regex(rb"&(?:lt|gt|amp|quot|apos|nbsp|#\d{1,5});")
# The first line of a stack, behind the indentation that all lines have more than their own.
_INDENTED = regex(
    rb"^([ \t]{1,40}+)(?:Thread \d{1,9} \(|#\d{1,6} {1,3}(?:0x[0-9a-f]{1,16} in )?[A-Za-z_?<*~]|\* thread #\d|TID \d{1,9}:)",
    re.MULTILINE,
)


def unpasted(text: Buffer) -> bytes | None:
    """``text`` as the debugger wrote it; ``None`` where nothing in it looks changed since."""
    plain = bytes(text)
    if _ENTITY.search(plain):
        plain = html.unescape(plain.decode("utf-8", "surrogateescape")).encode("utf-8", "surrogateescape")
    plain = _INVISIBLE.sub(b"", plain).replace(_NO_BREAK_SPACE, b" ")
    plain = _QUOTE.sub(b"", plain)
    plain = _NUMBER_APART.sub(rb"\1#", plain)
    if indented := _INDENTED.search(plain):
        plain = re.sub(b"^" + re.escape(indented[1]), b"", plain, flags=re.MULTILINE)
    return None if plain == text else plain
