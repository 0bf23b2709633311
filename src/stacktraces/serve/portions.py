"""Occurrences of many requests in portions that fit into memory, each to be stored in one transaction."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import TypeVar

from .spool import Entry

_T = TypeVar("_T")


def portions(
    entries: Iterable[Entry], read: Callable[[Entry], Iterable[_T]], most: int
) -> Iterator[tuple[list[_T], list[str]]]:
    """What ``read`` finds in ``entries``, at most ``most`` of it at a time, and the names of what that is.

    Small entries stand together under their ids. A large one comes in parts, ``ID#1``, ``ID#2``, and its rest
    under its id; they are the same whatever stands before it, so that they are known again after a crash.
    """
    found: list[_T] = []
    names: list[str] = []
    for entry in entries:
        own: list[_T] = []
        parts = 0
        for each in read(entry):
            own.append(each)
            if len(own) == most:
                if names:
                    yield found, names
                    found, names = [], []
                parts += 1
                yield own, [f"{entry.id}#{parts}"]
                own = []
        if names and len(found) + len(own) > most:
            yield found, names
            found, names = [], []
        found += own
        names.append(entry.id)
    if names:
        yield found, names
