"""Reading by programs: issues and their occurrences."""

from __future__ import annotations

import msgspec
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from ...render.report import encode
from ..store import Filter
from .taking_in import project_for, token_of

_MOST = 200


def _number(request: Request, name: str, default: int, most: int) -> int:
    text = request.query_params.get(name, str(default))
    if not text.isascii() or not text.isdecimal() or len(text) > 12:
        raise HTTPException(400, f"{name} takes a number.")
    return min(int(text), most)


def _json(value: object) -> Response:
    return Response(encode(value), media_type="application/json")


async def issues(request: Request) -> Response:
    """The issues of the token's project, those seen last first."""
    project = await project_for(request, "read", token_of(request))
    given = {name: request.query_params.get(name) for name in Filter.__struct_fields__}
    try:
        wanted = msgspec.convert(given | {"project": project}, Filter)
    except msgspec.ValidationError as error:
        raise HTTPException(400, f"The filter is wrong: {error}.") from error
    most, after = _number(request, "limit", 50, _MOST), _number(request, "offset", 0, 10**9)
    page = await run_in_threadpool(request.app.state.store.issues, wanted, most=most, after=after)
    return _json({"issues": [each.heading for each in page.issues], "total": page.total})


async def occurrences(request: Request) -> Response:
    """The latest occurrences of an issue."""
    project = await project_for(request, "read", token_of(request))
    most, after = _number(request, "limit", 50, _MOST), _number(request, "offset", 0, 10**9)
    store, issue = request.app.state.store, request.path_params["issue"]
    found = await run_in_threadpool(store.occurrences, issue, project=project, most=most, after=after)
    return _json({"occurrences": found})


routes = [Route("/api/issues", issues), Route("/api/issues/{issue}/occurrences", occurrences)]
