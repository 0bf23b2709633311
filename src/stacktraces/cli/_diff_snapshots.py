"""What moved between two captures of the same processes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, TypeAlias

from ..model import Process, Snapshot, Thread
from ..render.locks import lock_lines
from ..render.snapshots._words import process_name
from ..render.snapshots.text import process_lines
from ..rules import RuleSet
from ..snapshots.movement import joined, stuck_groups, verdict
from ._captures import Capture, CaptureReader

Looked: TypeAlias = tuple[str, Process]
"""A process and, where it is in one capture only, in which: ``A``, ``B`` or ``both``."""


def compare(older: Capture, newer: Capture, missing: list[str]) -> list[Looked]:
    """The processes in two captures over time, those in both first.

    Where each holds a single process and one of them tells no pid, they are taken for the same one. What
    could not be understood collects in ``missing``. Raises ``UnknownFormatError``.
    """
    reader = CaptureReader(RuleSet(), every_look=True, missing=missing)
    before, after = reader.describe(older), reader.describe(newer)
    _align(before, after)
    processes = [each for snapshot in joined([*before, *after]) for each in snapshot.processes]
    pids = [{each.pid for snapshot in side for each in snapshot.processes} for side in (before, after)]
    found = [(_side(each, *pids), each) for each in processes]
    return sorted(found, key=lambda each: ("both", "A", "B").index(each[0]))


def _align(before: list[Snapshot], after: list[Snapshot]) -> None:
    sides = [[each for snapshot in side for each in snapshot.processes] for side in (before, after)]
    if all(len(side) == 1 for side in sides):
        (one,), (other,) = sides
        if one.pid is None or other.pid is None:
            one.pid = other.pid = one.pid or other.pid or 0


def _side(process: Process, before: set[int | None], after: set[int | None]) -> str:
    if process.pid in before and process.pid in after:
        return "both"
    return "A" if process.pid in before else "B"


def lines(found: list[Looked]) -> Iterator[str]:
    """What moved, in words."""
    for side, process in found:
        if side == "both":
            yield from lock_lines(process)
            yield from process_lines(process, 0)
        else:
            yield f"Only in {side}: {process_name(process)}"


def document(found: list[Looked]) -> dict[str, Any]:
    """The same for programs."""
    return {
        "processes": [
            {
                "in": side,
                "pid": process.pid,
                "executable": process.executable,
                "looks": process.looks,
                "seconds": process.seconds,
                "verdict": verdict(process),
                "threads": [_thread(thread) for thread in process.threads if not thread.ended],
            }
            for side, process in found
        ]
    }


def _thread(thread: Thread) -> dict[str, Any]:
    return {
        "id": thread.id,
        "os_id": thread.os_id,
        "name": thread.name,
        "state": thread.state,
        "idle": thread.idle,
        "motion": thread.motion,
        "functions": [frame.function for frame in thread.frames],
    }


def is_stuck(found: list[Looked]) -> bool:
    """Whether a thread of a process in both captures stood still in the midst of work."""
    return any(stuck_groups(process) for side, process in found if side == "both")
