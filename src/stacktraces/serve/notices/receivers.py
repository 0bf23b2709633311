"""Who is told: what administrators set up for each project."""

from __future__ import annotations

import base64
import secrets
from collections.abc import Collection
from typing import NamedTuple, get_args
from urllib.parse import urlsplit

from sqlalchemy import Connection, func, select

from ...errors import UsageError
from ...known import times
from ..store.tables import PROJECT
from . import forms, queue
from .events import Kind
from .forms import Ways
from .tables import DELIVERY, RECEIVER

KINDS: tuple[Kind, ...] = get_args(Kind)
_MOST = 20
"""Receivers of a project."""


class Receiver(NamedTuple):
    """Somebody who is told of events in a project."""

    id: str
    project: str
    form: str
    target: str
    secret: str
    kinds: str
    """With blanks between them."""
    paused: str | None
    """Why nothing is sent."""

    @property
    def shown(self) -> str:
        """The target without what is secret in it: the path of a webhook may be its password."""
        parts = urlsplit(self.target)
        return f"{parts.scheme}://{parts.netloc}/…" if parts.scheme else self.target


_COLUMNS = [RECEIVER.c[name] for name in Receiver._fields]


def everybody(connection: Connection) -> list[Receiver]:
    """All receivers, by project."""
    rows = connection.execute(
        select(*_COLUMNS).order_by(RECEIVER.c.project, RECEIVER.c.created, RECEIVER.c.id)
    )
    return [Receiver(*row) for row in rows]


def find(connection: Connection, name: str) -> Receiver:
    """The receiver of the id ``name``. Raises ``UsageError`` where there is none."""
    row = connection.execute(select(*_COLUMNS).where(RECEIVER.c.id == name)).one_or_none()
    if row is None:
        raise UsageError("There is no such receiver: it was removed.")
    return Receiver(*row)


def add(
    connection: Connection, project: str, form: str, target: str, kinds: Collection[str], ways: Ways
) -> Receiver:
    """Set one up. Raises ``UsageError`` for what cannot be one."""
    found = forms.find(form)
    if found is None:
        raise UsageError(f"A receiver is one of {', '.join(forms.names())}.")
    wanted = [each for each in KINDS if each in kinds]
    if not wanted:
        raise UsageError("Choose at least one kind of event.")
    if connection.scalar(select(PROJECT.c.id).where(PROJECT.c.id == project)) is None:
        raise UsageError("There is no such project.")
    number = connection.scalar(select(func.count()).where(RECEIVER.c.project == project)) or 0
    if number >= _MOST:
        raise UsageError(f"A project has at most {_MOST} receivers: remove one first.")
    secret = "whsec_" + base64.b64encode(secrets.token_bytes(32)).decode() if found.signs else ""
    made = Receiver(
        secrets.token_hex(8), project, form, found.check(target, ways), secret, " ".join(wanted), None
    )
    connection.execute(RECEIVER.insert().values(**made._asdict(), created=times.now()))
    return made


def pause(connection: Connection, name: str, why: str | None) -> None:
    """Send nothing more to it, for the reason ``why``; ``None`` sends what happens from now on."""
    connection.execute(RECEIVER.update().where(RECEIVER.c.id == name).values(paused=why))
    if why is not None:
        queue.give_up(connection, name, "paused")


def remove(connection: Connection, name: str) -> None:
    """Forget it, and what was sent to it."""
    connection.execute(DELIVERY.delete().where(DELIVERY.c.receiver == name))
    connection.execute(RECEIVER.delete().where(RECEIVER.c.id == name))
