"""The JSON that ``describe.py`` always printed, major version 1."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from ...model import Snapshot
from .. import first_version as seed
from . import Output, Shown


def pieces(snapshots: Iterable[Snapshot], shown: Shown) -> Iterator[bytes]:
    """One document, and a line end."""
    yield from seed.process_group(process for snapshot in snapshots for process in snapshot.processes)
    yield b"\n"


OUTPUT = Output(pieces, every_look=True)
