"""How to send the first trace, and what administrators see."""

from __future__ import annotations

from typing import cast, get_args

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from ...errors import UsageError
from ..accounts import Role
from ..tokens import OF_THE_SITE, TokenKind
from ._web import account, accounts, address, form, human, needs_account, needs_role, page, someone, text_of

_TOKEN = "TOKEN"


@needs_account
async def show(request: Request) -> Response:
    """A recipe for each kind of client."""
    return await _start(request, _TOKEN)


async def _start(request: Request, token: str, kind: TokenKind = "write") -> Response:
    projects = await run_in_threadpool(request.app.state.store.projects)
    who = await account(request)
    kinds = [each for each in get_args(TokenKind) if each not in OF_THE_SITE or (who and who.role == "admin")]
    return await page(
        request,
        "start.html",
        made=token if token != _TOKEN else "",
        token=token if kind == "write" else _TOKEN,
        reader=token if kind != "write" else _TOKEN,
        kinds=kinds,
        projects=projects,
        host=request.url.netloc,
    )


@needs_role
@human
async def make_token(request: Request) -> Response:
    """A new token; it is shown once, in the recipes."""
    fields = await form(request)
    store, project = request.app.state.store, text_of(fields, "project")
    kind = text_of(fields, "kind") or "write"
    if project not in await run_in_threadpool(store.projects):
        raise UsageError("There is no such project.")
    who = await someone(request)
    if kind not in get_args(TokenKind) or (kind in OF_THE_SITE and who.role != "admin"):
        raise UsageError("A token may read, write or change; those of the site are made by administrators.")
    of = None if kind in OF_THE_SITE else project
    people = accounts(request)

    def made() -> str:
        with store.together():
            token: str = store.add_token(of, kind, f"made by {who.name}")
            people.did(who.name, f"made a token of the kind {kind}", of or "all")
        return token

    token = await run_in_threadpool(made)
    return await _start(request, token, cast(TokenKind, kind))


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
    who = await someone(request)
    try:
        await run_in_threadpool(
            accounts(request).add,
            text_of(fields, "name"),
            text_of(fields, "password"),
            cast(Role, text_of(fields, "role")),  # add() refuses what is none
            by=who.name,
        )
    except UsageError as error:
        return await _people(request, str(error), 422)
    return await _people(request)


routes = [
    Route("/start", show, methods=["GET"]),
    Route("/start", make_token, methods=["POST"]),
    Route("/people", needs_role(show_people, admin=True), methods=["GET"]),
    Route("/people", needs_role(human(add_person), admin=True), methods=["POST"]),
]
