"""Text from an input, made safe to show."""

from __future__ import annotations

import re

from .._regex import regex

_UNSAFE = regex(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")
_UNSAFE_BYTES = regex(rb"\x7f|\xc2[\x80-\x9f]|\xe2\x80[\x8e\x8f\xa8-\xae]|\xe2\x81[\xa6-\xa9]")
"""The same in UTF-8, without what JSON escapes by itself."""


def _escape(match: re.Match[str]) -> str:
    code = ord(match.group())
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}"


def printable(text: str) -> str:
    """``text`` with control, bidirectional and surrogate characters as ``\\xNN`` or ``\\uNNNN``.

    Newlines and tabs stay. The result can be written to a terminal or a UTF-8 file.
    """
    return _UNSAFE.sub(_escape, text)


def one_line(text: str) -> str:
    """Like :func:`printable`, with newlines and tabs escaped as well."""
    return printable(text).replace("\n", "\\n").replace("\t", "\\t")


def safe_json(encoded: bytes) -> bytes:
    """JSON that means the same as ``encoded``, with what could steer a terminal as ``\\uNNNN``."""
    if encoded.isascii() and b"\x7f" not in encoded:
        return encoded
    return _UNSAFE_BYTES.sub(lambda match: b"\\u%04x" % ord(match.group().decode()), encoded)
