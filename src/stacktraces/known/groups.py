"""Groups of errors that no scan has grouped: a few pasted ones, or the crashed threads of a snapshot."""

from __future__ import annotations

from collections.abc import Iterable

from ..model import Group, Process, Snapshot, Trace
from ..runtimes import runtime_name
from ..signatures.culprit import culprit
from ..signatures.fatal import reported_threads
from ..signatures.issue_rules import IssueRules, named


def group_traces(traces: Iterable[Trace], rules: IssueRules | None = None) -> list[Group]:
    """``traces`` by fingerprint, in order of appearance; ``rules`` are a team's own."""
    groups: dict[str, Group] = {}
    for each in traces:
        name, rule = named(each.error, each.runtime, rules)
        group = groups.setdefault(name, Group(name, each.error, each.format, each.runtime, rule=rule))
        group.count += 1
    return list(groups.values())


def group_crashes(
    snapshot: Snapshot, process: Process, rules: IssueRules | None = None
) -> list[tuple[Group, list[str]]]:
    """What ended ``process``, which ``snapshot`` saw, by fingerprint, each with the ids of its threads.

    A report of one stack without a signal counts as such an error, of no type. When it happened is not known
    better than that the snapshot was taken afterwards.
    """
    runtime = runtime_name(snapshot.format)
    groups: dict[str, tuple[Group, list[str]]] = {}
    for thread, error in reported_threads(snapshot, process):
        name, rule = named(error, runtime, rules)
        if name not in groups:
            found = Group(name, error, snapshot.format, runtime, rule=rule)
            found.first_seen = found.last_seen = snapshot.time
            found.culprit = culprit(error, runtime)
            groups[name] = found, []
        group, threads = groups[name]
        group.count += 1
        if thread is not None:
            threads.append(thread.id or thread.os_id or "")
    return list(groups.values())
