"""Described processes as JSON for programs; ``docs/describe-schema.md`` explains it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from ...model import Snapshot
from ..snapshot_report import SCHEMA_VERSION, process_pieces
from . import Output, Shown


def pieces(snapshots: Iterable[Snapshot], shown: Shown) -> Iterator[bytes]:
    """One document, a thread a piece."""
    yield b'{"schema_version":%d,"processes":[' % SCHEMA_VERSION
    separator = b"\n"
    for snapshot in snapshots:
        for process in snapshot.processes:
            yield separator
            yield from process_pieces(snapshot, process)
            separator = b",\n"
    yield b"\n]}\n"


OUTPUT = Output(pieces)
