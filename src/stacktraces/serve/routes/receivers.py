"""Who is told of a project's events: what administrators do on the page of notices, for programs."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, Any, cast

import msgspec
from starlette.exceptions import HTTPException

from ...errors import UsageError
from .. import notices
from ..api import Call, operation
from ..notices.events import Kind
from ..receivers import Action, Receivers


class NewReceiver(msgspec.Struct, forbid_unknown_fields=True):
    """Whom to tell of what."""

    form: Annotated[str, msgspec.Meta(min_length=1, max_length=40, examples=["json", "mail", "slack"])]
    """The kind of receiver, as docs/serve.md lists them."""
    target: Annotated[str, msgspec.Meta(min_length=1, max_length=2000)]
    """The URL of a webhook, or an address of mail."""
    kinds: Annotated[list[Kind], msgspec.Meta(min_length=1, max_length=10)]


class Sending(msgspec.Struct):
    """How one message was sent."""

    type: str
    """What of: ``issue.new`` and so on."""
    state: str
    tries: int
    tried: str | None
    """ISO 8601 in UTC."""
    error: str | None


class Receiver(msgspec.Struct):
    """Who is told."""

    id: str
    project: str
    form: str
    target: str
    """Of a webhook without its path, which may be its password."""
    kinds: list[str]
    paused: str | None
    """Why nothing is sent."""
    sendings: list[Sending] = []
    """The latest first."""


class MadeReceiver(Receiver, kw_only=True):
    """A new receiver; its secret is told this once."""

    secret: str | None
    """What signs the messages of a receiver that takes signed ones."""


class ReceiverList(msgspec.Struct):
    """The receivers of a project."""

    receivers: list[Receiver]


def list_receivers(call: Call[None, None]) -> ReceiverList:
    """Who is told of a project's events, and how sending to each went last."""
    project = _project(call)
    return ReceiverList(
        [_receiver(each, sent) for each, sent in _notices(call).receivers() if each.project == project]
    )


def add_receiver(call: Call[None, NewReceiver]) -> MadeReceiver:
    """Tell somebody of events in a project."""
    given = call.body
    made = _receivers(call).add(_project(call), given.form, given.target, given.kinds)
    return MadeReceiver(**msgspec.structs.asdict(_receiver(made)), secret=made.secret or None)


def test_receiver(call: Call[None, None]) -> Receiver:
    """Send a test to a receiver, and wait for how that goes."""
    return _done(call, "test")


def pause_receiver(call: Call[None, None]) -> Receiver:
    """Send nothing more to a receiver for now; what happens meanwhile is not sent later."""
    return _done(call, "pause")


def resume_receiver(call: Call[None, None]) -> Receiver:
    """Send to a receiver again."""
    return _done(call, "resume")


def remove_receiver(call: Call[None, None]) -> Receiver:
    """Forget a receiver; gives what it was."""
    was = _found(call)
    _receivers(call).do(was.id, "remove")
    return was


def _done(call: Call[None, None], action: Action) -> Receiver:
    _receivers(call).do(_found(call).id, action)
    return _found(call)


def _notices(call: Call[Any, Any]) -> notices.Notices:
    return cast(notices.Notices, call.request.app.state.notices)


def _receivers(call: Call[Any, Any]) -> Receivers:
    return Receivers(call.store, call.accounts, _notices(call), call.who)


def _project(call: Call[Any, Any]) -> str:
    project = str(call.request.path_params["project"])
    if project not in call.store.projects():
        raise HTTPException(404, "There is no such project; GET /api/projects lists them.")
    return project


def _found(call: Call[Any, Any]) -> Receiver:
    """The receiver that the path names. Raises ``HTTPException`` where there is none."""
    name = str(call.request.path_params["receiver"])
    try:
        return _receiver(*_notices(call).with_attempts(name))
    except UsageError as error:
        raise HTTPException(404, str(error)) from error


def _receiver(found: notices.Receiver, sent: list[notices.Attempt] | None = None) -> Receiver:
    return Receiver(
        id=found.id,
        project=found.project,
        form=found.form,
        target=found.shown,
        kinds=found.kinds.split(),
        paused=found.paused,
        sendings=[
            Sending(each.type, each.state, each.tries, _moment(each.tried), each.error) for each in sent or ()
        ],
    )


def _moment(seconds: int | None) -> str | None:
    return None if seconds is None else datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


_ONE = "/api/receivers/{receiver}"
routes = [
    operation("GET", "/api/projects/{project}/receivers", list_receivers, needs="admin"),
    operation("POST", "/api/projects/{project}/receivers", add_receiver, needs="admin", status=201),
    operation("POST", f"{_ONE}/test", test_receiver, needs="admin"),
    operation("POST", f"{_ONE}/pause", pause_receiver, needs="admin"),
    operation("POST", f"{_ONE}/resume", resume_receiver, needs="admin"),
    operation("DELETE", _ONE, remove_receiver, needs="admin"),
]
