"""Whether the site works."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route


async def health(request: Request) -> JSONResponse:
    """How many entries wait to be stored."""
    return JSONResponse({"status": "ok", "waiting": len(request.app.state.spool)})


routes = [Route("/health", health)]
