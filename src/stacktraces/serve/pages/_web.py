"""What all pages share: templates, who asks, tokens against forged requests, the policy of a page."""

from __future__ import annotations

import functools
import hashlib
import secrets
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, TypeAlias, cast
from urllib.parse import urlencode

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData, UploadFile
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from ..._version import __version__
from ...errors import ChangeError, StacktracesError, StoreError, UnknownIssueError
from ...render._safe import printable
from ..accounts import Account, Accounts
from ..uploads.commands import Commands

SESSION_COOKIE = "stacktraces_session"
FORM_COOKIE = "stacktraces_form"
_MOST_FIELDS = 1000
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
_UNTOLD = {
    404: ("There is no such page", "The address is wrong, or what stood there is gone."),
    405: ("This did not work", "This page takes no form."),
}
"""For errors of which no more is known: a heading, and what to say."""

Endpoint: TypeAlias = Callable[[Request], Awaitable[Response]]


def _shown(value: object) -> object:
    """What stands raw in a template's hole: nothing that steers a reader's eyes or terminal."""
    return printable(value) if isinstance(value, str) and not isinstance(value, Markup) else value


@functools.cache
def _templates() -> Environment:
    found = Environment(
        loader=PackageLoader("stacktraces.serve"),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=_shown,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    found.filters["number"] = "{:,}".format
    found.filters["moment"] = lambda time: (time or "").replace("T", " ").replace("Z", " UTC")
    return found


def accounts(request: Request) -> Accounts:
    """The accounts of the site."""
    return cast(Accounts, request.app.state.accounts)


def commands(request: Request) -> Commands:
    """What runs our commands: one for the site, so that its bound holds for all requests."""
    return cast(Commands, request.app.state.commands)


def prefix(request: Request) -> str:
    """The path under which a proxy serves the site; "" at the root."""
    return str(request.app.state.settings.prefix).rstrip("/")


def address(request: Request) -> str:
    """The site's own address as the client sees it, without a slash at its end."""
    return f"{request.url.scheme}://{request.url.netloc}{prefix(request)}"


async def account(request: Request) -> Account | None:
    """Who asks; ``None`` where nobody is logged in."""
    if not hasattr(request.state, "account"):
        token = request.cookies.get(SESSION_COOKIE)
        request.state.account = token and await run_in_threadpool(accounts(request).of_session, token)
    return request.state.account or None


async def someone(request: Request) -> Account:
    """Who asks, where somebody is logged in for sure."""
    found = await account(request)
    assert found is not None
    return found


def _to_log_in(request: Request) -> Response:
    """The page that logs in, and leads back: to the page that was asked for, or whose form was sent."""
    path = request.url.path.removeprefix(prefix(request))
    query = f"?{request.url.query}" if request.url.query else ""
    return redirect(request, "/login?" + urlencode({"next": f"{path}{query}"}))


def path_within(path: str) -> str:
    """``path`` where it is one of our pages, else the list of issues: another site's link may hold it."""
    is_ours = path.startswith("/") and not path.startswith("//") and path.isprintable() and "\\" not in path
    return path if is_ours else "/issues"


def needs_account(endpoint: Endpoint) -> Endpoint:
    """Lets only people in who are logged in; others are sent to the page that logs them in."""

    @functools.wraps(endpoint)
    async def guarded(request: Request) -> Response:
        if await account(request) is None:
            return _to_log_in(request)
        return await endpoint(request)

    return guarded


def needs_role(endpoint: Endpoint, *, admin: bool = False) -> Endpoint:
    """Lets only people in who may change issues, or with ``admin`` only administrators."""

    @functools.wraps(endpoint)
    async def guarded(request: Request) -> Response:
        who = await account(request)
        if who is None:
            return _to_log_in(request)
        if not who.may_change or (admin and who.role != "admin"):
            return await problem(request, 403, "Not allowed", f"A {who.role} may not do this.")
        return await endpoint(request)

    return guarded


def _form_token(request: Request) -> str:
    """Made from what only this browser has: its session, or a cookie of its own."""
    secret = request.cookies.get(SESSION_COOKIE) or request.cookies.get(FORM_COOKIE)
    if not secret:
        if not hasattr(request.state, "form_secret"):
            request.state.form_secret = secrets.token_urlsafe(16)
        secret = request.state.form_secret
    return hashlib.sha256(f"form {secret}".encode("utf-8", "replace")).hexdigest()


async def form(request: Request, *, most_bytes: int | None = None, most_files: int = 1) -> FormData:
    """The fields of a POST of one of our pages. Raises ``HTTPException`` for a forged one."""
    origin = request.headers.get("origin")
    if request.headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none"):
        raise HTTPException(403, "This form was sent by another site.")
    most = most_bytes or request.app.state.settings.most_bytes
    length = request.headers.get("content-length", "")
    if not length.isascii() or not length.isdecimal():
        raise HTTPException(411, "The length of the form is missing.")
    if int(length) > most + 64_000:
        raise HTTPException(413, f"This is more than {most:,} bytes: send a smaller part of it.")
    fields = await request.form(max_fields=_MOST_FIELDS, max_files=most_files, max_part_size=most)
    given = fields.get("token")
    has_secret = SESSION_COOKIE in request.cookies or FORM_COOKIE in request.cookies
    valid = isinstance(given, str) and secrets.compare_digest(given.encode(), _form_token(request).encode())
    if not has_secret or not valid or origin == "null":
        raise HTTPException(403, "This form is too old, or cookies are off: load its page again.")
    return fields


def text_of(fields: FormData, name: str) -> str:
    """The text of a field; "" where there is none."""
    found = fields.get(name)
    return "" if found is None or isinstance(found, UploadFile) else found


async def page(request: Request, template: str, *, status: int = 200, **values: Any) -> Response:
    """The page that ``template`` makes of ``values``."""
    start = prefix(request)
    token = _form_token(request)
    context: Mapping[str, Any] = {
        "url": lambda path: start + path,
        "address": address(request),
        "user": await account(request),
        "here": request.url.path.removeprefix(start),
        "version": __version__,
        "csrf": lambda: Markup(f'<input type="hidden" name="token" value="{token}">'),
        **values,
    }
    response = HTMLResponse(_templates().get_template(template).render(context), status)
    protect(response)
    if hasattr(request.state, "form_secret"):
        _set_cookie(request, response, FORM_COOKIE, request.state.form_secret, None)
    return response


def protect(response: Response, policy: str = POLICY) -> None:
    """Set the headers that every page has."""
    response.headers["Content-Security-Policy"] = policy
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Referrer-Policy"] = "same-origin"
    response.headers["Cross-Origin-Opener-Policy"] = "same-origin"
    response.headers["Cache-Control"] = "no-store"


async def problem(request: Request, status: int, heading: str, told: str, advice: str = "") -> Response:
    """A page that says what went wrong, and what to do."""
    return await page(
        request, "problem.html", status=status, heading=heading, told=told, advice=advice, kind="warn"
    )


async def refused(request: Request, error: HTTPException) -> Response:
    """A page for a request that was refused."""
    heading, told = _UNTOLD.get(error.status_code, ("This did not work", error.detail))
    response = await problem(request, error.status_code, heading, told)
    response.headers.update(error.headers or {})
    return response


def redirect(request: Request, path: str) -> Response:
    """Go on with another page of the site."""
    return RedirectResponse(prefix(request) + path, 303)


def start_session(request: Request, response: Response, token: str, seconds: int) -> None:
    """Let the browser remember its session."""
    _set_cookie(request, response, SESSION_COOKIE, token, seconds)


def _set_cookie(request: Request, response: Response, name: str, value: str, seconds: int | None) -> None:
    secure = request.url.scheme == "https"
    path = prefix(request) or "/"
    response.set_cookie(name, value, seconds, path=path, httponly=True, samesite="lax", secure=secure)


def human(endpoint: Endpoint) -> Endpoint:
    """Tells of errors by a page instead of JSON."""

    @functools.wraps(endpoint)
    async def told(request: Request) -> Response:
        try:
            return await endpoint(request)
        except HTTPException as error:
            return await refused(request, error)
        except UnknownIssueError as error:
            told = f"No issue is called {error.key}."
            return await problem(request, 404, "There is no such issue", told, "Look for it in the list.")
        except ChangeError as error:
            return await problem(request, 409, "Nothing was changed", str(error))
        except StoreError:
            raise
        except StacktracesError as error:
            return await problem(request, 422, "This did not work", str(error))

    return told
