"""What clients send: one module for each way, found by scanning this folder.

A module declares ``read``, which takes the unpacked body of a request and gives occurrences, and raises
``InputError`` for a body that is none.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable, Iterable
from typing import TypeAlias

import msgspec

from ..._folder import names_in
from ...model import Trace


class Occurrence(msgspec.Struct):
    """A trace with what its sender says besides."""

    trace: Trace
    environment: str | None = None
    release: str | None = None
    id: str | None = None
    """The sender's own name for it: what is sent again counts once."""
    count: int = 1
    """How many occurrences it stands for."""


Reader: TypeAlias = Callable[[bytes], Iterable[Occurrence]]


def kinds() -> list[str]:
    """The names of the ways."""
    return names_in(__path__)


def reader(kind: str) -> Reader:
    """What reads bodies of that kind, one of :func:`kinds`."""
    found: Reader = importlib.import_module(f"{__name__}.{kind}").read
    return found
