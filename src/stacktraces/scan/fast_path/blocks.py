"""Plain blocks that were read once: found again by their bytes, not parsed again."""

from __future__ import annotations

import re
from typing import TypeAlias

import msgspec

from ..._regex import regex
from ...runtimes import Format

Key: TypeAlias = "int | tuple[Key, int]"
"""The stacks of a trace's blocks, first to last."""
Token: TypeAlias = str
"""What a sink gave for a block: it stands for all of the block's occurrences."""

NEW: Token = ""
"""No token: the block was not seen before."""

_STRIDE = 16
"""A stack is looked up by each sixteenth byte of it, and then compared."""
_ALIKE = 8
"""Stacks with the same sample that are compared one by one."""
_MOST_BYTES = 24 << 20
_MOST_STACKS = 50_000


class Plain(msgspec.Struct, frozen=True):
    """How the plain blocks of one format are matched."""

    pattern: re.Pattern[bytes]
    """With a group ``stack``."""
    linked: bool
    """It has a group ``link``."""
    before: re.Pattern[bytes]
    """A line that may stand before a block, and so behind one."""
    telling: tuple[tuple[bytes, bytes], ...]
    """See :attr:`stacktraces.runtimes.Format.telling`."""


def plain(format: Format) -> Plain | None:
    """The patterns of ``format``; ``None`` where it declares no block."""
    if format.block is None:
        return None
    return Plain(
        pattern=regex(format.block),
        linked=b"(?P<link>" in format.block,
        before=regex(format.before or b""),
        telling=format.telling,
    )


class Blocks:
    """The blocks seen so far; forgets all when there are too many, which costs only time."""

    def __init__(self) -> None:
        self._samples: dict[bytes, list[tuple[bytes, int]]] = {}
        self._whole: dict[bytes, int] = {}
        self.tokens: dict[Key, Token | None] = {}
        """What stands for the traces seen before; ``None`` where one is to be read each time."""
        self.taught: set[tuple[int, Key]] = set()
        """Those, each with its anchor, that the compiled part knows."""
        self._count = self._bytes = 0

    def key(self, plain: Plain, data: bytes, start: int, limit: int) -> tuple[Key, int] | None:
        """The key and the end of the trace whose first plain block is at ``start``, if one is."""
        match_at, samples = plain.pattern.match, self._samples
        key: Key | None = None
        while match := match_at(data, start, limit):
            end = match.end("stack")
            for stack, number in samples.get(data[start:end:_STRIDE], ()):
                if len(stack) == end - start and data.startswith(stack, start):
                    identity = number
                    break
            else:
                identity = self._new(data, start, end)
            key = identity if key is None else (key, identity)
            start = match.end()
            if not plain.linked or match.start("link") < 0:
                return key, start
        return None

    def learn(self, key: Key, token: Token | None) -> None:
        """From now on ``token`` stands for the trace; with ``None`` it is read each time."""
        if self._bytes > _MOST_BYTES or len(self.tokens) > _MOST_STACKS:
            self.__init__()  # type: ignore[misc]
            return
        self.tokens[key] = token

    def _new(self, data: bytes, start: int, end: int) -> int:
        alike = self._samples.setdefault(data[start:end:_STRIDE], [])
        stack = data[start:end]
        if len(alike) >= _ALIKE:
            known = self._whole.get(stack)
            if known is not None:
                return known
            self._whole[stack] = self._count
        else:
            alike.append((stack, self._count))
        self._count += 1
        self._bytes += len(stack)
        return self._count - 1
