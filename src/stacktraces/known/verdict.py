"""Verdicts: is a group of occurrences new, known, similar to what is known, regressed or ignored?"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from typing import Literal, TypeAlias, get_args

import msgspec

from ..model import Group, KnownIssue, Marks, Verdict
from ..signatures.fingerprint import WEAK, is_weak
from . import exemplar, times, versions
from .issue import Heading, Sighting, title_of
from .matching import Match, Matcher
from .store import Store

VERDICTS: tuple[Verdict, ...] = get_args(Verdict)
"""What needs attention first stands first."""
FailOn: TypeAlias = Literal["new", "regressed", "unsure", "any"]
_ATTENTION = {verdict: rank for rank, verdict in enumerate(VERDICTS)}


class Labelled(msgspec.Struct, omit_defaults=True):
    """A group with its verdict."""

    group: Group
    verdict: Verdict
    issue: Heading | None = None
    """The known issue that it is, or is like."""
    probability: float | None = None
    """That it belongs to ``issue``, from 0 to 1; ``None`` where the fingerprint is known."""
    unsure: bool = False
    """The likeness is neither enough to call it known nor to call it new, or the fingerprint is weak."""
    reason: str = ""
    """Why, in words."""

    @property
    def marks(self) -> Marks:
        """The verdict in plain values, for outputs."""
        issue = self.issue
        return Marks(
            verdict=self.verdict,
            unsure=self.unsure,
            probability=self.probability,
            reason=self.reason or None,
            issue=KnownIssue(issue.id, issue.title, issue.status, issue.link) if issue else None,
        )


class Run(msgspec.Struct, frozen=True):
    """What is known of the run whose groups are labelled."""

    now: str
    """When it is, ISO 8601 in UTC with seconds: the time of occurrences that have none."""
    app_version: str | None = None
    """The version of the application that was observed."""

    @classmethod
    def today(cls, app_version: str | None = None) -> Run:
        """A run that takes place now."""
        return cls(now=times.now(), app_version=app_version)


def label(
    groups: Collection[Group], store: Store, *, matcher: Matcher | None = None, run: Run | None = None
) -> list[Labelled]:
    """Each of ``groups`` with its verdict, what needs attention first in front.

    Groups whose fingerprint ``store`` does not know go to ``matcher``; without one they are new.
    Raises ``StoreError`` where the store fails.
    """
    run = run or Run.today()
    owners = store.find([group.fingerprint for group in groups])
    labelled = []
    for group in groups:
        issue = owners.get(group.fingerprint) or (matcher.renamed(group.fingerprint) if matcher else None)
        if issue is not None:
            labelled.append(_recognise(group, issue, run))
        else:
            labelled.append(_compare(group, matcher, run))
    labelled.sort(key=attention)
    return labelled


def attention(labelled: Labelled) -> tuple[int, bool, int, str]:
    """A sort key: verdicts that need attention first, what is not sure before what is, then the frequent."""
    group = labelled.group
    return _ATTENTION[labelled.verdict], not labelled.unsure, -group.count, group.fingerprint


def _compare(group: Group, matcher: Matcher | None, run: Run) -> Labelled:
    match = matcher.match(group.error, group.runtime) if matcher is not None else None
    if match is None:
        return Labelled(group, "new", reason="nothing known is like it")
    if match.decision == "new":
        return Labelled(group, "new", reason=f"most like {match.issue.id}, but: {match.reason}")
    if match.decision == "unsure":
        return _similar(group, match, unsure=True)
    judged = _judge(group, match.issue, run)
    if judged.verdict == "known":
        return _similar(group, match, unsure=False)
    judged.probability = match.probability
    judged.reason = "; ".join(filter(None, (judged.reason, match.reason)))
    return judged


def _recognise(group: Group, issue: Heading, run: Run) -> Labelled:
    """The verdict on a group whose fingerprint is known: one that is weak proves little."""
    judged = _judge(group, issue, run)
    if judged.verdict != "ignored" and is_weak(group.error, group.runtime):
        judged.unsure = judged.verdict == "known"
        judged.reason = "; ".join(filter(None, (judged.reason, f"weak: {WEAK}")))
    return judged


def _similar(group: Group, match: Match, *, unsure: bool) -> Labelled:
    reason = f"not sure; {match.reason}" if unsure else match.reason
    return Labelled(group, "similar", match.issue, match.probability, unsure, reason)


def _judge(group: Group, issue: Heading, run: Run) -> Labelled:
    """The verdict on a group that belongs to ``issue``."""
    if issue.status == "open":
        return Labelled(group, "known", issue)
    if issue.status == "ignored":
        return Labelled(group, "ignored", issue)
    regressed, reason = _regressed(group, issue, run)
    return Labelled(group, "regressed" if regressed else "known", issue, reason=reason)


def _regressed(group: Group, issue: Heading, run: Run) -> tuple[bool, str]:
    """Whether an occurrence of a resolved issue comes after its resolution, and why."""
    if issue.resolved_in is not None and run.app_version is not None:
        regressed = versions.key(run.app_version) >= versions.key(issue.resolved_in)
        relation = "seen in" if regressed else "resolved, but not yet in"
        return regressed, f"resolved in {issue.resolved_in}; {relation} {run.app_version}"
    if issue.resolved_at is None:
        return True, f"resolved in {issue.resolved_in}; seen in a version that was not told"
    seen = times.normalise(group.last_seen) or run.now
    regressed = seen >= times.end(issue.resolved_at)
    if regressed:
        return True, f"resolved {issue.resolved_at}; seen {seen}"
    return False, f"resolved {issue.resolved_at}; last seen before, {seen}"


def failing(labelled: Iterable[Labelled], fail_on: Collection[FailOn]) -> list[Labelled]:
    """Those of ``labelled`` for which a run shall fail.

    ``unsure`` means those of which it is not sure that they are what they are said to be: similar ones, and
    known ones by a weak fingerprint; ``any`` all that is neither known nor ignored nor surely like something
    known.
    """
    return [each for each in labelled if _fails(each, fail_on)]


def _fails(labelled: Labelled, fail_on: Collection[FailOn]) -> bool:
    if labelled.unsure and "unsure" in fail_on:
        return True
    if labelled.verdict == "similar":
        return labelled.unsure and "any" in fail_on
    if labelled.verdict in ("new", "regressed"):
        return labelled.verdict in fail_on or "any" in fail_on
    return False


def record(labelled: Sequence[Labelled], store: Store, *, run: Run | None = None) -> None:
    """Tell ``store`` what was seen; issues that are missing are created.

    A group that surely is like a known issue becomes part of it. One that may be, but not surely,
    gets an issue of its own, which a person can merge. Raises ``StoreError``.
    """
    run = run or Run.today()
    known = store.find([each.group.fingerprint for each in labelled])
    store.record([_sighting(each, each.group.fingerprint in known, run) for each in labelled])


def _sighting(labelled: Labelled, is_known: bool, run: Run) -> Sighting:
    group = labelled.group
    error = None if is_known else exemplar.reduce(group.error, group.runtime)
    first, last = times.normalise(group.first_seen), times.normalise(group.last_seen)
    joins = labelled.issue is not None and not labelled.unsure
    return Sighting(
        fingerprint=group.fingerprint,
        title="" if error is None else title_of(error),
        error=error,
        count=group.count,
        first_seen=first or last or run.now,
        last_seen=last or first or run.now,
        version=run.app_version,
        issue_id=labelled.issue.id if joins and labelled.issue else None,
    )
