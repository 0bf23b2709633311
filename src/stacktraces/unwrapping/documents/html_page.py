"""A page of HTML: its text, line by line."""

from __future__ import annotations

from collections.abc import Iterator

from ..one_line import without_markup
from .item import Item
from .plain_lines import PlainLines


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
            for line in without_markup(item.text).split(b"\n"):
                yield item._replace(text=line)
