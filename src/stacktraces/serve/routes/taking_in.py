"""Taking in: the body of a request is on the disk before it is acknowledged."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from ..bodies import body_of


def token_of(request: Request) -> str:
    """The token that the request bears. Raises ``HTTPException`` where it bears none."""
    kind, _, token = request.headers.get("authorization", "").partition(" ")
    if kind.lower() != "bearer" or not token:
        raise HTTPException(401, "Send the header Authorization: Bearer TOKEN.")
    return token.strip()


async def project_for(request: Request, kind: str, token: str) -> str:
    """The project in which ``token`` may ``read`` or ``write``. Raises ``HTTPException`` where in none."""
    project = await run_in_threadpool(request.app.state.store.project_of, token, kind)
    if project is None:
        raise HTTPException(403, f"This token may not {kind} in any project.")
    return str(project)


async def writable(request: Request, token: str) -> str:
    """The project that ``token`` may write to, now. Raises ``HTTPException`` where it may not, or not yet."""
    project = await project_for(request, "write", token)
    wait = request.app.state.rates.wait(project)
    if wait:
        refusal = "Too many requests for this project: try again later."
        raise HTTPException(429, refusal, headers={"Retry-After": str(wait)})
    return project


async def keep(request: Request, project: str, kind: str, content: bytes) -> str:
    """Keep ``content`` for the worker; gives its id. Raises ``HTTPException`` where the disk is full."""
    try:
        entry: str = await run_in_threadpool(request.app.state.spool.put, project, kind, content)
    except OSError as error:
        raise HTTPException(503, "It cannot be kept now: try again later.") from error
    request.app.state.worker.wake()
    return entry


def taking(kind: str) -> Callable[[Request], Awaitable[Response]]:
    """An endpoint that keeps the whole body for the module ``kind`` of ``intake/``."""

    async def endpoint(request: Request) -> Response:
        """Keeps the body until it is stored."""
        project = await writable(request, token_of(request))
        return JSONResponse({"id": await keep(request, project, kind, await body_of(request))}, 202)

    return endpoint


routes = [
    Route("/api/text", taking("text"), methods=["POST"]),
    Route("/api/lines", taking("lines"), methods=["POST"]),
]
