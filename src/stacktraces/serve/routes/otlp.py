"""OpenTelemetry's protocol over HTTP, for logs."""

from __future__ import annotations

from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from ...errors import InputError
from ..api import raw, token_of
from ..bodies import body_of
from ..intake import _protobuf
from ..intake._json import decode
from .taking_in import keep, writable

_PROTOBUF, _JSON = "application/x-protobuf", "application/json"


async def logs(request: Request) -> Response:
    """OpenTelemetry's log records.

    The answer is an ``ExportLogsServiceResponse`` without a word.
    """
    project = await writable(request, token_of(request))
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind not in (_PROTOBUF, _JSON):
        raise HTTPException(415, f"Send {_PROTOBUF} or {_JSON}.")
    content = await body_of(request)
    try:
        if kind == _JSON:
            await run_in_threadpool(decode, content)
        else:
            await run_in_threadpool(_protobuf.check, content)
    except InputError as error:
        raise HTTPException(400, str(error)) from error
    await keep(request, project, "otlp_json" if kind == _JSON else "otlp", content)
    return Response(b"{}" if kind == _JSON else b"", media_type=kind)


routes = [
    raw(
        "POST",
        "/v1/logs",
        logs,
        name="send_otlp_logs",
        needs="write",
        takes=(_PROTOBUF, _JSON),
        gives=(_PROTOBUF, _JSON),
    )
]
