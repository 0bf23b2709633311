"""The site as a store of known issues, for ``--known https://SITE/``: see ``known/remote/``."""

from __future__ import annotations

from typing import Any, TypeAlias

from starlette.exceptions import HTTPException

from ..._version import __version__
from ...known import Run, StoreMatcher, label, times
from ...known.issue import clean
from ...known.remote import wire
from ...signatures.fingerprint import VERSION
from ..api import Call, operation
from ..recording import edit, record, scrub

Nothing: TypeAlias = dict[str, str]


def about_known_issues(call: Call[None, Nothing]) -> wire.About:
    """What the site is, for stores of known issues that ask it."""
    return wire.About(__version__, VERSION, call.store.known.outdated())


def label_groups(call: Call[None, wire.Labelling]) -> wire.Verdicts:
    """The verdicts on groups of errors, by all that is known on the site; nothing is recorded."""
    known, given = call.store.known, call.body
    now = times.normalise(given.now)
    if now is None:
        raise HTTPException(422, "now is a time such as 2026-01-31T12:00:00Z.")
    run = Run(now=now, app_version=given.app_version)
    found = label(given.groups, known, matcher=StoreMatcher(known), run=run)
    judgements = {id(each.group): each.judgement for each in found}
    return wire.Verdicts([judgements[id(each)] for each in given.groups])


def find_known_issues(call: Call[None, wire.Fingerprints]) -> wire.Owners:
    """The issues that have these fingerprints, on the whole site."""
    names = [clean(each) for each in call.body.fingerprints]
    return wire.Owners(call.store.owners(names))


def get_known_issue(call: Call[None, wire.Naming]) -> wire.Found:
    """An issue of the project with all its stacks."""
    found = call.store.known.issue(clean(call.body.key))
    if found is not None and not call.store.has(found.id, call.project()):
        found = None
    return wire.Found(found)


def get_known_heading(call: Call[None, wire.Naming]) -> wire.Heading:
    """An issue of the whole site, by its very id, without its stacks."""
    return wire.Heading(call.store.known.heading(clean(call.body.key)))


def list_known_issues(call: Call[None, wire.Listing]) -> wire.Issues:
    """Issues of the project with all their stacks: by id behind one, or those seen last first."""
    given, store, project = call.body, call.store, call.project()
    if given.after is None:
        return wire.Issues(store.seen_last(project, given.statuses, given.most, given.skip))
    return wire.Issues(store.loaded(store.ids(project, clean(given.after), given.most)))


def list_known_ids(call: Call[None, wire.Listing]) -> wire.Ids:
    """The ids of the project's issues behind one."""
    return wire.Ids(list(call.store.ids(call.project(), clean(call.body.after or ""), wire.MOST_IDS)))


def count_known_days(call: Call[None, wire.Fingerprints]) -> wire.Days:
    """How often what has these fingerprints was seen, by day."""
    return wire.Days(call.store.known.days([clean(each) for each in call.body.fingerprints]))


def forget_known_days(call: Call[None, wire.Before]) -> wire.Done:
    """Forget how often what was seen on each day before one."""
    day = times.normalise(call.body.before)
    if day is None:
        raise HTTPException(422, "before is a day such as 2026-01-31.")
    with call.store.together():
        count = call.store.known.forget_days(day[:10])
        call.did(f"forgot the days before {day[:10]}", "")
    return wire.Done(count)


def record_known_issues(call: Call[None, wire.Recording]) -> wire.Done:
    """Record what was seen, in the project; what is new becomes an issue."""
    given, scrubber = call.body, call.request.app.state.scrubber
    scrub(scrubber, (each.error for each in given.sightings))
    for each in given.sightings:
        each.title = scrubber.text(each.title)
    record(call.store, given.id, given.sightings, _project(call))
    return wire.Done(len(given.sightings))


def edit_known_issues(call: Call[None, wire.Editing]) -> wire.Done:
    """Put and remove issues of the project, all or none, unless somebody else has changed them meanwhile."""
    put = [each.put for each in call.body.steps if each.put is not None]
    scrub(call.request.app.state.scrubber, (stack.error for each in put for stack in each.stacks))
    with call.store.together():
        touched = edit(call.store, call.body.steps, call.body.expected, _project(call))
        for each in touched:
            call.did("changed by known", each)
    return wire.Done(len(touched))


def _project(call: Call[Any, Any]) -> str:
    project = call.project()
    if project is None:
        raise HTTPException(403, "This token is of no project: use one that may change in one.")
    return project


_PATH = wire.PATH
routes = [
    operation("POST", f"{_PATH}/about", about_known_issues, needs="read"),
    operation("POST", f"{_PATH}/label", label_groups, needs="read"),
    operation("POST", f"{_PATH}/find", find_known_issues, needs="read"),
    operation("POST", f"{_PATH}/issue", get_known_issue, needs="read"),
    operation("POST", f"{_PATH}/heading", get_known_heading, needs="read"),
    operation("POST", f"{_PATH}/issues", list_known_issues, needs="read"),
    operation("POST", f"{_PATH}/ids", list_known_ids, needs="read"),
    operation("POST", f"{_PATH}/days", count_known_days, needs="read"),
    operation("POST", f"{_PATH}/forget-days", forget_known_days, needs="admin"),
    operation("POST", f"{_PATH}/record", record_known_issues, needs="change"),
    operation("POST", f"{_PATH}/edit", edit_known_issues, needs="change"),
]
