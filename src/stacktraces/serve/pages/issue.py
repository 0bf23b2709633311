"""The page of an issue, and what is done to it there."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from ...errors import UsageError
from ...known import mute, operations
from ...render import plain
from ...signatures.culprit import culprit
from ..changes import merge, split, state_of
from ..similar import similar_to
from ..store import SiteStore, StoredOccurrence
from ..store.keeping import kept_of
from ._charts import Axis, drawn
from ._stacks import links
from ._values import values_of
from ._web import (
    accounts,
    form,
    human,
    needs_account,
    needs_role,
    page,
    prefix,
    redirect,
    someone,
    text_of,
)

_OCCURRENCES = 50
_DIGITS = 9
_CHART = (900, 96)


@needs_account
@human
async def show(request: Request) -> Response:
    """All that is known of an issue."""
    store: SiteStore = request.app.state.store
    issue = await run_in_threadpool(operations.locate, store.known, request.path_params["id"])
    if issue.id != request.path_params["id"]:
        return redirect(request, f"/issues/{issue.id}")
    after = _after(request)
    occurrences = await run_in_threadpool(store.occurrences, issue.id, most=_OCCURRENCES, after=after)
    if after and not occurrences:
        return redirect(request, f"/issues/{issue.id}")
    kept = await run_in_threadpool(kept_of, store.known, issue.id)
    counts = await run_in_threadpool(store.counts, [issue.id])
    axis = Axis(counts)
    error = occurrences[0].trace.error if occurrences else next(iter(issue.exemplars), None)
    runtime = occurrences[0].trace.runtime if occurrences else (error.runtime if error else None)
    at = (culprit(error, runtime) or plain.innermost(error)) if error is not None else None
    root = plain.root_cause(error) if error is not None else None
    people = accounts(request)
    return await page(
        request,
        "issue.html",
        issue=issue,
        state=state_of(issue, [each.release for each in occurrences if each.release]),
        at=plain.place(at) if at is not None else "",
        root=plain.headline(root) if root is not None else "",
        links=links(error, runtime) if error is not None else [],
        chart=drawn(axis.bars(issue.id), "chart", *_CHART),
        ends=axis.ends,
        values=values_of(await run_in_threadpool(store.facets, issue.id), occurrences),
        after=after,
        most=_OCCURRENCES,
        kept=kept,
        occurrences=[_occurrence(each) for each in occurrences],
        similar=await run_in_threadpool(similar_to, store, issue),
        comments=await run_in_threadpool(people.comments, [issue.id, *issue.aliases]),
        log=await run_in_threadpool(people.log, subject=issue.id, most=20),
        live=f"{prefix(request)}/live?" + urlencode({"id": issue.id}),
    )


def _after(request: Request) -> int:
    """How many of the latest occurrences are passed over."""
    text = request.query_params.get("after", "0")
    return int(text) if text.isascii() and text.isdecimal() and len(text) < _DIGITS else 0


def _occurrence(stored: StoredOccurrence) -> dict[str, Any]:
    trace = stored.trace
    return {
        "seen": stored.seen,
        "project": stored.project,
        "environment": stored.environment,
        "release": stored.release,
        "host": trace.context.host,
        "message": plain.headline(trace.error),
        "before": trace.before,
    }


@needs_role
@human
async def change(request: Request) -> Response:
    """What a form of the page asks for."""
    fields = await form(request)
    store, name = request.app.state.store, request.path_params["id"]
    people, who = accounts(request), await someone(request)
    action = text_of(fields, "action")

    def changed() -> str:
        with store.together():
            target, told = _change(store, name, action, fields)
            if action == "comment":
                people.comment(target, who.name, text_of(fields, "text"))
            people.did(who.name, told, target)
        return target

    target = await run_in_threadpool(changed)
    return redirect(request, f"/issues/{target}")


def _change(store: SiteStore, name: str, action: str, fields: FormData) -> tuple[str, str]:
    """Do it; gives the id of the issue to show, and what was done. Raises ``StacktracesError``."""
    version = text_of(fields, "version").strip()
    match action:
        case "comment":
            return operations.locate(store.known, name).id, "commented"
        case "resolve":
            issue = operations.change(
                store.known, name, lambda issue: operations.resolve(issue, version=version or None)
            )
            return issue.id, f"resolved in {version}" if version else "resolved"
        case "reopen":
            return operations.change(store.known, name, operations.reopen).id, "reopened"
        case "ignore":
            return operations.change(store.known, name, operations.ignore).id, "ignored"
        case "mute":
            until = _mute(text_of(fields, "until"), text_of(fields, "value").strip())
            issue = operations.change(store.known, name, lambda issue: operations.mute(issue, until))
            return issue.id, f"muted until {until}"
        case "merge":
            other = operations.locate(store.known, text_of(fields, "other").strip()).id
            return merge(store, name, [other]).id, f"merged {other}"
        case "split":
            made = split(store, name, text_of(fields, "fingerprint"))
            return made.id, f"split from {name}"
    raise UsageError("Nothing of that name can be done to an issue.")


def _mute(kind: str, value: str) -> mute.Mute:
    found = mute.parse(f"{kind} {value}")
    if found is None:
        raise UsageError("Say until when: a date such as 2027-01-31, a version, or a number of occurrences.")
    return found


routes = [
    Route("/issues/{id}", show, methods=["GET"]),
    Route("/issues/{id}", change, methods=["POST"]),
]
