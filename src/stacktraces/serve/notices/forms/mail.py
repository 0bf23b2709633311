"""A mail to one address."""

from __future__ import annotations

from ....errors import UsageError
from ..messages import lines, subject
from ._form import Form, Parcel, Ways


def _check(target: str, ways: Ways) -> str:
    from ..mail import checked_address

    if ways.mail is None:
        raise UsageError("The site knows no mail server: start it with --mail.")
    return checked_address(target)


def _send(parcel: Parcel, ways: Ways) -> None:
    from ..mail import send
    from ..outcome import Refused

    if ways.mail is None:
        raise Refused("the site knows no mail server: start it with --mail", again=False)
    text = "\n".join([*lines(parcel.content), "", parcel.content.data.url, ""])
    send(ways.mail, parcel.target, subject(parcel.content), text, parcel.id)


FORM = Form("Mail", "address", _check, _send)
