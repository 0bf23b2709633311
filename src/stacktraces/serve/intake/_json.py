"""JSON that a stranger sent: bounded in depth, and looked at without trust in its types."""

from __future__ import annotations

from typing import Any

import msgspec

from ...errors import InputError

_LONGEST = 100_000
"""Characters of one value that are kept."""


def decode(content: bytes) -> Any:
    """The value that ``content`` holds. Raises ``InputError`` where it is no JSON, or nested too deeply."""
    try:
        return msgspec.json.decode(content)
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError) as error:
        raise InputError(f"What was sent is no JSON: {error}.") from error


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
