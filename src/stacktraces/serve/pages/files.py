"""Files as they are: style sheet, script, the collector."""

from __future__ import annotations

import functools
from importlib import resources

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

_STATIC = {"site.css": "text/css", "site.js": "text/javascript"}


@functools.cache
def _content(package: str, name: str) -> bytes:
    return (resources.files(package) / name).read_bytes()


async def static(request: Request) -> Response:
    """A file of the package."""
    name = request.path_params["name"]
    if name not in _STATIC:
        raise HTTPException(404, "There is no such file.")
    headers = {"Cache-Control": "no-cache", "X-Content-Type-Options": "nosniff"}
    content = _content("stacktraces.serve", f"static/{name}")
    return Response(content, headers=headers, media_type=_STATIC[name])


async def collector(_: Request) -> Response:
    """``collect.py``, to be copied to where a process runs."""
    headers = {
        "Content-Disposition": 'attachment; filename="collect.py"',
        "X-Content-Type-Options": "nosniff",
    }
    return Response(_content("stacktraces", "collect.py"), headers=headers, media_type="text/x-python")


routes = [Route("/static/{name}", static), Route("/collect.py", collector)]
