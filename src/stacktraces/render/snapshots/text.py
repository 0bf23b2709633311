"""The text that ``describe.py`` prints: each process with its groups of threads."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator

import msgspec

from ...model import Process, Snapshot
from .. import first_version as seed
from ..crashes import crash_lines
from ..locks import lock_lines
from . import Output, Shown
from ._words import crashed, doing, ended, movement


def pieces(snapshots: Iterable[Snapshot], shown: Shown) -> Iterator[bytes]:
    """A line a piece; before each process what ended it, its deadlocks and convoys."""
    for snapshot in snapshots:
        for process in snapshot.processes:
            verdicts = crash_lines(ended(process, snapshot.host))
            found = [*crashed(process, snapshot.host), *lock_lines(process)]
            if shown.aside is not None:
                # The first version's lines name the thread that crashed, by its state.
                named = any(group.crashed for group in process.groups)
                for line in (*(lock_lines(process) if named else found), *movement(process)):
                    shown.aside(line)
                lines = itertools.chain(verdicts, seed.process_text(process, shown.level))
            else:
                lines = itertools.chain(verdicts, found, process_lines(process, shown.level))
            for line in lines:
                yield f"{line}\n".encode()


def process_lines(process: Process, level: int) -> Iterator[str]:
    """The seed's lines and places, with what moved below the heading where there were several looks."""
    if process.looks < 2:
        yield from seed.process_text(process, level, places=True)
        return
    lines = seed.process_text(_with_motion(process), level, places=True)
    if process.pid is not None or process.executable is not None:
        yield next(lines)
    yield from movement(process)
    yield from lines


def _with_motion(process: Process) -> Process:
    """``process`` with how its threads moved as part of their states."""
    replace = msgspec.structs.replace
    threads = [replace(each, state=doing(each, process.seconds), wait=None) for each in process.threads]
    groups = [replace(each, state=doing(each, process.seconds), wait=None) for each in process.groups]
    return replace(process, threads=threads, groups=groups)


OUTPUT = Output(pieces)
