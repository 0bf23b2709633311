"""Verdicts: is a group of occurrences new, known, similar to what is known, regressed or ignored?"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from typing import Literal, NamedTuple, TypeAlias, get_args

import msgspec

from ..model import Group, Judgement, KnownIssue, Verdict
from ..signatures.fingerprint import WEAK, is_weak
from . import exemplar, times, versions
from .issue import Sighting, title_of
from .matching import Match, Matcher
from .store import Store

VERDICTS: tuple[Verdict, ...] = get_args(Verdict)
"""What needs attention first stands first."""
FailOn: TypeAlias = Literal["new", "regressed", "unsure", "any"]
_ATTENTION = {verdict: rank for rank, verdict in enumerate(VERDICTS)}


class Labelled(NamedTuple):
    """A group with its verdict."""

    group: Group
    judgement: Judgement


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

    ``matcher``, such as a :class:`StoreMatcher`, judges by all that is known of the issues in ``store``;
    without one a group is known where its fingerprint is, and new otherwise. Raises ``StoreError`` where the
    store fails.
    """
    run = run or Run.today()
    if matcher is not None:
        labelled = [Labelled(each, _compare(each, matcher, run)) for each in groups]
    else:
        owners = store.find([group.fingerprint for group in groups])
        labelled = [Labelled(each, _recognise(each, owners.get(each.fingerprint), run)) for each in groups]
    labelled.sort(key=attention)
    return labelled


def attention(labelled: Labelled) -> tuple[int, bool, int, str]:
    """A sort key: verdicts that need attention first, what is not sure before what is, then the frequent."""
    group, judgement = labelled
    return _ATTENTION[judgement.verdict], not judgement.unsure, -group.count, group.fingerprint


def _compare(group: Group, matcher: Matcher, run: Run) -> Judgement:
    match = matcher.match(group.error, group.runtime, group.fingerprint)
    if match is None:
        return Judgement("new", reason="nothing known is like it")
    if match.same:
        return _same(group, match, run)
    if match.decision == "new":
        return Judgement("new", reason=f"most like {match.issue.id}, but: {match.reason}")
    if match.decision == "unsure":
        return _similar(match, unsure=True)
    judgement = _judge(group, match.issue, run)
    if judgement.verdict == "known":
        return _similar(match, unsure=False)
    judgement.probability = match.probability
    judgement.reason = _joined(judgement.reason, match.reason)
    return judgement


def _same(group: Group, match: Match, run: Run) -> Judgement:
    """The verdict on a group whose very fingerprint and message are known: such a one is not new.

    Where that proves little it is not sure, so that a log that was recorded passes the next check.
    """
    judgement = _judge(group, match.issue, run)
    judgement.probability = match.probability
    if judgement.verdict == "ignored":
        return judgement
    judgement.unsure = judgement.verdict == "known" and (match.weak or match.decision != "known")
    if match.weak:
        judgement.reason = _joined(judgement.reason, f"weak: {WEAK}")
    elif judgement.unsure:
        judgement.reason = _joined(judgement.reason, f"its frames are common; {match.reason}")
    return judgement


def _recognise(group: Group, issue: KnownIssue | None, run: Run) -> Judgement:
    """The verdict by the fingerprint alone."""
    if issue is None:
        return Judgement("new", reason="its fingerprint is unknown")
    weak = is_weak(group.error, group.runtime)
    return _same(group, Match(issue, 1.0, "known", same=True, weak=weak), run)


def _similar(match: Match, *, unsure: bool) -> Judgement:
    reason = f"not sure; {match.reason}" if unsure else match.reason
    return Judgement("similar", unsure, match.probability, reason or None, match.issue)


def _joined(*reasons: str | None) -> str | None:
    return "; ".join(filter(None, reasons)) or None


def _judge(group: Group, issue: KnownIssue, run: Run) -> Judgement:
    """The verdict on a group that belongs to ``issue``."""
    if issue.status == "open":
        return Judgement("known", issue=issue)
    if issue.status == "ignored":
        return Judgement("ignored", issue=issue)
    regressed, reason = _regressed(group, issue, run)
    return Judgement("regressed" if regressed else "known", reason=reason, issue=issue)


def _regressed(group: Group, issue: KnownIssue, run: Run) -> tuple[bool, str]:
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
    return [each for each in labelled if _fails(each.judgement, fail_on)]


def _fails(judgement: Judgement, fail_on: Collection[FailOn]) -> bool:
    if judgement.unsure and "unsure" in fail_on:
        return True
    if judgement.verdict == "similar":
        return judgement.unsure and "any" in fail_on
    if judgement.verdict in ("new", "regressed"):
        return judgement.verdict in fail_on or "any" in fail_on
    return False


def record(labelled: Sequence[Labelled], store: Store, *, run: Run | None = None) -> None:
    """Tell ``store`` what was seen; issues that are missing are created.

    A group that surely is like a known issue becomes part of it. One that may be, but not surely,
    gets an issue of its own, which a person can merge. Raises ``StoreError``.
    """
    run = run or Run.today()
    known = store.find([each.group.fingerprint for each in labelled])
    store.record([_sighting(each, known.get(each.group.fingerprint), run) for each in labelled])


def _sighting(labelled: Labelled, owner: KnownIssue | None, run: Run) -> Sighting:
    group, judgement = labelled
    sure = judgement.issue if not judgement.unsure or judgement.verdict == "known" else None
    # Only what is unlike the known issues of its fingerprint is told apart from them.
    apart = owner is not None and sure is None
    is_known = owner is not None and not apart and (sure is None or sure.id == owner.id)
    error = None if is_known else exemplar.reduce(group.error, group.runtime)
    first, last = times.normalise(group.first_seen), times.normalise(group.last_seen)
    return Sighting(
        fingerprint=group.fingerprint,
        title="" if error is None else title_of(error),
        error=error,
        count=group.count,
        first_seen=first or last or run.now,
        last_seen=last or first or run.now,
        version=run.app_version,
        issue_id=sure.id if sure is not None else None,
        apart=apart,
    )
