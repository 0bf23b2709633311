"""Verdicts: is a group of occurrences new, known, similar to what is known, regressed or ignored?"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from typing import Literal, NamedTuple, TypeAlias, get_args

import msgspec

from ..model import Group, Judgement, KnownIssue, Verdict
from ..signatures.families import families
from . import exemplar, times
from .issue import Sighting, title_of
from .judging import Run, compare, judge_by_rule, recognise
from .matching import Matcher
from .store import JudgingStore, Store

VERDICTS: tuple[Verdict, ...] = get_args(Verdict)
"""What needs attention first stands first."""
FailOn: TypeAlias = Literal["new", "regressed", "unsure", "any"]
_ATTENTION = {verdict: rank for rank, verdict in enumerate(VERDICTS)}


class Labelled(NamedTuple):
    """A group with its verdict."""

    group: Group
    judgement: Judgement


def label(
    groups: Collection[Group], store: Store, *, matcher: Matcher | None = None, run: Run | None = None
) -> list[Labelled]:
    """Each of ``groups`` with its verdict, what needs attention first in front.

    ``matcher``, such as a :class:`StoreMatcher`, judges by all that is known of the issues in ``store``;
    without one a group is known where its fingerprint is, and new otherwise. Raises ``StoreError`` where the
    store fails.
    """
    run = run or Run.today()
    if matcher is not None and isinstance(store, JudgingStore):
        judged = zip(groups, store.judge(groups, run), strict=True)
        return sorted((Labelled(*each) for each in judged), key=attention)
    run = msgspec.structs.replace(run, recorded=lambda issue: _recorded(store, issue))
    labelled = [
        Labelled(group, ruled)
        for group in groups
        if (ruled := judge_by_rule(group, store, matcher, run)) is not None
    ]
    left = {id(each.group) for each in labelled}
    others = [group for group in groups if id(group) not in left]
    if matcher is not None:
        labelled += [Labelled(each, compare(each, matcher, run)) for each in others]
    else:
        owners = store.find([group.fingerprint for group in others])
        labelled += [Labelled(each, recognise(each, owners.get(each.fingerprint), run)) for each in others]
    labelled.sort(key=attention)
    return labelled


def _recorded(store: Store, issue_id: str) -> int:
    issue = store.issue(issue_id)
    return issue.count if issue is not None else 0


def attention(labelled: Labelled) -> tuple[int, bool, int, str]:
    """A sort key: verdicts that need attention first, what is not sure before what is, then the frequent."""
    group, judgement = labelled
    return _ATTENTION[judgement.verdict], not judgement.unsure, -group.count, group.fingerprint


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
    """Tell ``store`` what was seen; issues that are missing are created. What a rule ignores is not recorded.

    A group that surely is like a known issue becomes part of it. One that may be, but not surely,
    gets an issue of its own, which a person can merge. New groups that differ in who called alone are one
    issue. Raises ``StoreError``.
    """
    run = run or Run.today()
    wanted = [each for each in labelled if not (each.group.rule is not None and each.group.rule.ignore)]
    new = [each.group for each in wanted if each.judgement.verdict == "new"]
    leaders = {member.fingerprint: name for name, members in families(new).items() for member in members[1:]}
    first = [each for each in wanted if each.group.fingerprint not in leaders]
    store.record(sightings(first, store, run=run))
    if leaders:
        issues = store.find(set(leaders.values()))
        members = [each for each in wanted if each.group.fingerprint in leaders]
        store.record([_member(each, issues.get(leaders[each.group.fingerprint]), run) for each in members])


def sightings(labelled: Sequence[Labelled], store: Store, *, run: Run) -> list[Sighting]:
    """What :func:`record` tells ``store``, each group by itself. Raises ``StoreError``."""
    known = store.find([each.group.fingerprint for each in labelled])
    return [_sighting(each, known.get(each.group.fingerprint), run) for each in labelled]


def _member(labelled: Labelled, issue: KnownIssue | None, run: Run) -> Sighting:
    """A new group that differs in who called alone from one of which an issue was made."""
    sighting = _sighting(labelled, None, run)
    sighting.issue_id = issue.id if issue is not None else None
    return sighting


def _sighting(labelled: Labelled, owner: KnownIssue | None, run: Run) -> Sighting:
    group, judgement = labelled
    sure = judgement.issue if not judgement.unsure or judgement.verdict == "known" else None
    # Only what is unlike the known issues of its fingerprint is told apart from them.
    apart = owner is not None and sure is None
    is_known = owner is not None and not apart and (sure is None or sure.id == owner.id)
    error = None if is_known else exemplar.reduce(group.error, group.runtime)
    title = group.rule.title if group.rule is not None else None
    first, last = times.normalise(group.first_seen), times.normalise(group.last_seen)
    return Sighting(
        fingerprint=group.fingerprint,
        title="" if error is None else title or title_of(error),
        error=error,
        count=group.count,
        first_seen=first or last or run.now,
        last_seen=last or first or run.now,
        version=run.app_version,
        issue_id=sure.id if sure is not None else None,
        apart=apart,
    )
