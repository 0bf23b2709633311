"""Texts to look at: a log, a snapshot or a traceback becomes a page, and data."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import msgspec
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from ...errors import InputError
from ...render.report import encode
from ..addresses import limited
from ..api import raw
from ..api.calls import query_of
from ..bodies import body_of
from ..pages._web import address, commands, protect
from ..uploads.folder import Look, Uploads, clean_name
from ..uploads.looking import keep


class NameQuery(msgspec.Struct, forbid_unknown_fields=True):
    """What the text is called."""

    name: Annotated[str, msgspec.Meta(max_length=300, description="The file's name.")] | None = None


class Upload(Look, kw_only=True):
    """A text that was uploaded, and what it turned out to be."""

    id: str
    """Who knows it may look at the text."""
    url: str
    """Its page."""


def _uploads(request: Request) -> Uploads:
    return Uploads(request.app.state.settings.data / "uploads")


async def add_upload(request: Request) -> Response:
    """Upload a text, and say what it is.

    Everybody who reaches the site may, as on its page. The oldest uploads go first.
    """
    name = query_of(request, NameQuery).name
    text = await body_of(request)
    if not text.strip():
        raise HTTPException(400, "The body is empty: send a text.")
    try:
        token, seen = await keep(_uploads(request), commands(request), clean_name(name), text)
    except InputError as error:
        raise HTTPException(422, str(error)) from error
    return _told(request, token, seen, 201)


async def get_upload(request: Request) -> Response:
    """What an upload turned out to be."""
    seen, _ = await _found(request)
    return _told(request, request.path_params["upload"], seen, 200)


async def get_upload_text(request: Request) -> Response:
    """The text, as it came."""
    seen, folder = await _found(request)
    return await _file(folder / seen.name, "text/plain; charset=utf-8")


async def get_upload_result(request: Request) -> Response:
    """What was found in the text, as `stacktraces log --format json` prints it."""
    _, folder = await _found(request)
    return await _file(folder / "result.json", "application/json")


async def _found(request: Request) -> tuple[Look, Path]:
    found = await run_in_threadpool(_uploads(request).find, request.path_params["upload"])
    if found is None:
        raise HTTPException(404, "There is no such upload; the oldest ones go first.")
    return found


def _told(request: Request, token: str, seen: Look, status: int) -> Response:
    url = f"{address(request)}/look/{token}"
    upload = Upload(**msgspec.structs.asdict(seen), id=token, url=url)
    return Response(encode(upload), status, media_type="application/json")


async def _file(path: Path, kind: str) -> Response:
    try:
        content = await run_in_threadpool(path.read_bytes)
    except OSError as error:
        raise HTTPException(404, "Nothing was found in it.") from error
    response = Response(content, headers={"Content-Type": kind})
    protect(response, "default-src 'none'; sandbox; frame-ancestors 'none'")
    return response


_UPLOAD = "/api/uploads/{upload}"
routes = [
    raw(
        "POST",
        "/api/uploads",
        limited(add_upload),
        needs=None,
        query=NameQuery,
        takes=("text/plain", "application/octet-stream"),
        answer=Upload,
        status=201,
    ),
    raw("GET", _UPLOAD, get_upload, needs=None, answer=Upload),
    raw("GET", f"{_UPLOAD}/text", get_upload_text, needs=None, gives=("text/plain",)),
    raw("GET", f"{_UPLOAD}/result", get_upload_result, needs=None, gives=("application/json",)),
]
