"""JSON that a stranger sent: bounded in depth, and looked at without trust in its types."""

from __future__ import annotations

import re
from typing import Any

import msgspec

from ..._regex import regex
from ...errors import InputError

MOST_CONTAINERS = 400_000
"""Objects and lists of one text, as far as its brackets tell."""
MOST_VALUES = 2_000_000
"""Values of one text, as far as its commas tell."""
_ESCAPE = regex(
    rb"\\(?:u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|(u[dD][89a-fA-F][0-9a-fA-F]{2})|.)"
)
"""An escape in JSON; the group is half a character."""
_LONGEST = 100_000
"""Characters of one value that are kept."""


def decode(content: bytes) -> Any:
    """The value that ``content`` holds. Raises ``InputError`` where it is no JSON, or nested too deeply.

    Small values take many times more memory than text: of more than anybody sends none is read.
    """
    if content.count(b"{") + content.count(b"[") > MOST_CONTAINERS or content.count(b",") > MOST_VALUES:
        raise InputError("What was sent has too many values; send fewer at a time.")
    try:
        return _decoded(content)
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError) as error:
        raise InputError(f"What was sent is no JSON: {error}.") from error


def _decoded(content: bytes) -> Any:
    try:
        return msgspec.json.decode(content)
    except msgspec.DecodeError:
        # JavaScript cuts texts in the midst of a character, and sends the half that is left.
        whole = _ESCAPE.sub(_whole, content)
        if whole == content:
            raise
    return msgspec.json.decode(whole)


def _whole(escape: re.Match[bytes]) -> bytes:
    return b"\\ufffd" if escape[1] else escape[0]


def fields(value: object) -> dict[str, Any]:
    """``value`` where it is an object; an empty one otherwise."""
    return value if isinstance(value, dict) else {}


def items(value: object) -> list[Any]:
    """``value`` where it is a list; an empty one otherwise."""
    return value if isinstance(value, list) else []


def text(value: object) -> str | None:
    """``value`` where it is a text that is not empty."""
    return value[:_LONGEST] if isinstance(value, str) and value else None


def number(value: object) -> int | None:
    """``value`` where it is a whole number from 0 on, or a text of one."""
    if isinstance(value, bool):
        return None
    if isinstance(value, int):
        return value if 0 <= value < 1 << 63 else None
    if isinstance(value, str) and value.isascii() and value.isdecimal() and len(value) < 19:
        return int(value)
    return None


def shown(value: object) -> str | None:
    """``value`` as a person reads it: a text as it is, anything else as JSON."""
    if isinstance(value, str):
        return value[:_LONGEST]
    try:
        return msgspec.json.encode(value).decode("utf-8", "replace")[:_LONGEST]
    except RecursionError:
        return None
