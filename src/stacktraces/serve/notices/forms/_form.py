"""What a form of a receiver declares."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, NamedTuple

import msgspec

from ..addresses import checked_url
from ..messages import Content

if TYPE_CHECKING:
    from ..mail import MailSettings
    from ..posting import Poster


class Parcel(NamedTuple):
    """A message for one receiver."""

    id: str
    """The same each time that it is sent."""
    target: str
    secret: str
    content: Content


class Ways(NamedTuple):
    """How messages leave the site."""

    poster: Callable[[], Poster]
    mail: MailSettings | None
    private: bool = False
    """Webhooks may reach private addresses."""


class Form(NamedTuple):
    """A kind of receiver."""

    label: str
    asks: str
    """What has to be given of a receiver."""
    check: Callable[[str, Ways], str]
    """The target as it is kept. Raises ``UsageError`` where it cannot be one."""
    send: Callable[[Parcel, Ways], None]
    """Raises ``Refused`` where the receiver does not take it."""
    signs: bool = False
    """It has a secret, by which messages are signed."""


def webhook(
    label: str,
    body: Callable[[Content], Any],
    *,
    headers: Callable[[Parcel, bytes], dict[str, str]] | None = None,
) -> Form:
    """A form that posts ``body`` as JSON, with ``headers`` that need the secret where it is signed."""

    def check(target: str, ways: Ways) -> str:
        return checked_url(target, private=ways.private)

    def send(parcel: Parcel, ways: Ways) -> None:
        encoded = msgspec.json.encode(body(parcel.content))
        more = headers(parcel, encoded) if headers is not None else {}
        ways.poster().post(parcel.target, encoded, {"Content-Type": "application/json", **more})

    return Form(label, "URL", check, send, signs=headers is not None)
