"""Outputs for groups of errors: one module each, found by scanning this folder.

A module's name is what ``--format`` calls it. It declares ``OUTPUT`` and reads nothing but the model. Modules
whose name starts with an underscore are shared helpers. What no UTF-8 can hold is escaped by each output.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple, TypeAlias

import msgspec

from ..._folder import names_in
from ...model import Frame, Group, Judgement
from ..report import ReportStats


class Place(NamedTuple):
    """A line of a file of the checkout."""

    path: str
    """Relative to the checkout's root, with slashes."""
    line: int
    """From 1."""


OwnFrames: TypeAlias = Callable[[Sequence[Frame], "str | None"], list[bool]]
"""Which frames of a stack are the user's own code, given the runtime that printed it."""
Locate: TypeAlias = Callable[[Frame], "tuple[str, int] | None"]
"""Where a frame's line stands in the checkout; ``None`` where that is not certain."""


class Shown(msgspec.Struct, frozen=True):
    """What is shown of one group."""

    group: Group
    judgement: Judgement | None = None
    """Only where known issues were asked for."""

    @property
    def verdict(self) -> str | None:
        """``unsure`` counts as the verdict it leans to."""
        return self.judgement.verdict if self.judgement else None


class Answer(msgspec.Struct, frozen=True):
    """What a run found, in the order in which it is shown."""

    shown: Sequence[Shown]
    stats: ReportStats
    locate: Locate
    own_frames: OwnFrames
    version: str
    """Of stacktraces."""
    ranges: Sequence[object] = ()
    """The parts of files that were read, where not whole files were."""
    values: bool = False
    """Values of local variables may appear."""

    def place(self, group: Group) -> Place | None:
        """Where in the checkout a person should look first: the culprit, else the innermost frame in it."""
        frames = [group.culprit] if group.culprit is not None else []
        for error in group.error.chain():
            frames += error.frames
        for frame in frames:
            if (found := self.locate(frame)) is not None:
                return Place(*found)
        return None


Pieces: TypeAlias = Callable[[Answer], Iterator[bytes]]


class Output(msgspec.Struct, frozen=True):
    """A way to show groups."""

    pieces: Pieces
    """Gives the output in pieces, to be written in turn."""
    located: bool = False
    """Holds only groups with a place in the checkout."""
    companion: tuple[str, Pieces] | None = None
    """The environment variable that names a file, and what is appended to that file."""


def names() -> tuple[str, ...]:
    """What ``--format`` can be."""
    return tuple(names_in(__path__))


def find(name: str) -> Output:
    """The output that is called ``name``, one of :func:`names`."""
    output: Output = importlib.import_module(f"{__name__}.{name}").OUTPUT
    return output
