"""What lines were read as, remembered: the stacks of a log have most of their lines in common."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import TypeVar

from msgspec.structs import replace

from ..model import Frame

_LINES = 4096
_LONGEST = 400
"""Characters of a line that is remembered."""

_Read = TypeVar("_Read")


def remembered(read: Callable[[str], _Read]) -> Callable[[str], _Read]:
    """``read``, which reads a line and gives what nobody changes, but each line is read once."""
    once = functools.lru_cache(maxsize=_LINES)(read)

    @functools.wraps(read)
    def again(line: str) -> _Read:
        return once(line) if len(line) <= _LONGEST else read(line)

    return again


def remembered_frame(read: Callable[[str], Frame | None]) -> Callable[[str], Frame | None]:
    """The same for a function that gives a frame: each time another one, which its owner may change."""
    once = functools.lru_cache(maxsize=_LINES)(read)

    @functools.wraps(read)
    def again(line: str) -> Frame | None:
        if len(line) > _LONGEST:
            return read(line)
        frame = once(line)
        return replace(frame) if frame is not None else None

    return again
