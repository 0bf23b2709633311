"""Taking in: the body of a request is on the disk before it is acknowledged."""

from __future__ import annotations

import gzip
import io

from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route


async def body_of(request: Request) -> bytes:
    """The body, unpacked. Raises ``HTTPException`` for one that is too long or not what it is said to be."""
    most = request.app.state.settings.most_bytes
    content = bytearray()
    async for chunk in request.stream():
        content += chunk
        if len(content) > most:
            raise HTTPException(413, f"The body has more than {most:,} bytes; send less at a time.")
    encoding = request.headers.get("content-encoding", "").strip().lower()
    if encoding in ("", "identity"):
        return bytes(content)
    if encoding != "gzip":
        raise HTTPException(415, f"Content-Encoding {encoding} is not read; send gzip, or none.")
    try:
        with gzip.GzipFile(fileobj=io.BytesIO(content)) as file:
            unpacked = file.read(most + 1)
    except (OSError, EOFError) as error:
        raise HTTPException(400, "The body is no gzip.") from error
    if len(unpacked) > most:
        raise HTTPException(413, f"The body unpacks to more than {most:,} bytes; send less at a time.")
    return unpacked


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


async def keep(request: Request, project: str, kind: str, content: bytes) -> str:
    """Keep ``content`` for the worker; gives its id. Raises ``HTTPException`` where the disk is full."""
    try:
        entry: str = await run_in_threadpool(request.app.state.spool.put, project, kind, content)
    except OSError as error:
        raise HTTPException(503, "It cannot be kept now: try again later.") from error
    request.app.state.worker.wake()
    return entry


async def text(request: Request) -> JSONResponse:
    """A log or a traceback as it is."""
    project = await project_for(request, "write", token_of(request))
    return JSONResponse({"id": await keep(request, project, "text", await body_of(request))}, 202)


routes = [Route("/api/text", text, methods=["POST"])]
