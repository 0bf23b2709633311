"""The document of all routes for programs."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import JSONResponse

from ..api import raw
from ..api.document import document


async def openapi(request: Request) -> JSONResponse:
    """This document."""
    state = request.app.state
    if not hasattr(state, "openapi"):
        state.openapi = document(request.app.routes, state.settings.prefix.rstrip("/"))
    return JSONResponse(state.openapi)


routes = [raw("GET", "/openapi.json", openapi, needs=None, gives=("application/json",))]
