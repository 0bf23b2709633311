"""A format: how one kind of stack trace is found and read."""

from __future__ import annotations

import functools
import importlib
from collections.abc import Callable
from typing import Protocol, TypeAlias

import msgspec

from .._folder import modules_in
from ..cursor import Cursor
from ..model import Snapshot, Trace
from ._grammar import Grammar

Reader: TypeAlias = Callable[[Cursor], Trace | Snapshot | None]


class Unfinished(Protocol):
    """A trace that is longer than is read at once, while the rest comes."""

    trace: Trace
    done: bool
    """It has ended, and ``trace`` is complete."""

    def go_on(self, data: bytes, at: int, stop: int, *, final: bool) -> int:
        """Take what stands from ``at`` to ``stop``, the end of a line; gives where it came to.

        ``final`` says that no more will come: it is done then.
        """


class Format(msgspec.Struct, frozen=True):
    """How one kind of stack trace is found and read."""

    name: str
    """Unique, a lower-case word."""
    title: str
    """What a person calls it."""
    anchors: tuple[bytes, ...]
    """Literals without line ends, one of which every trace of this format holds, and few other lines do."""
    read: Reader
    """Reads a trace near the cursor, which stands on a line that holds an anchor; may step back.

    Returns the trace, with the cursor on the first line after it, or ``None`` when the lines are
    not of this format (where the cursor then stands does not matter). Never raises for bad input.
    """
    precedence: int = 0
    """Of formats that share an anchor, the one with the higher precedence is asked first: the more specific.

    Two formats that share an anchor have different precedences.
    """
    at_words: frozenset[bytes] = frozenset()
    """Those of the anchors that are none where a word goes on: ``Error: `` in ``ValueError: ``."""
    grammar: Callable[[], Grammar] | None = None
    """Gives how its traces are built: what was read once is then counted by its bytes.

    The reader takes a trace of the grammar between two log records for one trace, from its head to its last
    line, and the contents of holes change neither its type nor its frames. Without a grammar each trace is
    read: slower, with the same results.
    """
    go_on: Callable[[Trace, bytes, int, int], Unfinished | None] | None = None
    """Makes what goes on with a trace that is longer than is read at once.

    Takes the trace as it was read, the text, and where in it the trace starts and the first line that was
    not read whole; gives ``None`` where nothing more can be read.
    """


def reader_of(module: str) -> Reader:
    """Reads as the function ``read`` of ``module`` does, which the first call imports.

    A run meets few of the formats that there are."""

    @functools.cache
    def imported() -> Reader:
        reader: Reader = importlib.import_module(module).read
        return reader

    def read(cursor: Cursor) -> Trace | Snapshot | None:
        return imported()(cursor)

    return read


def format_in(package: str, name: str, title: str, *anchors: bytes, precedence: int = 0) -> Format:
    """The format that the module ``name`` of ``package`` reads, without importing it."""
    read = reader_of(f"{package}.{name}")
    return Format(name=name, title=title, anchors=anchors, read=read, precedence=precedence)


def formats_in(package: str) -> tuple[Format, ...]:
    """The formats of a room's folder, such as ``stacktraces.runtimes.python.formats``: one a module.

    Each module that does not start with an underscore declares ``FORMAT``.
    """
    folder = importlib.import_module(package)
    return tuple(module.FORMAT for module in modules_in(package, folder.__path__))
