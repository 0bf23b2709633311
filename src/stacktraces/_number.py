"""Numbers out of an input."""

from __future__ import annotations

LARGEST = (1 << 64) - 1
_LONGEST = 24


def to_number(text: str | bytes, base: int = 10) -> int:
    """The number that ``text`` spells; the largest of 64 bits where it is larger.

    Python raises for thousands of digits, and no encoder takes what 64 bits do not hold.
    """
    return min(int(text, base), LARGEST) if len(text) <= _LONGEST else LARGEST
