"""What is kept and what was forgotten, for administrators."""

from __future__ import annotations

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from ..store.keeping import kept
from ..store.room import FURTHER
from ._web import human, needs_role, page


@human
async def show(request: Request) -> Response:
    """The numbers, and their limits."""
    state = request.app.state
    return await page(
        request,
        "storage.html",
        kept=await run_in_threadpool(kept, state.store.known),
        names=await run_in_threadpool(state.store.projects),
        waiting=len(state.spool),
        limits=state.settings.limits,
        further=FURTHER,
    )


routes = [Route("/storage", needs_role(show, admin=True))]
