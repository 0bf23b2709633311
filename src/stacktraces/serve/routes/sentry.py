"""Sentry's endpoints, so that its SDKs only need another DSN: ``http://TOKEN@HOST/1``.

The key decides the project; the number, which an SDK demands, does not matter.
"""

from __future__ import annotations

import re
from urllib.parse import urlsplit

import msgspec
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse

from ...errors import InputError
from ..api import raw
from ..bodies import body_of
from ..intake import sentry
from ..intake._json import decode, fields, text
from .taking_in import keep, writable

MOST_EVENT = 2 << 20
"""Bytes of one event."""
_KEY = re.compile(r"\bsentry_key\s*+=\s*+([^\s,]++)")
# A page of another site may send errors of its own: the key, which it needs, is no secret.
_ANYWHERE = {"Access-Control-Allow-Origin": "*"}
_ALLOWED = {
    **_ANYWHERE,
    "Access-Control-Allow-Methods": "POST",
    "Access-Control-Allow-Headers": "content-type, content-encoding, x-sentry-auth, authorization",
    "Access-Control-Max-Age": "86400",
}


def _key(request: Request) -> str | None:
    for name in ("x-sentry-auth", "authorization"):
        found = _KEY.search(request.headers.get(name, ""))
        if found is not None:
            return found[1]
    return request.query_params.get("sentry_key")


async def envelope(request: Request) -> JSONResponse:
    """An envelope; whose first line may hold the DSN where the request has no key."""
    key = _key(request)
    project = await writable(request, key) if key is not None else None
    content = await body_of(request)
    try:
        header = sentry.header_of(content)
        events = [each for each in sentry.items_of(content) if each.kind == "event"]
    except InputError as error:
        raise HTTPException(400, str(error)) from error
    if project is None:
        project = await writable(request, _key_of_dsn(header.get("dsn")))
    if any(len(each.payload) > MOST_EVENT for each in events):
        raise HTTPException(413, f"An event has more than {MOST_EVENT:,} bytes; send smaller ones.")
    if events:  # Sessions, transactions and the like are not kept.
        await keep(request, project, "sentry", content)
    return JSONResponse({"id": text(header.get("event_id"))}, headers=_ANYWHERE)


async def store(request: Request) -> JSONResponse:
    """One event, as older SDKs send it."""
    key = _key(request)
    if key is None:
        raise _no_key()
    project = await writable(request, key)
    content = await body_of(request)
    if len(content) > MOST_EVENT:
        raise HTTPException(413, f"An event has more than {MOST_EVENT:,} bytes; send smaller ones.")
    try:
        event = fields(decode(content))
    except InputError as error:
        raise HTTPException(400, str(error)) from error
    await keep(request, project, "sentry", sentry.envelope_of(content))
    return JSONResponse({"id": text(event.get("event_id"))}, headers=_ANYWHERE)


async def allowed(_: Request) -> JSONResponse:
    """What a browser asks before it sends."""
    return JSONResponse({}, headers=_ALLOWED)


def _key_of_dsn(dsn: object) -> str:
    try:
        key = urlsplit(dsn).username if isinstance(dsn, str) else None
    except ValueError:
        key = None
    if not key:
        raise _no_key()
    return key


def _no_key() -> HTTPException:
    return HTTPException(401, "Send the key of the DSN: X-Sentry-Auth: Sentry sentry_key=TOKEN.")


class SentAnswer(msgspec.Struct):
    """What the SDKs look for."""

    id: str | None
    """Of the event."""


_ENVELOPE, _STORE = "/api/{number:int}/envelope/", "/api/{number:int}/store/"
_TAKING = {"needs": "write", "by_key": True, "answer": SentAnswer}
_JSON = ("application/json",)
routes = [
    raw(
        "POST",
        _ENVELOPE,
        envelope,
        name="send_envelope",
        takes=("application/x-sentry-envelope",),
        **_TAKING,
    ),
    raw("POST", _STORE, store, name="send_event", takes=_JSON, **_TAKING),
    raw("OPTIONS", _ENVELOPE, allowed, name="ask_to_send_envelope", needs=None, gives=_JSON),
    raw("OPTIONS", _STORE, allowed, name="ask_to_send_event", needs=None, gives=_JSON),
]
