"""The tokens that were given out, for administrators, who may take them back."""

from __future__ import annotations

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from ..store.given_tokens import given_tokens, take_back
from ._web import accounts, form, human, needs_role, page, redirect, someone, text_of

_FORM_BYTES = 16_000


@human
async def show(request: Request) -> Response:
    """What each of them may do, and who made it when."""
    store = request.app.state.store
    return await page(
        request,
        "tokens.html",
        tokens=await run_in_threadpool(given_tokens, store.known),
        names=await run_in_threadpool(store.projects),
    )


@human
async def remove(request: Request) -> Response:
    """Takes one back."""
    fields = await form(request, most_bytes=_FORM_BYTES)
    store, people, who = request.app.state.store, accounts(request), await someone(request)

    def taken_back() -> None:
        with store.together():
            ended = take_back(store.known, text_of(fields, "id"))
            told = f"took back the token {ended.name!r} of the kind {ended.kind}"
            people.did(who.name, told, ended.project or "all")

    await run_in_threadpool(taken_back)
    return redirect(request, "/tokens")


routes = [
    Route("/tokens", needs_role(show, admin=True), methods=["GET"]),
    Route("/tokens", needs_role(remove, admin=True), methods=["POST"]),
]
