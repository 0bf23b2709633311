"""Logging in and out, and making the first administrator."""

from __future__ import annotations

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from ...errors import UsageError
from ..accounts.accounts import SESSION_DAYS
from ..addresses import client_of
from ._web import (
    SESSION_COOKIE,
    account,
    accounts,
    form,
    human,
    page,
    path_within,
    prefix,
    problem,
    redirect,
    start_session,
    text_of,
)

_FORM_BYTES = 16_000
_SECONDS = SESSION_DAYS * 24 * 3600


async def show_login(request: Request) -> Response:
    """Asks for name and password."""
    following = path_within(request.query_params.get("next", ""))
    if await account(request) is not None:
        return redirect(request, following)
    return await page(request, "login.html", told=None, name="", following=following)


@human
async def log_in(request: Request) -> Response:
    """Begins a session."""
    fields = await form(request, most_bytes=_FORM_BYTES)
    name, following = text_of(fields, "name").strip(), path_within(text_of(fields, "next"))
    keys = (f"name {name[:80]}", f"address {client_of(request)}")
    people = accounts(request)
    if wait := max(map(people.attempts.wait, keys)):
        told = "There were too many wrong passwords: wait a minute."
        response = await page(request, "login.html", status=429, told=told, name=name, following=following)
        response.headers["Retry-After"] = str(wait)
        return response
    # Counted before it is known, so that many at the same time are not more than many in turn.
    for key in keys:
        people.attempts.failed(key)
    token = await run_in_threadpool(people.log_in, name, text_of(fields, "password"))
    if token is None:
        await run_in_threadpool(people.did, "", "log-in failed", name[:80])
        told = "The name or the password is wrong."
        return await page(request, "login.html", status=403, told=told, name=name, following=following)
    for key in keys:
        people.attempts.forgive(key)
    await run_in_threadpool(people.did, name, "logged in", "")
    response = redirect(request, following)
    start_session(request, response, token, _SECONDS)
    return response


@human
async def log_out(request: Request) -> Response:
    """Ends the session."""
    await form(request, most_bytes=_FORM_BYTES)
    who = await account(request)
    await run_in_threadpool(accounts(request).end, request.cookies.get(SESSION_COOKIE, ""))
    if who is not None:
        await run_in_threadpool(accounts(request).did, who.name, "logged out", "")
    response = redirect(request, "/login")
    response.delete_cookie(SESSION_COOKIE, path=prefix(request) or "/")
    return response


async def show_setup(request: Request) -> Response:
    """Asks for name and password of the first administrator."""
    if await run_in_threadpool(accounts(request).first_token) is None:
        return await problem(
            request, 404, "The site is set up", "There is an administrator already.", "Log in."
        )
    return await page(request, "setup.html", told=None, name="")


@human
async def set_up(request: Request) -> Response:
    """Makes the first administrator and logs that person in."""
    fields = await form(request, most_bytes=_FORM_BYTES)
    name, password = text_of(fields, "name"), text_of(fields, "password")
    people = accounts(request)
    try:
        made = await run_in_threadpool(people.add_first, request.path_params["secret"], name, password)
    except UsageError as error:
        return await page(request, "setup.html", status=422, told=str(error), name=name)
    response = redirect(request, "/start")
    start_session(request, response, await run_in_threadpool(people.begin, made.name), _SECONDS)
    return response


routes = [
    Route("/login", show_login, methods=["GET"]),
    Route("/login", log_in, methods=["POST"]),
    Route("/logout", log_out, methods=["POST"]),
    Route("/setup/{secret}", show_setup, methods=["GET"]),
    Route("/setup/{secret}", set_up, methods=["POST"]),
]
