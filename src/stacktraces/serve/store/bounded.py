"""Values of issues of which so many are kept: which are there, and for which there is room."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from typing import NamedTuple, TypeAlias

from sqlalchemy import Column, Connection, func, select, tuple_

from ...known._lookup import chunks
from . import many

_REMEMBERED = 100_000
"""Values that are known to be there."""
_SECONDS = 600.0
"""For so long: other sites may have changed them."""

Key: TypeAlias = tuple[str, ...]
"""What is bounded, by its columns, and a value."""


class Chosen(NamedTuple):
    """Some values."""

    kept: list[Key]
    """Those that are there, and those for which there is room."""
    new: list[Key]
    """Only the latter."""


class Bounded:
    """Used by one thread; what it remembers has to be cleared where a transaction is undone."""

    def __init__(
        self,
        of: tuple[Column[str], ...],
        value: Column[str],
        most: int,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """``most`` different ones of ``value`` for each combination of the columns ``of``."""
        self._of = of
        self._value = value
        self._most = most
        self._clock = clock
        self.clear()

    def clear(self) -> None:
        """Forget what is remembered."""
        self._since = self._clock()
        # Their hashes: the texts would take ten times the memory.
        self._there: set[int] = set()
        self._numbers: dict[Key, int] = {}

    def choose(self, connection: Connection, keys: Iterable[Key]) -> Chosen:
        """Those of ``keys`` that may be written. Its earlier ones come first."""
        if len(self._there) > _REMEMBERED or self._clock() > self._since + _SECONDS:
            self.clear()
        wanted = list(dict.fromkeys(keys))
        unsure = [each for each in wanted if hash(each) not in self._there]
        there = self._stored(connection, unsure)
        news = [each for each in unsure if each not in there]
        self._count(connection, {each[:-1] for each in news})
        new = []
        for each in news:
            if self._numbers[each[:-1]] < self._most:
                self._numbers[each[:-1]] += 1
                new.append(each)
        self._there.update(map(hash, there), map(hash, new))
        return Chosen([each for each in wanted if hash(each) in self._there], new)

    def _stored(self, connection: Connection, keys: list[Key]) -> set[Key]:
        return many.there(connection, (*self._of, self._value), keys)

    def _count(self, connection: Connection, groups: set[Key]) -> None:
        missing = sorted(each for each in groups if each not in self._numbers)
        self._numbers.update(dict.fromkeys(missing, 0))
        for chunk in chunks(missing):
            number = func.count(self._value.distinct())
            statement = select(*self._of, number).where(tuple_(*self._of).in_(chunk)).group_by(*self._of)
            for *group, count in connection.execute(statement):
                self._numbers[tuple(group)] = count
