"""Who is told of new, regressed and fast-growing issues: administrators set that up here."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import cast

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from ...errors import UsageError
from ..notices import KINDS, Attempt, Notices, Receiver, forms
from ..receivers import ACTIONS, Receivers
from ._web import accounts, form, human, needs_role, page, redirect, someone, text_of

_FORM_BYTES = 16_000
_KINDS = {
    "new": "new issues",
    "regressed": "regressed issues",
    "growing": "fast-growing issues",
    "unmuted": "issues whose mute has ended",
}


def _notices(request: Request) -> Notices:
    return cast(Notices, request.app.state.notices)


async def _show(
    request: Request, *, told: str | None = None, made: Receiver | None = None, status: int = 200
) -> Response:
    notices = _notices(request)
    labels = {name: found.label for name in forms.names() if (found := forms.find(name)) is not None}
    receivers = await run_in_threadpool(notices.receivers)
    return await page(
        request,
        "notices.html",
        status=status,
        told=told,
        made=made,
        receivers=[(each, [_shown(one) for one in attempts]) for each, attempts in receivers],
        projects=await run_in_threadpool(request.app.state.store.projects),
        labels=labels,
        kinds={name: _KINDS[name] for name in KINDS},
        has_mail=notices.ways.mail is not None,
    )


def _shown(attempt: Attempt) -> dict[str, object]:
    return {
        "what": attempt.type.removeprefix("issue."),
        "state": attempt.state,
        "tries": attempt.tries,
        "tried": _moment(attempt.tried),
        "next": _moment(attempt.due) if attempt.state == "waiting" else "",
        "error": attempt.error or "",
    }


def _moment(seconds: int | None) -> str:
    if seconds is None:
        return ""
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%d %H:%M:%S UTC")


@human
async def show(request: Request) -> Response:
    """The receivers, and how sending to them went."""
    return await _show(request)


@human
async def add(request: Request) -> Response:
    """A new receiver; the secret by which it is sent to is shown once."""
    fields = await form(request, most_bytes=_FORM_BYTES)
    kinds = [each for each in fields.getlist("kind") if isinstance(each, str)]
    project, name, target = (text_of(fields, each) for each in ("project", "form", "target"))
    try:
        made = await run_in_threadpool((await _receivers(request)).add, project, name, target, kinds)
    except UsageError as error:
        return await _show(request, told=str(error), status=422)
    return await _show(request, made=made)


@human
async def change(request: Request) -> Response:
    """What a button of a receiver asks for."""
    fields = await form(request, most_bytes=_FORM_BYTES)
    name, action = request.path_params["id"], text_of(fields, "action")
    if action not in ACTIONS:
        raise UsageError("Nothing of that name can be done to a receiver.")
    await run_in_threadpool((await _receivers(request)).do, name, action)
    return redirect(request, f"/notices#{name}")


async def _receivers(request: Request) -> Receivers:
    who = await someone(request)
    return Receivers(request.app.state.store, accounts(request), _notices(request), who.name)


routes = [
    Route("/notices", needs_role(show, admin=True), methods=["GET"]),
    Route("/notices", needs_role(add, admin=True), methods=["POST"]),
    Route("/notices/{id}", needs_role(change, admin=True), methods=["POST"]),
]
