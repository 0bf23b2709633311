"""What the parser of a document gives."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple, Protocol

MOST_BYTES = 4 << 20
"""Bytes of one record that are kept until it ends; a longer one is handed on in pieces."""


class Item(NamedTuple):
    """A record, as a line of JSON, or a line that stands between records."""

    text: bytes
    """Without a line end."""
    offset: int
    """Where it starts in the document, in bytes."""
    line: int
    """The line there, from 1."""
    ended: bool = True
    """The next item does not go on with it."""


class Parser(Protocol):
    """Takes a document chunk by chunk."""

    def feed(self, data: bytes, *, final: bool) -> Iterator[Item]:
        """The records that end in ``data``, which follows what was fed before; ``final`` says that it is the last."""
