"""The list of issues."""

from __future__ import annotations

import asyncio
import functools
from collections.abc import AsyncIterator, Sequence
from typing import cast, get_args
from urllib.parse import urlencode

import msgspec
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route

from ...known import Issue, operations
from ...model import Status
from ...render import plain
from ...signatures.culprit import culprit
from ..accounts import Account, Accounts
from ..changes import merge, state_of
from ..store import Filter, SiteStore
from ..store.records import Order
from ._charts import Axis, drawn
from ._shared import Shared
from ._web import (
    account,
    accounts,
    form,
    human,
    needs_account,
    needs_role,
    page,
    prefix,
    problem,
    redirect,
    someone,
)

_PER_PAGE = 50
_LAST_PAGE = 100_000
_TREND = (180, 26)
_TREND_DAYS = 60
"""Before the issue that was seen last: a log of long ago must not take the room of the rest."""
_LOOK_EVERY = 2.0
"""Seconds between two looks for new occurrences."""
_LOOKS = 300
"""After so many the browser asks anew."""
_FIELDS = ("type", "own_file", "environment", "release", "host")


async def home(request: Request) -> Response:
    """The issues for who is logged in, else where a text is looked at."""
    return redirect(request, "/look" if await account(request) is None else "/issues")


def _wanted(request: Request) -> Filter:
    given = {name: request.query_params.get(name) or None for name in Filter.__struct_fields__}
    for name, known in (("status", Status), ("sort", Order)):
        if given[name] not in get_args(known):
            given[name] = None
    return msgspec.convert(given, Filter)


def _page_number(request: Request) -> int:
    text = request.query_params.get("page", "1")
    return min(max(1, int(text)), _LAST_PAGE) if text.isascii() and text.isdecimal() and len(text) < 9 else 1


@needs_account
@human
async def show(request: Request) -> Response:
    """The issues that the filter lets through."""
    store: SiteStore = request.app.state.store
    wanted, number = _wanted(request), _page_number(request)
    found = await run_in_threadpool(store.issues, wanted, most=_PER_PAGE, after=(number - 1) * _PER_PAGE)
    axis = Axis(await run_in_threadpool(store.trends, found.issues), most_days=_TREND_DAYS)
    projects = await run_in_threadpool(store.projects)
    given = {name: value for name in Filter.__struct_fields__ if (value := getattr(wanted, name)) is not None}
    filtered = bool(given.keys() - {"sort"})
    return await page(
        request,
        "issues.html",
        rows=[_row(each, axis) for each in found.issues],
        total=found.total,
        filter=wanted,
        filtered=filtered,
        narrowed=not given.keys().isdisjoint(_FIELDS),
        orders={"last_seen": "seen last", "first_seen": "new", "count": "frequent"},
        fields=_FIELDS,
        statuses=get_args(Status),
        projects=projects,
        ends=axis.ends,
        query=request.url.query,
        pages=_neighbours(given, number, found.total),
        live=f"{prefix(request)}/live?" + urlencode([("id", each.id) for each in found.issues]),
    )


def _row(issue: Issue, axis: Axis) -> dict[str, object]:
    exemplar = next(iter(issue.exemplars), None)
    own = culprit(exemplar, exemplar.runtime) if exemplar is not None else None
    at = own or (plain.innermost(exemplar) if exemplar is not None else None)
    return {
        "id": issue.id,
        "title": issue.title,
        "state": state_of(issue),
        "where": plain.place(at) if at is not None else "",
        "count": issue.count,
        "first": issue.first_seen,
        "last": issue.last_seen,
        "trend": drawn(axis.bars(issue.id), "trend", *_TREND),
    }


def _neighbours(given: dict[str, object], number: int, total: int) -> dict[str, str]:
    pages = {}
    if number > 1:
        pages["Newer"] = f"?{urlencode(given | {'page': number - 1})}"
    if number * _PER_PAGE < total:
        pages["Older"] = f"?{urlencode(given | {'page': number + 1})}"
    return pages


@needs_role
@human
async def change(request: Request) -> Response:
    """What is done to the issues that were ticked: merge, resolve, ignore, reopen."""
    fields = await form(request)
    names = [each for each in fields.getlist("id") if isinstance(each, str)]
    action = fields.get("action")
    store, people, who = request.app.state.store, accounts(request), await someone(request)
    if action == "merge" and len(names) > 1:
        merged = await run_in_threadpool(_merge, store, people, who, names)
        return redirect(request, f"/issues/{merged.id}")
    simple = {"resolve": operations.resolve, "ignore": operations.ignore, "reopen": operations.reopen}
    if not names or action not in simple:
        told = "Tick two issues or more to merge them, or one to change it."
        return await problem(request, 400, "Nothing was changed", told)

    def changed() -> None:
        with store.together():
            for name in names:
                issue = operations.change(store.known, name, simple[str(action)])
                people.did(who.name, str(action), issue.id)

    await run_in_threadpool(changed)
    query = request.url.query
    return redirect(request, f"/issues?{query}" if query else "/issues")


def _merge(store: SiteStore, people: Accounts, who: Account, names: Sequence[str]) -> Issue:
    with store.together():
        issue = merge(store, names[0], names[1:])
        people.did(who.name, f"merged {', '.join(names[1:])}", issue.id)
    return issue


@needs_account
async def live(request: Request) -> Response:
    """The counts of some issues as server-sent events, as they grow."""
    ids = request.query_params.getlist("id")[:_PER_PAGE]
    response = StreamingResponse(_growing(request, ids), media_type="text/event-stream")
    response.headers["Cache-Control"] = "no-store"
    response.headers["X-Accel-Buffering"] = "no"
    return response


async def _growing(request: Request, ids: list[str]) -> AsyncIterator[str]:
    store: SiteStore = request.app.state.store
    latest_issues = _latest_issues(request)
    told: dict[str, int] = {}
    newest = await latest_issues.get()
    for _ in range(_LOOKS):
        counts = await run_in_threadpool(store.recorded, ids)
        latest = await latest_issues.get()
        if counts != told or latest != newest:
            unseen = len([each for each in latest if each not in ids and each not in newest])
            told = counts
            data = msgspec.json.encode({"counts": counts, "unseen": unseen}).decode()
            yield f"event: counts\ndata: {data}\n\n"
        else:
            yield ": nothing new\n\n"
        await asyncio.sleep(_LOOK_EVERY)


def _latest_issues(request: Request) -> Shared[Sequence[str]]:
    """The ids of the issues that were seen last, of which all who listen hear."""
    state = request.app.state
    if not hasattr(state, "latest_issues"):
        state.latest_issues = Shared(functools.partial(state.store.latest, _PER_PAGE), _LOOK_EVERY / 2)
    return cast("Shared[Sequence[str]]", state.latest_issues)


routes = [
    Route("/", home),
    Route("/issues", show, methods=["GET"]),
    Route("/issues", change, methods=["POST"]),
    Route("/live", live),
]
