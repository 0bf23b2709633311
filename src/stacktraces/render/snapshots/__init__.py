"""Outputs for described snapshots: one module each, found by scanning this folder.

A module's name is what ``--format`` calls it. It declares ``OUTPUT`` and reads nothing but the model and
what is worked out from it alone. Modules whose name starts with an underscore are shared helpers.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable, Iterable, Iterator
from typing import TypeAlias

import msgspec

from ..._folder import names_in
from ...model import Snapshot
from ...snapshots.merging import Stack


class Shown(msgspec.Struct, frozen=True):
    """What is asked for."""

    level: int = 0
    """0 groups of threads, 1 threads, 2 frames, 3 arguments, 4 local variables."""
    values: bool = False
    """Values of arguments and locals may appear where an output would leave them out."""
    width: int | None = None
    """Columns of the terminal; ``None`` where the output does not go to one."""
    color: bool = False
    aside: Callable[[str], object] | None = None
    """Takes the lines that the first version of ``describe.py`` did not print, where the output is to be
    as that one's; ``None`` where they stand in the output."""
    combine: Callable[[list[Stack]], list[Stack]] | None = None
    """Joins stacks that are alike, in an output that ``merges``."""


Pieces: TypeAlias = Callable[[Iterable[Snapshot], Shown], Iterator[bytes]]


class Output(msgspec.Struct, frozen=True):
    """A way to show snapshots."""

    pieces: Pieces
    """Gives the output in pieces, to be written in turn; takes the snapshots one by one where it can."""
    merges: bool = False
    """Shows the threads of all processes together, and applies ``Shown.combine``."""
    every_look: bool = False
    """Shows each of several looks at a process; others are given them joined."""


def names() -> tuple[str, ...]:
    """What ``--format`` can be."""
    return tuple(names_in(__path__))


def find(name: str) -> Output:
    """The output that is called ``name``, one of :func:`names`."""
    output: Output = importlib.import_module(f"{__name__}.{name}").OUTPUT
    return output
