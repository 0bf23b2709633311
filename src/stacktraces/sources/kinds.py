"""What the bytes of a stream are: text, packed, or in another encoding than UTF-8; told by the first ones."""

from __future__ import annotations

import codecs
from typing import Literal, TypeAlias

from .._regex import regex

Packing: TypeAlias = Literal["gzip", "bzip2", "xz", "zstd", "lz4"]

START = 6
"""Bytes by which a stream is told."""

_SIGNS: tuple[tuple[bytes, Packing], ...] = (
    (b"\x1f\x8b", "gzip"),
    (b"BZh", "bzip2"),
    (b"\xfd7zXZ\0", "xz"),
    (b"\x28\xb5\x2f\xfd", "zstd"),
    (b"\x04\x22\x4d\x18", "lz4"),
)
_SKIPPABLE = regex(rb"[\x50-\x5f]\*M\x18")
"""The start of a frame that holds no text: pzstd begins its files with one."""
_UTF_16 = regex(rb"(?P<le>(?:[\t\r\n -~]\0){3})|(?P<be>(?:\0[\t\r\n -~]){3})")
"""Three characters of ASCII, as a log starts with that was cut."""


_AS_IT_IS = regex(rb"(?!BZh)[\t\r\n -~]{4}")
"""Text in UTF-8 that starts so is neither packed nor in another encoding."""


def is_as_it_stands(start: bytes) -> bool:
    """Whether a stream's first bytes say that it is neither packed nor in another encoding than UTF-8."""
    return _AS_IT_IS.match(start) is not None


def packing_of(start: bytes) -> Packing | None:
    """How a stream that starts so is compressed; ``None`` where it is not."""
    if _SKIPPABLE.match(start):
        return "zstd"
    return next((packing for sign, packing in _SIGNS if start.startswith(sign)), None)


def encoding_of(start: bytes) -> str | None:
    """The encoding that a stream's byte-order mark or its first characters tell, where it is not UTF-8."""
    if start.startswith((codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE)):
        return "utf-32"
    if start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    without_mark = _UTF_16.match(start)
    return f"utf-16-{without_mark.lastgroup}" if without_mark else None
