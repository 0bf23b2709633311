"""The crashed threads of snapshots, by known issues."""

from __future__ import annotations

import msgspec

from ..model import Crash, Group, Snapshot
from ..signatures.issue_rules import IssueRules
from ._known_options import Judge, conclude
from ._run import complain


class CrashJudge:
    """Tells what is known of what ended each process, and keeps what was seen for a verdict on all."""

    def __init__(self, judge: Judge, rules: IssueRules | None = None) -> None:
        self._judge = judge
        self._rules = rules
        self._groups: dict[str, Group] = {}

    def label(self, snapshot: Snapshot) -> None:
        """Fill in ``Process.crashes``. Raises ``StoreError``."""
        from ..known import group_crashes

        for process in snapshot.processes:
            crashes = group_crashes(snapshot, process, self._rules)
            threads = {group.fingerprint: ids for group, ids in crashes}
            labelled = self._judge.label([group for group, _ in crashes])
            process.crashes = [
                Crash(each.group, each.judgement, threads[each.group.fingerprint]) for each in labelled
            ]
            for each in labelled:
                self._count(each.group)

    def _count(self, group: Group) -> None:
        known = self._groups.setdefault(group.fingerprint, msgspec.structs.replace(group, count=0))
        known.count += group.count
        known.first_seen = min(filter(None, (known.first_seen, group.first_seen)), default=None)
        known.last_seen = max(filter(None, (known.last_seen, group.last_seen)), default=None)

    def conclude(self, exit_code: int) -> int:
        """Record what was seen and fail as the options ask; like :func:`conclude`. Raises ``StoreError``."""
        if not self._groups and self._judge.acts:
            complain("No thread is marked as crashed: there is nothing to compare with the known issues.")
        judged = self._judge.verdicts(self._groups.values())
        return conclude(judged, self._judge.record(judged.labelled), exit_code)
