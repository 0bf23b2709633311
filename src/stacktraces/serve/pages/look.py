"""Upload and look: a text becomes a page of its own; what the first version of the site could do."""

from __future__ import annotations

import contextlib
from pathlib import Path

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import UploadFile
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from ...errors import InputError, StacktracesError
from ...render import plain
from ...results.exchange import from_json
from ...signatures.fingerprint import explain
from ..addresses import limited
from ..api import raw
from ..bodies import body_of
from ..uploads.folder import Uploads, clean_name
from ..uploads.looking import first_version, keep, make_report
from ._reports import report_page
from ._stacks import links
from ._web import address, commands, form, human, page, prefix, problem, protect, redirect, text_of


def _uploads(request: Request) -> Uploads:
    return Uploads(request.app.state.settings.data / "uploads")


async def show_form(request: Request) -> Response:
    """Where a text is pasted or dropped."""
    return await _form(request, None)


async def _form(request: Request, told: str | None, status: int = 200) -> Response:
    most = plain.size(request.app.state.settings.most_bytes)
    return await page(request, "look.html", status=status, problem=told, most=most)


async def take(request: Request) -> Response:
    """A form of the page above, or a body as curl sends it."""
    if request.headers.get("content-type", "").startswith("multipart/form-data"):
        return await _take_form(request)
    try:
        text = await body_of(request)
        if not text.strip():
            raise HTTPException(400, "The body is empty: send a text with curl --data-binary @FILE.")
        token, seen = await keep(
            _uploads(request), commands(request), clean_name(request.query_params.get("name")), text
        )
    except HTTPException as error:
        return PlainTextResponse(f"{error.detail}\n", error.status_code)
    except InputError as error:
        return PlainTextResponse(f"{error}\n", 422)
    url = f"{address(request)}/look/{token}"
    if "application/json" in request.headers.get("accept", ""):
        return JSONResponse({"url": url, "kind": seen.kind}, 201)
    return PlainTextResponse(f"{url}\n", 201, headers={"Location": url})


async def _take_form(request: Request) -> Response:
    try:
        fields = await form(request)
        file = fields.get("file")
        name, text = None, text_of(fields, "text").encode("utf-8", "surrogateescape")
        if isinstance(file, UploadFile) and file.filename:
            name, text = file.filename, await file.read()
        if not text.strip():
            return await _form(request, "There is nothing to look at: paste a text, or choose a file.", 400)
        token, _ = await keep(_uploads(request), commands(request), clean_name(name), text)
    except HTTPException as error:
        return await _form(request, error.detail, error.status_code)
    except InputError as error:
        return await _form(request, str(error), 422)
    return redirect(request, f"/look/{token}")


async def show(request: Request) -> Response:
    """What an upload turned out to be."""
    found = _uploads(request).find(request.path_params["token"])
    if found is None:
        return await _missing(request)
    seen, folder = found
    base = f"{prefix(request)}/look/{request.path_params['token']}"
    if seen.kind == "nothing":
        told = "" if seen.told.startswith("{") else seen.told
        return await page(request, "nothing.html", name=seen.name, told=told, text=f"{base}/text")
    if seen.kind == "trace":
        return await _show_trace(request, folder, base)
    return await report(request)


async def _show_trace(request: Request, folder: Path, base: str) -> Response:
    group = from_json(await run_in_threadpool((folder / "result.json").read_bytes)).groups[0]
    at = group.culprit or plain.innermost(group.error)
    root = plain.root_cause(group.error)
    facts = [
        ("look first at", plain.place(at) if at else ""),
        ("root cause", plain.headline(root) if root else ""),
        ("when", plain.span(group)),
        ("runtime", group.runtime or ""),
        ("fingerprint", group.fingerprint),
    ]
    return await page(
        request,
        "trace.html",
        headline=plain.headline(group.error),
        facts=[each for each in facts if each[1]],
        links=links(group.error, group.runtime),
        hashed=explain(group.error, group.runtime).hashed,
        token=request.path_params["token"],
        report=f"{base}/report",
        data=f"{base}/result.json",
        text=f"{base}/text",
    )


async def report(request: Request) -> Response:
    """The report as the command line writes it."""
    found = _uploads(request).find(request.path_params["token"])
    if found is None:
        return await _missing(request)
    if found[0].kind == "trace" and not (found[1] / "report.html").exists():
        await _make_report(request, found[1], found[0].name)
    if not (found[1] / "report.html").exists():
        return await _missing(request)
    content = await run_in_threadpool((found[1] / "report.html").read_bytes)
    token = request.path_params["token"]
    links = {"/look": "Another text", f"/look/{token}/text": "The text itself"}
    return report_page(request, content, {**links, f"/compare?a={token}": "Compare with another upload"})


async def _make_report(request: Request, folder: Path, name: str) -> None:
    if commands(request).is_busy:
        raise HTTPException(503, "The site is busy: try again in a minute.")
    with contextlib.suppress(OSError):  # The upload was removed meanwhile.
        await make_report(commands(request), folder, name)


async def give_file(request: Request) -> Response:
    """The text as it came, or the result as JSON."""
    found = _uploads(request).find(request.path_params["token"])
    wanted = request.path_params["part"]
    if found is None or wanted not in ("text", "result.json"):
        return await _missing(request)
    seen, folder = found
    path = folder / (seen.name if wanted == "text" else wanted)
    if not path.exists():
        return await _missing(request)
    kind = "text/plain; charset=utf-8" if wanted == "text" else "application/json"
    response = Response(await run_in_threadpool(path.read_bytes), headers={"Content-Type": kind})
    protect(response, "default-src 'none'; sandbox; frame-ancestors 'none'")
    return response


async def _missing(request: Request) -> Response:
    return await problem(
        request,
        404,
        "There is no such page",
        "The address is wrong, or the upload was removed: the oldest ones go first.",
        "Upload the text again.",
    )


async def describe(request: Request) -> Response:
    """The request of the first version of the site: a debugger's text becomes the JSON of its process."""
    uploads = _uploads(request)
    token = None
    try:
        token, folder = await run_in_threadpool(uploads.add, "debugger.txt", await body_of(request))
        process = await first_version(commands(request), folder, "debugger.txt")
    except HTTPException as error:
        return JSONResponse({"success": False, "errmsg": error.detail}, error.status_code)
    except StacktracesError as error:
        return JSONResponse({"success": False, "errmsg": str(error)})
    finally:
        if token is not None:
            await run_in_threadpool(uploads.remove, token)
    return Response(b'{"success":true,"procinfo":' + process + b"}", media_type="application/json")


routes = [
    Route("/look", show_form, methods=["GET"]),
    Route("/look", limited(take), methods=["POST"]),
    Route("/look/{token}", show),
    Route("/look/{token}/report", human(report)),
    Route("/look/{token}/{part}", give_file),
    raw(
        "POST",
        "/describe",
        limited(describe),
        needs=None,
        takes=("text/plain",),
        gives=("application/json",),
    ),
]
