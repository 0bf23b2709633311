"""Whether the site works."""

from __future__ import annotations

import msgspec
from starlette.requests import Request
from starlette.responses import JSONResponse

from ..api import raw


class Health(msgspec.Struct):
    """How the site does."""

    status: str
    waiting: int
    """Requests that are on the disk, and not in the database yet."""


async def health(request: Request) -> JSONResponse:
    """How many entries wait to be stored."""
    return JSONResponse({"status": "ok", "waiting": len(request.app.state.spool)})


routes = [raw("GET", "/health", health, needs=None, answer=Health)]
