"""All that the site's database holds, for administrators."""

from __future__ import annotations

from typing import cast, get_args

from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from ..moving.files import Form, download
from ._web import account, accounts, human, needs_role


async def show(request: Request) -> Response:
    """A file to keep."""
    form = request.path_params["form"]
    if form not in get_args(Form):
        raise HTTPException(404, "There is an export as jsonl and as db.")
    who = await account(request)
    assert who is not None
    await run_in_threadpool(accounts(request).did, who.name, "exported all", form)
    return await download(request, cast(Form, form))


routes = [Route("/export.{form}", needs_role(human(show), admin=True), methods=["GET"])]
