"""Taking in: the body of a request is on the disk before it is acknowledged."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import msgspec
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from ..api import ApiRoute, bearer_of, raw, token_of
from ..bodies import body_of
from ..spool import Body


async def writable(request: Request, token: str) -> str:
    """The project that ``token`` may write to, now. Raises ``HTTPException`` where it may not, or not yet."""
    project = str((await bearer_of(request, "write", token)).project)
    wait = request.app.state.rates.wait(project)
    if wait:
        refusal = "Too many requests for this project: try again later."
        raise HTTPException(429, refusal, headers={"Retry-After": str(wait)})
    return project


async def keep(request: Request, project: str, kind: str, content: bytes) -> str:
    """Keep ``content`` for the worker; gives its id. Raises ``HTTPException`` where the disk is full."""
    try:
        entry: str = await request.app.state.gathering.put(Body(project, kind, content))
    except OSError as error:
        refusal = "It cannot be kept now: try again later."
        raise HTTPException(503, refusal, headers={"Retry-After": "60"}) from error
    request.app.state.worker.wake()
    return entry


class Taken(msgspec.Struct):
    """What is on the disk."""

    id: str
    """Of the request, in the spool."""


def taking(kind: str) -> Callable[[Request], Awaitable[Response]]:
    """An endpoint that keeps the whole body for the module ``kind`` of ``intake/``."""

    async def endpoint(request: Request) -> Response:
        project = await writable(request, token_of(request))
        return JSONResponse({"id": await keep(request, project, kind, await body_of(request))}, 202)

    return endpoint


def _takes(path: str, kind: str, told: str, *media: str) -> ApiRoute:
    return raw(
        "POST",
        path,
        taking(kind),
        name=f"send_{kind}",
        told=told,
        needs="write",
        takes=media,
        answer=Taken,
        status=202,
    )


routes = [
    _takes("/api/text", "text", "Any text, such as a log or a traceback.", "text/plain"),
    _takes(
        "/api/lines",
        "lines",
        "Records of a log in JSON: one a line, or one array.",
        "application/x-ndjson",
        "application/json",
    ),
]
