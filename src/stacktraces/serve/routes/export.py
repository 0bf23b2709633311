"""All that the site's database holds."""

from __future__ import annotations

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from ..api import bearer_of, raw
from ..moving.files import MEDIA, Form, download


async def export_lines(request: Request) -> Response:
    """All that the database holds, as JSON lines.

    `stacktraces serve --import` reads them into an empty database. Accounts and tokens are in it by their
    digests.
    """
    return await _export(request, "jsonl")


async def export_database(request: Request) -> Response:
    """All that the database holds, as an SQLite database that `stacktraces serve --db` takes."""
    return await _export(request, "db")


async def _export(request: Request, form: Form) -> Response:
    bearer = await bearer_of(request, "admin")
    accounts = request.app.state.accounts
    await run_in_threadpool(accounts.did, f"token {bearer.name}", "exported all", form)
    return await download(request, form)


routes = [
    raw("GET", "/api/export", export_lines, needs="admin", gives=(MEDIA["jsonl"],)),
    raw("GET", "/api/export.db", export_database, needs="admin", gives=(MEDIA["db"],)),
]
