"""The order of an application's versions, whatever scheme it follows."""

from __future__ import annotations

from typing import TypeAlias

from .._regex import regex

Key: TypeAlias = tuple[tuple[int, int, str], ...]

_PART = regex(r"[0-9]+|[a-z]+")
_BEFORE_RELEASE = {"dev": -5, "snapshot": -5, "alpha": -4, "a": -4, "beta": -3, "b": -3}
_BEFORE_RELEASE |= {"milestone": -3, "m": -3, "preview": -2, "pre": -2, "c": -2, "rc": -2, "cr": -2}
_AFTER_RELEASE = {"final": 0, "ga": 0, "release": 0, "post": 1, "patch": 1, "sp": 1, "rev": 1, "r": 1, "p": 1}
_END = (0, 0, "")
_DIGITS = 4000
"""Python refuses to read longer numbers."""


def key(version: str) -> Key:
    """A sort key for ``version``: numbers by value, ``rc`` and its like before the release.

    Follows PEP 440 and Semantic Versioning where they agree: ``1.2rc1 < 1.2 == 1.2.0 < 1.2.post1 <
    1.10``. What follows ``+`` does not count, a leading ``v`` neither. ``git describe``'s
    ``1.2-3-gabc`` sorts after ``1.2``.
    """
    text = version.strip().lower().partition("+")[0].removeprefix("v")
    parts: list[tuple[int, int, str]] = []
    for part in _PART.findall(text):
        if part[0].isdigit():
            value = int(part.lstrip("0")[:_DIGITS] or "0")
            parts.append((2 if value else 0, value, ""))
        else:
            _drop_zeros(parts)
            rank = _BEFORE_RELEASE.get(part, _AFTER_RELEASE.get(part, 1))
            is_word = part not in _BEFORE_RELEASE and part not in _AFTER_RELEASE
            parts.append((rank, 0, part if is_word else ""))
    _drop_zeros(parts)
    return (*parts, _END)


def _drop_zeros(parts: list[tuple[int, int, str]]) -> None:
    """``2.0rc1`` is before ``2.0``, which is ``2``."""
    while parts and parts[-1] == _END:
        parts.pop()
