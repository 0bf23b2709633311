"""Crash reports that are a JSON object, alone in a file or in the midst of a log."""

from __future__ import annotations

from typing import Any

from ...cursor import Cursor

_FIRST_TRY, _LARGEST = 4 << 10, 16 << 20
"""Bytes of the object that are tried first, and at most."""
_NEAR_END = 64
"""An error so near the end of what was tried may be that it was cut there."""
_BLANK_LINES = 8
_BACK = 60


def step_to_object(cursor: Cursor) -> bool:
    """Go back to the line ``{`` that starts the object; False where none is near, or it is in another."""
    for _ in range(_BACK):
        if not cursor.back():
            return False
        if (cursor.line or "").rstrip() == "{":
            return is_outermost(cursor)
    return False


def is_outermost(cursor: Cursor) -> bool:
    """Whether the object that starts on the line is in no other: each would be read to its end again."""
    for distance in range(1, _BLANK_LINES):
        before = cursor.peek(-distance)
        if before is None or before.strip():
            return before is None or not before.rstrip().endswith((",", ":", "[", "{"))
    return False


def read_object(cursor: Cursor) -> dict[str, Any] | None:
    """The object at the cursor, which is left behind it."""
    import json  # Takes long to import, for what few files hold.

    start, size = cursor.offset, _FIRST_TRY
    while size <= _LARGEST:
        raw = bytes(cursor.buffer[start : min(start + size, cursor.end)])
        text = raw.decode("utf-8", "surrogateescape")
        try:
            found, end = json.JSONDecoder().raw_decode(text)
            break
        except json.JSONDecodeError as error:
            if error.pos < len(text) - _NEAR_END and "Unterminated" not in error.msg:
                return None
        except (ValueError, RecursionError):
            return None
        if start + size >= cursor.end:
            return None
        size *= 8
    else:
        return None
    last = start + len(text[:end].encode("utf-8", "surrogateescape"))
    while cursor.offset < last and cursor.line is not None:
        cursor.advance()
    return found if isinstance(found, dict) else None


def list_of(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def text_of(value: Any) -> str | None:
    return value.encode("utf-8", "replace").decode() or None if isinstance(value, str) else None


def count_of(value: Any) -> int | None:
    is_count = isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 1 << 64
    return value if is_count else None
