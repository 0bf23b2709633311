"""A fatal error whose trace is all that a process left, as a snapshot with the thread that it ended in."""

from __future__ import annotations

from collections.abc import Iterable

from ..model import Process, Snapshot, Thread, Trace

FATAL_RUNTIMES = frozenset({"native"})
"""Runtimes whose traces are reports of what ends a process."""


def from_traces(traces: Iterable[Trace]) -> list[Snapshot]:
    """A snapshot for each trace that reports what ended a process, in order; others are left out."""
    return [_snapshot(trace) for trace in traces if trace.runtime in FATAL_RUNTIMES]


def _snapshot(trace: Trace) -> Snapshot:
    number = trace.context.thread
    thread = Thread(id=number or "1", frames=trace.error.frames, crashed=True, error=trace.error)
    pid = trace.context.pid
    process = Process(
        pid=int(pid) if pid is not None and pid.isdecimal() and len(pid) < 20 else None,
        threads=[thread],
        error=trace.error,
    )
    return Snapshot(format=trace.format, processes=[process], time=trace.time, uncertain=trace.uncertain)
