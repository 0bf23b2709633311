"""A page of HTML: its text, line by line, and the texts in the JSON of its attributes."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator

import msgspec

from ..._regex import regex
from ..one_line import without_markup
from .item import Item
from .plain_lines import PlainLines

_JSON_ATTRIBUTE = regex(rb"""=(?:"(\{&(?:#34|quot);[^"]*+)"|'(\{"[^']*+)')""")
"""Of a report that a script of the page shows."""
_TEXT = regex(rb'"((?:[^"\\]|\\.)*+)(?:"|\Z|\\\Z)', re.DOTALL)
_NO_BREAK_SPACE = b"\xc2\xa0"
_DECODER = msgspec.json.Decoder(str)


class HtmlPage:
    """Takes the text out of a page, chunk by chunk."""

    def __init__(self) -> None:
        self._lines = PlainLines()

    def feed(self, data: bytes, *, final: bool) -> Iterator[Item]:
        """See :class:`Parser`."""
        for item in self._lines.feed(data, final=final):
            if b"<" not in item.text and b"&" not in item.text:
                yield item
                continue
            if (attribute := _JSON_ATTRIBUTE.search(item.text)) is not None:
                for line in _texts(attribute[1] or attribute[2]):
                    yield item._replace(text=line)
                continue
            text = without_markup(item.text).removesuffix(b"\n").replace(_NO_BREAK_SPACE, b" ")
            for line in text.split(b"\n"):
                yield item._replace(text=line)


def _texts(attribute: bytes) -> Iterator[bytes]:
    """The lines of the strings of several lines in the JSON that is the value of an attribute."""
    decoded = html.unescape(attribute.decode("utf-8", "backslashreplace")).encode()
    for string in _TEXT.finditer(decoded):
        if b"\\n" not in string[1]:
            continue
        try:
            text = _DECODER.decode(string[0])
        except ValueError:
            continue
        yield from html.unescape(text).encode("utf-8", "backslashreplace").split(b"\n")
        yield b""
