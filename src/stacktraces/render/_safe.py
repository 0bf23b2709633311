"""Text from an input, made safe to show."""

from __future__ import annotations

import re

_UNSAFE = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")


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
