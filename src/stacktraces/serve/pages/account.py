"""A person's own password, and the end of an account."""

from __future__ import annotations

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from ...errors import UsageError
from ..accounts.accounts import SESSION_DAYS
from ._web import (
    accounts,
    form,
    human,
    needs_account,
    needs_role,
    page,
    redirect,
    someone,
    start_session,
    text_of,
)

_FORM_BYTES = 16_000
_SECONDS = SESSION_DAYS * 24 * 3600


@human
async def show(request: Request) -> Response:
    """Asks for a new password."""
    return await page(request, "account.html", told=None)


@human
async def change_password(request: Request) -> Response:
    """Sets it; all other sessions of the account end."""
    fields = await form(request, most_bytes=_FORM_BYTES)
    who, people = await someone(request), accounts(request)
    key = f"name {who.name}"
    if people.attempts.wait(key):
        return await page(request, "account.html", status=429, told="Wait a minute, then try again.")
    people.attempts.failed(key)
    try:
        await run_in_threadpool(
            people.change_password, who.name, text_of(fields, "old"), text_of(fields, "password")
        )
    except UsageError as error:
        return await page(request, "account.html", status=422, told=str(error))
    people.attempts.forgive(key)
    response = redirect(request, "/issues")
    start_session(request, response, await run_in_threadpool(people.begin, who.name), _SECONDS)
    return response


@human
async def remove(request: Request) -> Response:
    """Ends somebody's account."""
    fields = await form(request, most_bytes=_FORM_BYTES)
    who = await someone(request)
    await run_in_threadpool(accounts(request).remove, text_of(fields, "name"), by=who.name)
    return redirect(request, "/people")


routes = [
    Route("/account", needs_account(show), methods=["GET"]),
    Route("/account", needs_account(change_password), methods=["POST"]),
    Route("/people/remove", needs_role(remove, admin=True), methods=["POST"]),
]
