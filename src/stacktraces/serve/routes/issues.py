"""Issues and their occurrences."""

from __future__ import annotations

from typing import Annotated, Any

import msgspec

from ...known import Issue
from ...model import Error, Frame, KnownIssue, Status
from ...render import plain
from ...signatures.culprit import culprit
from ..api import Call, operation
from ..changes import state_of
from ..similar import Similar, similar_to
from ..store import Activity, Filter, StoredOccurrence
from ..store.records import Order

_Limit = Annotated[int, msgspec.Meta(ge=1, le=200, description="How many to give.")]
_Offset = Annotated[int, msgspec.Meta(ge=0, le=10**9, description="How many to leave out before them.")]


_Word = Annotated[str, msgspec.Meta(max_length=1000)]


class IssueQuery(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which issues; what is not given does not matter."""

    project: Annotated[_Word, msgspec.Meta(description="For a token that is of all projects.")] | None = None
    status: Status | None = None
    environment: _Word | None = None
    release: _Word | None = None
    host: _Word | None = None
    type: Annotated[_Word, msgspec.Meta(description="Of the error, as printed.")] | None = None
    own_file: (
        Annotated[_Word, msgspec.Meta(description="Of the innermost frame of the program's own code.")] | None
    ) = None
    text: (
        Annotated[_Word, msgspec.Meta(description="Words that begin one of title, type, message, own file.")]
        | None
    ) = None
    sort: Annotated[Order, msgspec.Meta(description="What is greatest first.")] = "last_seen"
    limit: _Limit = 50
    offset: _Offset = 0


class PageQuery(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which part of a list."""

    limit: _Limit = 50
    offset: _Offset = 0


class IssueSummary(KnownIssue, kw_only=True):
    """An issue, and how often it was seen in the project."""

    state: str
    """Its status, or ``regressed`` for a resolved one that was seen since."""
    count: int
    first_seen: str | None
    last_seen: str | None


class IssuePage(msgspec.Struct):
    """Some of the issues that were asked for, in the order that was asked for."""

    issues: list[IssueSummary]
    total: int
    """How many there are on all pages."""


class Comment(msgspec.Struct):
    """What somebody said of an issue."""

    at: str
    author: str
    text: str


class IssueDetail(IssueSummary, kw_only=True):
    """All about an issue, as far as the project has seen it."""

    aliases: list[str]
    """Ids of issues that were merged into it."""
    fingerprints: list[str]
    versions: list[str]
    error: Error | None
    """An exemplar of its stack, frames innermost first, with its causes."""
    culprit: Frame | None
    """Where to look first: the innermost frame of the program's own code."""
    root_cause: str | None
    similar: list[Similar]
    hours: dict[str, int]
    """How often it was seen, by the hour in UTC: ``2026-03-01T10``."""
    facets: dict[str, dict[str, int]]
    """How often it was seen with which environment, release, host, type, own_file, message."""
    comments: list[Comment]


class OccurrencePage(msgspec.Struct):
    """Some occurrences of an issue, the latest first."""

    occurrences: list[StoredOccurrence]


def list_issues(call: Call[IssueQuery, None]) -> IssuePage:
    """Issues, those seen last first unless `sort` says otherwise."""
    given = msgspec.structs.asdict(call.query)
    most, after = given.pop("limit"), given.pop("offset")
    project = call.project(given.pop("project"))
    page = call.store.issues(Filter(**given, project=project), most=most, after=after)
    seen = call.store.activity([each.id for each in page.issues], project)
    return IssuePage([IssueSummary(**_summary(each, seen)) for each in page.issues], page.total)


def _summary(issue: Issue, seen: dict[str, Activity]) -> dict[str, Any]:
    activity = seen.get(issue.id)
    return msgspec.structs.asdict(issue.heading) | {
        "state": state_of(issue),
        "count": activity.count if activity is not None else 0,
        "first_seen": activity.first_seen if activity is not None else None,
        "last_seen": activity.last_seen if activity is not None else None,
    }


def get_issue(call: Call[None, None]) -> IssueDetail:
    """An issue, by its id, a former id or a fingerprint."""
    return detail(call, call.issue())


def detail(call: Call[Any, Any], issue: Issue) -> IssueDetail:
    """All that the project of ``call`` may see of ``issue``."""
    store, project = call.store, call.project()
    error = next(iter(issue.exemplars), None)
    root = plain.root_cause(error) if error is not None else None
    said = call.accounts.comments([issue.id, *issue.aliases])
    return IssueDetail(
        **_summary(issue, store.activity([issue.id], project)),
        aliases=issue.aliases,
        fingerprints=issue.fingerprints,
        versions=issue.versions,
        error=error,
        culprit=(culprit(error, error.runtime) or plain.innermost(error)) if error is not None else None,
        root_cause=plain.headline(root) if root is not None else None,
        similar=similar_to(store, issue, project),
        hours=store.hours(issue.id, project),
        facets=store.facets(issue.id, project),
        comments=[Comment(each.at, each.account, each.text) for each in said],
    )


def list_occurrences(call: Call[PageQuery, None]) -> OccurrencePage:
    """The latest occurrences of an issue that are kept, with their stacks."""
    issue, query = call.issue(), call.query
    found = call.store.occurrences(issue.id, project=call.project(), most=query.limit, after=query.offset)
    return OccurrencePage(found)


routes = [
    operation("GET", "/api/issues", list_issues, needs="read"),
    operation("GET", "/api/issues/{issue}", get_issue, needs="read"),
    operation("GET", "/api/issues/{issue}/occurrences", list_occurrences, needs="read"),
]
