"""Snapshots of many hosts as one page."""

from __future__ import annotations

from pathlib import Path, PurePosixPath

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import UploadFile
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from ...errors import InputError
from ..addresses import limited, unless_busy
from ..bodies import body_of
from ..uploads.fleets import Fleets, snapshots
from ._reports import report_page
from ._web import address, commands, form, human, page, problem, redirect

_FORM_BODIES = 5
"""A form of many files may have so many times the bytes of one body."""
_FORM_FILES = 100


def _fleets(request: Request) -> Fleets:
    return Fleets(request.app.state.settings.data / "fleets", commands(request))


async def show_form(request: Request) -> Response:
    """How a fleet begins."""
    return await _form(request)


async def show(request: Request) -> Response:
    """All snapshots of a fleet as one tree; how to add the first one where there is none."""
    token = request.path_params["token"]
    fleets = _fleets(request)
    folder = fleets.find(token)
    if folder is None:
        return await _missing(request)
    if not await run_in_threadpool(snapshots, folder):
        return await _form(request, token)
    try:
        content = await fleets.report(folder)
    except InputError as error:
        return await problem(request, 422, "The fleet cannot be shown", str(error))
    return report_page(request, content, {f"/fleet/{token}/add": "Add snapshots", "/fleet": "Another fleet"})


async def show_adding(request: Request) -> Response:
    """How further snapshots are added."""
    token = request.path_params["token"]
    folder = _fleets(request).find(token)
    return await (_missing(request) if folder is None else _form(request, token))


@human
async def take(request: Request) -> Response:
    """Snapshots for a new fleet or one that is there: the files of our form, or a body as curl sends it."""
    fleets, token = _fleets(request), request.path_params.get("token")
    is_form = request.headers.get("content-type", "").startswith("multipart/form-data")
    if token is not None and fleets.find(token) is None:
        return await _missing(request) if is_form else PlainTextResponse("There is no such fleet.\n", 404)
    return await (_take_form if is_form else _take_body)(request, fleets, token)


async def _take_body(request: Request, fleets: Fleets, token: str | None) -> Response:
    try:
        text = await body_of(request)
        made = await run_in_threadpool(fleets.begin) if token is None else token
        if text.strip():
            await fleets.add(_folder(fleets, made), request.query_params.get("host", ""), text)
    except HTTPException as error:
        return PlainTextResponse(f"{error.detail}\n", error.status_code)
    except InputError as error:
        return PlainTextResponse(f"{error}\n", 422)
    url = f"{address(request)}/fleet/{made}"
    return PlainTextResponse(f"{url}\n", 201, headers={"Location": url})


async def _take_form(request: Request, fleets: Fleets, token: str | None) -> Response:
    most = _FORM_BODIES * request.app.state.settings.most_bytes
    fields = await form(request, most_bytes=most, most_files=_FORM_FILES)
    files = [each for each in fields.getlist("file") if isinstance(each, UploadFile) and each.filename]
    if token is None and not files:
        return await _form(request, told=["Choose the files of the snapshots."], status=400)
    made = await run_in_threadpool(fleets.begin) if token is None else token
    folder, refused = _folder(fleets, made), []
    for each in files:
        try:
            await fleets.add(folder, PurePosixPath(each.filename or "").stem, await each.read())
        except InputError as error:
            refused.append(f"{each.filename}: {error}")
    if refused:
        return await _form(request, made, refused, 422)
    return redirect(request, f"/fleet/{made}")


def _folder(fleets: Fleets, token: str) -> Path:
    folder = fleets.find(token)
    if folder is None:
        raise InputError("The fleet was removed meanwhile: begin another one.")
    return folder


async def _form(
    request: Request, token: str | None = None, told: list[str] | None = None, status: int = 200
) -> Response:
    path = "/fleet" if token is None else f"/fleet/{token}"
    folder = None if token is None else _fleets(request).find(token)
    number = 0 if folder is None else len(await run_in_threadpool(snapshots, folder))
    return await page(
        request, "fleet.html", status=status, path=path, number=number, told=told or [], most=_FORM_FILES
    )


async def _missing(request: Request) -> Response:
    told = "The address is wrong, or the fleet was removed: the oldest ones go first."
    return await problem(request, 404, "There is no such fleet", told, "Begin another one.")


routes = [
    Route("/fleet", show_form, methods=["GET"]),
    Route("/fleet", limited(take), methods=["POST"]),
    Route("/fleet/{token}", show, methods=["GET"]),
    Route("/fleet/{token}", unless_busy(take), methods=["POST"]),
    Route("/fleet/{token}/add", show_adding, methods=["GET"]),
]
