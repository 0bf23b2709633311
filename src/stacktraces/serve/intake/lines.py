"""Records of log shippers in JSON: a line each, or all of them in one array (Vector, Fluent Bit)."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from . import Occurrence, text
from ._json import decode, items


def read(content: bytes) -> Iterator[Occurrence]:
    """The errors in the records' texts; a trace whose lines are records of their own is put together."""
    if content.lstrip().startswith(b"["):
        content = b"".join(msgspec.json.encode(each) + b"\n" for each in items(decode(content)))
    return text.read(content)
