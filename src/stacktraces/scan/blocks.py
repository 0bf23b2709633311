"""Plain blocks that were read once: found again by their bytes, not parsed again."""

from __future__ import annotations

import re
from typing import TypeAlias

import msgspec

from ..formats import Format

Key: TypeAlias = "int | tuple[Key, int]"
"""The stacks of a trace's blocks, first to last."""
Token: TypeAlias = str
"""What a sink gave for a block: it stands for all of the block's occurrences."""

_TAIL = 96
"""Bytes at a stack's end by which it is looked up: the innermost frames and the type tell most apart."""
_ALIKE = 8
"""Stacks with the same tail that are compared one by one."""
_MOST_BYTES = 24 << 20
_MOST_STACKS = 50_000


class Plain(msgspec.Struct, frozen=True):
    """How the plain blocks of one format are matched."""

    pattern: re.Pattern[bytes]
    before: re.Pattern[bytes] | None
    stack: int
    """The number of the group."""
    link: int
    """The number of the group, 0 where there is none."""


def plain(format: Format) -> Plain | None:
    """The compiled patterns of ``format``; ``None`` where it declares no block."""
    if format.block is None:
        return None
    pattern = re.compile(format.block)
    return Plain(
        pattern=pattern,
        before=re.compile(format.before) if format.before is not None else None,
        stack=pattern.groupindex["stack"],
        link=pattern.groupindex.get("link", 0),
    )


class Blocks:
    """The blocks seen so far; forgets all when there are too many, which costs only time."""

    def __init__(self) -> None:
        self._tails: dict[bytes, list[tuple[bytes, int]]] = {}
        self._whole: dict[bytes, int] = {}
        self._tokens: dict[Key, Token | None] = {}
        self._count = self._bytes = 0

    def key(self, plain: Plain, data: bytes, start: int, limit: int) -> tuple[Key, int] | None:
        """The key and the end of the trace whose first plain block is at ``start``, if one is."""
        group, link, match_at = plain.stack, plain.link, plain.pattern.match
        key: Key | None = None
        while match := match_at(data, start, limit):
            end = match.end(group)
            alike = self._tails.get(data[end - _TAIL : end])
            if alike and len(alike[0][0]) == end - start and data.startswith(alike[0][0], start):
                identity = alike[0][1]
            else:
                identity = self._identity(data, start, end)
            key = identity if key is None else (key, identity)
            start = match.end()
            if not link or match.start(link) < 0:
                return key, start
        return None

    def token(self, key: Key) -> Token | None:
        """What stands for that trace; ``None`` where it is to be read.

        Raises ``KeyError`` when it was not seen yet.
        """
        return self._tokens[key]

    def learn(self, key: Key, token: Token | None) -> None:
        """From now on ``token`` stands for the trace; with ``None`` it is read each time."""
        if self._bytes > _MOST_BYTES or len(self._tokens) > _MOST_STACKS:
            self.__init__()  # type: ignore[misc]
            return
        self._tokens[key] = token

    def _identity(self, data: bytes, start: int, end: int) -> int:
        size = end - start
        tail = data[end - _TAIL : end] if size > _TAIL else data[start:end]
        alike = self._tails.get(tail)
        if alike is None:
            alike = self._tails[tail] = []
        for stack, number in alike:
            if len(stack) == size and data.startswith(stack, start):
                return number
        stack = data[start:end]
        if len(alike) >= _ALIKE:
            known = self._whole.get(stack)
            if known is not None:
                return known
            self._whole[stack] = self._count
        else:
            alike.append((stack, self._count))
        self._count += 1
        self._bytes += size
        return self._count - 1
