"""Mails in a log or a mailbox, with their bodies as they were before the transfer (RFC 2045).

Django's console backend and many a monitor print mails; a mail of a log holds its traces in quoted-printable
or base64. What is no body of these encodings stays as it is. Of a mail that says the same as text and as
HTML, the text is read.
"""

from __future__ import annotations

import binascii
from collections.abc import Iterator

from ..._regex import regex
from .item import MOST_BYTES, Item
from .plain_lines import PlainLines

ENCODED = regex(rb"(?im)^Content-Transfer-Encoding: {0,8}(?:quoted-printable|base64)\s{0,8}$")
"""A header that says that a body must be decoded."""
_HEADER = regex(rb"[A-Za-z][A-Za-z0-9-]{1,60}: ?")
_ENCODING = regex(rb"(?i)Content-Transfer-Encoding: {0,8}(quoted-printable|base64)\s{0,8}$")
_TYPE = regex(rb"(?i)Content-Type: {0,8}(text|multipart)/(\w{1,40})")
_NAMED_BOUNDARY = regex(rb'boundary="?([^"\s;]{1,80})')
_END = regex(rb"-{60,100}\s*$|From \S{1,200} ")
"""What a console backend prints between mails, and the first line of a mail in a mailbox."""


class Mails:
    """Takes the lines out of mails, chunk by chunk."""

    def __init__(self) -> None:
        self._lines = PlainLines()
        self._in_headers = False
        self._encoding = b""
        self._kind = b""
        self._boundary = b""
        self._alternative = False
        self._has_text = False
        self._open: Item | None = None
        """A line that the next one goes on with."""

    def feed(self, data: bytes, *, final: bool) -> Iterator[Item]:
        """See :class:`Parser`."""
        for item in self._lines.feed(data, final=final):
            yield from self._take(item)
        if final:
            yield from self._close()

    def _take(self, item: Item) -> Iterator[Item]:
        line = item.text.rstrip(b"\r")
        if not self._in_headers and (
            _END.match(line) or (self._boundary and line.startswith(self._boundary))
        ):
            yield from self._close()
            self._in_headers, self._encoding, self._kind = bool(self._boundary), b"", b""
            if _END.match(line):
                self._in_headers, self._boundary, self._alternative, self._has_text = False, b"", False, False
            yield item
        elif self._in_headers or self._starts_headers(line):
            self._read_header(line)
            yield item
        elif self._alternative and self._has_text and self._kind == b"html":
            return
        elif self._encoding == b"quoted-printable":
            yield from self._of_quoted_printable(item, line)
        elif self._encoding == b"base64":
            yield from self._of_base64(item, line)
        else:
            yield item

    def _starts_headers(self, line: bytes) -> bool:
        return not self._encoding and (_ENCODING.match(line) or _TYPE.match(line)) is not None

    def _read_header(self, line: bytes) -> None:
        self._in_headers = True
        if not line:
            self._in_headers = False
            self._has_text = self._has_text or self._kind == b"plain"
        elif found := _ENCODING.match(line):
            self._encoding = found[1].lower()
        elif found := _TYPE.match(line):
            self._kind = found[2].lower()
            self._alternative = self._alternative or self._kind == b"alternative"
            self._read_boundary(line)
        elif line[:1] in b" \t":
            self._read_boundary(line)
        elif not _HEADER.match(line):
            self._in_headers = False

    def _read_boundary(self, line: bytes) -> None:
        if named := _NAMED_BOUNDARY.search(line):
            self._boundary = b"--" + named[1]

    def _close(self) -> Iterator[Item]:
        """The line that waits for the next one, which does not come."""
        if self._open is not None:
            yield self._open
            self._open = None

    def _joined(self, item: Item, text: bytes) -> Item:
        if self._open is None:
            return item._replace(text=text)
        return self._open._replace(text=self._open.text + text)

    def _of_quoted_printable(self, item: Item, line: bytes) -> Iterator[Item]:
        goes_on = line.endswith(b"=")
        joined = self._joined(item, binascii.a2b_qp(line[:-1] if goes_on else line))
        self._open = joined if goes_on and len(joined.text) < MOST_BYTES else None
        if self._open is None:
            yield joined

    def _of_base64(self, item: Item, line: bytes) -> Iterator[Item]:
        try:
            text = binascii.a2b_base64(line) if line.strip() else b"\n"
        except ValueError:
            self._encoding = b""
            yield from self._close()
            yield item
            return
        *whole, rest = self._joined(item, text).text.replace(b"\r\n", b"\n").split(b"\n")
        for each in whole:
            yield item._replace(text=each)
        self._open = item._replace(text=rest) if rest and len(rest) < MOST_BYTES else None
