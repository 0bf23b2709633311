"""Numbers out of an input."""

from __future__ import annotations

LARGEST = (1 << 64) - 1
_LONGEST = 24


def to_number(text: str | bytes, base: int = 10) -> int:
    """The number that ``text`` spells; the largest of 64 bits where it is larger. Never raises.

    ``base`` 0 takes the base from a prefix such as ``0x``; leading zeros without one mean nothing. What is no
    number is 0. Python raises for thousands of digits, and no encoder takes what 64 bits do not hold.
    """
    if len(text) > _LONGEST:
        return LARGEST
    try:
        return min(int(text, base), LARGEST)
    except ValueError:
        digits = text.decode("ascii", "replace") if isinstance(text, bytes) else text
        return min(int(digits), LARGEST) if digits.isdecimal() else 0
