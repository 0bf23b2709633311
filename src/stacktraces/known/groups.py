"""Groups of errors that no scan has grouped: a few pasted ones, or the crashed threads of a snapshot."""

from __future__ import annotations

from collections.abc import Iterable

from ..model import Group, Process, Snapshot, Trace
from ..runtimes import runtime_name
from ..signatures.culprit import culprit
from ..signatures.fatal import reported_threads
from ..signatures.fingerprint import fingerprint


def group_traces(traces: Iterable[Trace]) -> list[Group]:
    """``traces`` by fingerprint, in order of appearance."""
    groups: dict[str, Group] = {}
    for each in traces:
        name = fingerprint(each.error, each.runtime)
        group = groups.setdefault(name, Group(name, each.error, each.format, each.runtime))
        group.count += 1
    return list(groups.values())


def group_crashes(snapshot: Snapshot, process: Process) -> list[tuple[Group, list[str]]]:
    """What ended ``process``, which ``snapshot`` saw, by fingerprint, each with the ids of its threads.

    A report of one stack without a signal counts as such an error, of no type. When it happened is not known
    better than that the snapshot was taken afterwards.
    """
    runtime = runtime_name(snapshot.format)
    groups: dict[str, tuple[Group, list[str]]] = {}
    for thread, error in reported_threads(snapshot, process):
        name = fingerprint(error, runtime)
        if name not in groups:
            found = Group(name, error, snapshot.format, runtime)
            found.first_seen = found.last_seen = snapshot.time
            found.culprit = culprit(error, runtime)
            groups[name] = found, []
        group, threads = groups[name]
        group.count += 1
        if thread is not None:
            threads.append(thread.id or thread.os_id or "")
    return list(groups.values())
