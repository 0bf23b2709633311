"""A reader that raises costs one trace, not the run: what it raised is kept, and the rest goes on."""

from __future__ import annotations

import traceback
from collections.abc import Iterable
from typing import Protocol

import msgspec

from .cursor import Cursor
from .model import Snapshot, Trace
from .runtimes import Format

_MOST_KEPT = 20
"""Kinds of failures that are kept, each with its first place."""


class Place(Protocol):
    """A part of a stream that is being read."""

    path: str
    base: int
    """The offset of ``data`` in the stream."""

    def line_at(self, offset: int) -> int:
        """The number of the line at an offset in the stream, from 1."""


class ReaderFailure(msgspec.Struct):
    """What one reader raised, at one place or more."""

    format: str
    error: str
    """The exception's type and text."""
    path: str | None
    line: int | None
    """Of the first place, from 1."""
    trace: str
    """Python's own traceback of the first one, for who mends the reader."""
    count: int = 1

    @property
    def sentence(self) -> str:
        """What a person is told."""
        where = f"{self.path}:{self.line}: " if self.path is not None else ""
        more = f", and at {self.count - 1:,} more places" if self.count > 1 else ""
        return (
            f"{where}the reader of {self.format} failed ({self.error}){more}; what stands there was not read."
        )


class ReaderFailures:
    """What the readers of some formats raised."""

    def __init__(self) -> None:
        self.place: tuple[Place, int] | None = None
        """The text that is being read, and the offset in its data."""
        self._found: dict[tuple[str, str, str | None], ReaderFailure] = {}

    def contain(self, formats: Iterable[Format]) -> tuple[Format, ...]:
        """The same formats with readers that do not raise: they find nothing instead."""
        return tuple(map(self._contained, formats))

    def _contained(self, each: Format) -> Format:
        def read(cursor: Cursor) -> Trace | Snapshot | None:
            return self.read(each, cursor)

        return msgspec.structs.replace(each, read=read)

    def read(self, each: Format, cursor: Cursor) -> Trace | Snapshot | None:
        """What the format reads at the cursor; ``None`` also where its reader raises."""
        try:
            return each.read(cursor)
        except Exception as error:  # noqa: BLE001 - a reader may be another distribution's
            self._add(each.name, error)
            return None

    def _add(self, name: str, error: Exception) -> None:
        path, line = None, None
        if self.place is not None:
            text, at = self.place
            path, line = text.path, text.line_at(text.base + at)
        key = name, type(error).__name__, path
        if key in self._found:
            self._found[key].count += 1
        elif len(self._found) < _MOST_KEPT:
            shown = "".join(traceback.format_exception(error))
            told = f"{type(error).__name__}: {error}"[:200]
            self._found[key] = ReaderFailure(name, told, path, line, shown)

    def take(self) -> list[ReaderFailure]:
        """What was raised since the last time."""
        found = list(self._found.values())
        self._found.clear()
        return found
