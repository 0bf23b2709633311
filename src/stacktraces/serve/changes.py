"""What people do with issues of the site: their occurrences go with them, in the same transaction."""

from __future__ import annotations

from collections.abc import Collection

from ..known import Issue, operations, times
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
    """Its status; ``regressed`` for a resolved one that was seen since, or in a release without it."""
    if issue.status != "resolved":
        return issue.status
    if issue.resolved_in is not None:
        fixed = version_order.key(issue.resolved_in)
        seen = [each for each in (*releases, *issue.versions) if version_order.key(each) >= fixed]
        return "regressed" if seen else "resolved"
    if issue.resolved_at is None or issue.last_seen is None:
        return "resolved"
    return "regressed" if issue.last_seen >= times.end(issue.resolved_at) else "resolved"
