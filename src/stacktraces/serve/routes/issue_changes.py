"""What programs do with an issue: the same as people do on its page."""

from __future__ import annotations

from typing import Annotated, Any

import msgspec
from starlette.exceptions import HTTPException

from ...known import Issue, mute, operations
from ...known.issue import clean
from ..api import Call, operation
from ..changes import merge, split
from .issues import Comment, IssueDetail, detail

_UNTIL = ["date 2027-01-31", "version 1.4", "count 1000"]
_Name = Annotated[str, msgspec.Meta(min_length=1, max_length=300)]


class Resolution(msgspec.Struct, forbid_unknown_fields=True):
    """Since when an issue is resolved: in a version of the application, or now."""

    version: Annotated[str, msgspec.Meta(min_length=1, max_length=200)] | None = None


class Muting(msgspec.Struct, forbid_unknown_fields=True):
    """Until when nobody wants to hear of an issue."""

    until: Annotated[
        str, msgspec.Meta(max_length=200, examples=["date 2027-01-31", "version 1.4", "count 1000"])
    ]
    """``date 2027-01-31``, ``version 1.4`` or ``count 1000`` (occurrences in all)."""


class Merging(msgspec.Struct, forbid_unknown_fields=True):
    """Issues that become part of another one, by their names."""

    others: Annotated[list[_Name], msgspec.Meta(min_length=1, max_length=100)]


class Splitting(msgspec.Struct, forbid_unknown_fields=True):
    """The fingerprint that becomes an issue of its own."""

    fingerprint: _Name


class NewComment(msgspec.Struct, forbid_unknown_fields=True):
    """What to say of an issue."""

    text: Annotated[str, msgspec.Meta(min_length=1, max_length=10_000)]


def resolve_issue(call: Call[None, Resolution]) -> IssueDetail:
    """Call an issue resolved; seen later, or in that version, it is regressed."""
    version = call.body.version
    told = f"resolved in {clean(version)}" if version else "resolved"
    return _changed(call, lambda issue: operations.resolve(issue, version=version), told)


def ignore_issue(call: Call[None, None]) -> IssueDetail:
    """Call an issue one that nobody wants to hear of."""
    return _changed(call, operations.ignore, "ignored")


def mute_issue(call: Call[None, Muting]) -> IssueDetail:
    """Hear no more of an issue until then."""
    until = mute.parse(clean(call.body.until))
    if until is None:
        raise HTTPException(422, "Say until when: date 2027-01-31, version 1.4 or count 1000.")
    return _changed(call, lambda issue: operations.mute(issue, until), f"muted until {until}")


def reopen_issue(call: Call[None, None]) -> IssueDetail:
    """Call an issue open again."""
    return _changed(call, operations.reopen, "reopened")


def _changed(call: Call[Any, Any], how: operations.Change, told: str) -> IssueDetail:
    with call.store.together():
        issue = operations.change(call.store.known, call.issue().id, how)
        call.did(told, issue.id)
    return detail(call, issue)


def merge_issues(call: Call[None, Merging]) -> IssueDetail:
    """Make other issues part of one; their ids go on naming it."""
    with call.store.together():
        others = [call.issue_of(each).id for each in call.body.others]
        merged = merge(call.store, call.issue().id, others)
        call.did(f"merged {', '.join(others)}", merged.id)
    return detail(call, _again(call, merged))


def split_issue(call: Call[None, Splitting]) -> IssueDetail:
    """Make an issue of its own of one fingerprint of an issue; gives the new one."""
    with call.store.together():
        issue = call.issue()
        made = split(call.store, issue.id, call.body.fingerprint)
        call.did(f"split from {issue.id}", made.id)
    return detail(call, _again(call, made))


def _again(call: Call[Any, Any], issue: Issue) -> Issue:
    """``issue`` as it is stored, put in order."""
    return call.store.known.issue(issue.id) or issue


def comment_on_issue(call: Call[None, NewComment]) -> Comment:
    """Say something of an issue, in the token's name."""
    with call.store.together():
        issue = call.issue()
        call.accounts.comment(issue.id, call.who, call.body.text)
        call.did("commented", issue.id)
    said = call.accounts.comments([issue.id])[-1]
    return Comment(said.at, said.account, said.text)


_ISSUE = "/api/issues/{issue}"
routes = [
    operation("POST", f"{_ISSUE}/resolve", resolve_issue, needs="change"),
    operation("POST", f"{_ISSUE}/ignore", ignore_issue, needs="change"),
    operation("POST", f"{_ISSUE}/mute", mute_issue, needs="change"),
    operation("POST", f"{_ISSUE}/reopen", reopen_issue, needs="change"),
    operation("POST", f"{_ISSUE}/merge", merge_issues, needs="change"),
    operation("POST", f"{_ISSUE}/split", split_issue, needs="change"),
    operation("POST", f"{_ISSUE}/comments", comment_on_issue, needs="change", status=201),
]
