"""The verdict on one group: by a rule of a team's own, by likeness, or by its fingerprint alone."""

from __future__ import annotations

from collections.abc import Callable

import msgspec

from ..model import Group, Judgement, KnownIssue
from ..signatures.fingerprint import WEAK, fingerprint, is_weak
from ..signatures.issue_rules import APART, OF_RULES
from . import mute, times, versions
from .matching import Match, Matcher
from .store import Store


def _nothing(_: str) -> int:
    return 0


class Run(msgspec.Struct, frozen=True):
    """What is known of the run whose groups are labelled."""

    now: str
    """When it is, ISO 8601 in UTC with seconds: the time of occurrences that have none."""
    app_version: str | None = None
    """The version of the application that was observed."""
    recorded: Callable[[str], int] = _nothing
    """How many occurrences of the issue of an id were recorded before."""

    @classmethod
    def today(cls, app_version: str | None = None) -> Run:
        """A run that takes place now."""
        return cls(now=times.now(), app_version=app_version)


def judge_by_rule(group: Group, store: Store, matcher: Matcher | None, run: Run) -> Judgement | None:
    """The verdict on a group that a rule decides on; ``None`` for all others. Raises ``StoreError``."""
    rule = group.rule
    if rule is not None and rule.ignore:
        return Judgement("ignored", reason=f"rule {rule.name}")
    if rule is None or not group.fingerprint.startswith(OF_RULES):
        return None
    owner = store.find([group.fingerprint]).get(group.fingerprint)
    if owner is not None:
        judgement = judge(group, owner, run)
        judgement.reason = _joined(f"rule {rule.name}", judgement.reason)
        return judgement
    if group.fingerprint.startswith(APART):
        return Judgement("new", reason=f"rule {rule.name} keeps it apart from all that is known")
    # What was recorded before there was a rule is known by its own fingerprint, or by its likeness.
    plain = msgspec.structs.replace(group, fingerprint=fingerprint(group.error, group.runtime))
    if matcher is None:
        return recognise(plain, store.find([plain.fingerprint]).get(plain.fingerprint), run)
    return compare(plain, matcher, run)


def compare(group: Group, matcher: Matcher, run: Run) -> Judgement:
    match = matcher.match(group.error, group.runtime, group.fingerprint)
    if match is not None and not match.same and match.issue.id.startswith(APART):
        return Judgement("new", reason=f"a rule keeps {match.issue.id} apart, which it is like")
    if match is None:
        return Judgement("new", reason="nothing known is like it")
    if match.same:
        return _same(group, match, run)
    if match.decision == "new":
        return Judgement("new", reason=f"most like {match.issue.id}, but: {match.reason}")
    if match.decision == "unsure":
        return _similar(match, unsure=True)
    judgement = judge(group, match.issue, run)
    if judgement.verdict == "known":
        return _similar(match, unsure=False)
    judgement.probability = match.probability
    judgement.reason = _joined(judgement.reason, match.reason)
    return judgement


def _same(group: Group, match: Match, run: Run) -> Judgement:
    """The verdict on a group whose very fingerprint and message are known: such a one is not new.

    Where that proves little it is not sure, so that a log that was recorded passes the next check.
    """
    judgement = judge(group, match.issue, run)
    judgement.probability = match.probability
    if judgement.verdict == "ignored":
        return judgement
    judgement.unsure = judgement.verdict == "known" and (match.weak or match.decision != "known")
    if match.weak:
        judgement.reason = _joined(judgement.reason, f"weak: {WEAK}")
    elif judgement.unsure:
        judgement.reason = _joined(judgement.reason, f"its frames are common; {match.reason}")
    return judgement


def recognise(group: Group, issue: KnownIssue | None, run: Run) -> Judgement:
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


def judge(group: Group, issue: KnownIssue, run: Run) -> Judgement:
    """The verdict on a group that belongs to ``issue``."""
    if issue.status == "open":
        return Judgement("known", issue=issue)
    if issue.status == "ignored":
        return Judgement("ignored", issue=issue)
    if issue.status == "muted" and (until := mute.parse(issue.muted_until)) is not None:
        over = mute.ended(until, group, run.now, run.app_version, run.recorded(issue.id))
        if over is None:
            return Judgement("ignored", reason=f"muted until {until.words}", issue=issue)
        return Judgement("regressed", reason=f"was muted until {until.words}; {over}", issue=issue)
    regressed, reason = _regressed(group, issue, run)
    return Judgement("regressed" if regressed else "known", reason=reason, issue=issue)


def _regressed(group: Group, issue: KnownIssue, run: Run) -> tuple[bool, str]:
    """Whether an occurrence of a resolved issue comes after its resolution, and why."""
    if issue.resolved_in is not None and run.app_version is not None:
        regressed = versions.key(run.app_version) >= versions.key(issue.resolved_in)
        relation = "seen in" if regressed else "resolved, but not yet in"
        since = _since(group) if regressed else ""
        return regressed, f"resolved in {issue.resolved_in}; {relation} {run.app_version}{since}"
    if issue.resolved_at is None:
        return True, f"resolved in {issue.resolved_in}; seen in a version that was not told"
    seen = times.normalise(group.last_seen) or run.now
    regressed = seen >= times.end(issue.resolved_at)
    if regressed:
        return True, f"resolved {issue.resolved_at}; seen {seen}{_version(run)}"
    return False, f"resolved {issue.resolved_at}; last seen before, {seen}"


def _since(group: Group) -> str:
    first = times.normalise(group.first_seen)
    return f" since {first}" if first is not None else ""


def _version(run: Run) -> str:
    return f" in {run.app_version}" if run.app_version is not None else ""
