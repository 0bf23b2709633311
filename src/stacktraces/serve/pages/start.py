"""How to send the first trace, and what administrators see."""

from __future__ import annotations

from typing import cast

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from ...errors import UsageError
from ..accounts import Role
from ._web import account, accounts, address, form, human, needs_account, needs_role, page, text_of

_TOKEN = "TOKEN"


@needs_account
async def show(request: Request) -> Response:
    """A recipe for each kind of client."""
    return await _start(request, _TOKEN)


async def _start(request: Request, token: str) -> Response:
    projects = await run_in_threadpool(request.app.state.store.projects)
    return await page(request, "start.html", token=token, projects=projects, host=request.url.netloc)


@needs_role
@human
async def make_token(request: Request) -> Response:
    """A new token that may write; it is shown once, in the recipes."""
    fields = await form(request)
    store, project = request.app.state.store, text_of(fields, "project")
    if project not in await run_in_threadpool(store.projects):
        raise UsageError("There is no such project.")
    who = await account(request)
    assert who is not None
    token = await run_in_threadpool(store.add_token, project, "write", f"made by {who.name}")
    await run_in_threadpool(accounts(request).did, who.name, "made a token that may write", project)
    return await _start(request, token)


async def _people(request: Request, told: str | None = None, status: int = 200) -> Response:
    people = accounts(request)
    return await page(
        request,
        "people.html",
        status=status,
        told=told,
        people=await run_in_threadpool(people.everybody),
        log=await run_in_threadpool(people.log),
        site=address(request),
    )


async def show_people(request: Request) -> Response:
    """The accounts and the audit log."""
    return await _people(request)


async def add_person(request: Request) -> Response:
    """A new account."""
    fields = await form(request)
    who = await account(request)
    assert who is not None
    try:
        made = await run_in_threadpool(
            accounts(request).add,
            text_of(fields, "name"),
            text_of(fields, "password"),
            cast(Role, text_of(fields, "role")),  # add() refuses what is none
        )
    except UsageError as error:
        return await _people(request, str(error), 422)
    await run_in_threadpool(accounts(request).did, who.name, f"made the {made.role}", made.name)
    return await _people(request)


routes = [
    Route("/start", show, methods=["GET"]),
    Route("/start", make_token, methods=["POST"]),
    Route("/people", needs_role(show_people, admin=True), methods=["GET"]),
    Route("/people", needs_role(human(add_person), admin=True), methods=["POST"]),
]
