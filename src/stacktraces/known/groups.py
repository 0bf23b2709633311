"""Groups of errors that no scan has grouped: a few pasted ones, or the crashed threads of a snapshot."""

from __future__ import annotations

from collections.abc import Iterable

from ..model import Error, Group, Process, Snapshot
from ..signatures.culprit import culprit
from ..signatures.fatal import fatal_threads
from ..signatures.fingerprint import fingerprint


def group_errors(errors: Iterable[Error], format_name: str) -> list[Group]:
    """``errors`` by fingerprint, in order of appearance; ``format_name`` is the format that read them."""
    groups: dict[str, Group] = {}
    for error in errors:
        name = fingerprint(error)
        group = groups.setdefault(name, Group(fingerprint=name, error=error, format=format_name))
        group.count += 1
    return list(groups.values())


def group_crashes(snapshot: Snapshot, process: Process) -> list[tuple[Group, list[str]]]:
    """What ended ``process``, which ``snapshot`` saw, by fingerprint, each with the ids of its threads.

    When it happened is not known better than that the snapshot was taken afterwards.
    """
    groups: dict[str, tuple[Group, list[str]]] = {}
    for thread, error in fatal_threads(process):
        name = fingerprint(error)
        if name not in groups:
            found = Group(name, error, snapshot.format, first_seen=snapshot.time, last_seen=snapshot.time)
            found.culprit = culprit(error)
            groups[name] = found, []
        group, threads = groups[name]
        group.count += 1
        if thread is not None:
            threads.append(thread.id or thread.os_id or "")
    return list(groups.values())
