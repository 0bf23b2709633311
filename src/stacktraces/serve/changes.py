"""What people do with issues of the site: their occurrences go with them, in the same transaction."""

from __future__ import annotations

from collections.abc import Collection

from ..known import Issue, mute, operations, times
from ..known import versions as version_order
from .store import SiteStore


def merge(store: SiteStore, key: str, others: Collection[str]) -> Issue:
    """Make ``others`` part of the issue ``key``. Raises ``StoreError``."""
    with store.editing() as editing:
        issue = operations.merge(editing, key, others)
        for alias in issue.aliases:
            editing.move(alias, issue.id)
    return issue


def split(store: SiteStore, key: str, fingerprint: str) -> Issue:
    """Make an issue of its own of one fingerprint of the issue ``key``. Raises ``StoreError``."""
    with store.editing() as editing:
        with editing.edit() as edit:
            old = operations.locate(edit, key).id
        made = operations.split(editing, key, fingerprint)
        editing.move(old, made.id, made.fingerprints)
    return made


def state_of(issue: Issue, releases: Collection[str] = ()) -> str:
    """Its status; ``regressed`` for one that was seen after it was resolved or after its mute ended.

    One whose mute ended by time, and that was not seen since, is ``open``. ``releases`` are some in which it
    was seen.
    """
    if issue.status == "muted":
        return _of_muted(issue, (*releases, *issue.versions))
    if issue.status != "resolved":
        return issue.status
    if issue.resolved_in is not None:
        return "regressed" if _since(issue.resolved_in, (*releases, *issue.versions)) else "resolved"
    if issue.resolved_at is None or issue.last_seen is None:
        return "resolved"
    return "regressed" if issue.last_seen >= times.end(issue.resolved_at) else "resolved"


def _of_muted(issue: Issue, releases: Collection[str]) -> str:
    until = mute.parse(issue.muted_until)
    if until is None:
        return "muted"
    if until.kind == "count":
        return "regressed" if issue.count > int(until.value) else "muted"
    if until.kind == "version":
        return "regressed" if _since(until.value, releases) else "muted"
    end = times.end(until.value)
    if issue.last_seen is not None and issue.last_seen >= end:
        return "regressed"
    return "open" if times.now() >= end else "muted"


def _since(version: str, releases: Collection[str]) -> bool:
    """Whether one of ``releases`` is ``version`` or a later one."""
    first = version_order.key(version)
    return any(version_order.key(each) >= first for each in releases)
