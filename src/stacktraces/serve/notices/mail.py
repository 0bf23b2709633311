"""Mail by a server of the operator's."""

from __future__ import annotations

import re
import smtplib
import ssl
from datetime import UTC, datetime
from email.errors import MessageError
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from typing import Literal, TypeAlias
from urllib.parse import parse_qsl, unquote, urlsplit

import msgspec

from ...errors import UsageError
from .outcome import Refused

Security: TypeAlias = Literal["tls", "starttls", "none"]
_PORTS: dict[Security, int] = {"tls": 465, "starttls": 587, "none": 25}
_SECONDS = 15.0
"""That the server may take for each answer."""
_LONGEST_ADDRESS = 254
_EXAMPLE = "smtp://user:password@mail.example.com:587/?from=errors@example.com"


class MailSettings(msgspec.Struct, frozen=True):
    """The server that takes mail from the site."""

    host: str
    port: int
    sender: str
    security: Security
    user: str | None = None
    password: str | None = None


def mail_settings(url: str) -> MailSettings:
    """What ``url`` says: ``smtp://user:password@host:587/?from=errors@example.com``.

    ``smtp`` asks the server for STARTTLS and sends nothing without, unless the URL has ``starttls=no``;
    ``smtps`` speaks TLS from the start. Raises ``UsageError``, without the password.
    """
    try:
        parts = urlsplit(url)
        port, given = parts.port, dict(parse_qsl(parts.query, strict_parsing=bool(parts.query)))
    except ValueError:
        raise UsageError(f"The URL of the mail server cannot be read; write it as {_EXAMPLE}.") from None
    known = {"from", "starttls"}
    if (
        parts.scheme not in ("smtp", "smtps")
        or not parts.hostname
        or parts.path not in ("", "/")
        or set(given) - known
    ):
        raise UsageError(f"The mail server is named by a URL such as {_EXAMPLE}.")
    if "from" not in given:
        raise UsageError(f"The URL of the mail server has to say from whom mail comes: {_EXAMPLE}.")
    if given.get("starttls", "yes") not in ("yes", "no"):
        raise UsageError("In the URL of the mail server starttls is yes or no.")
    plain: Security = "none" if given.get("starttls") == "no" else "starttls"
    security: Security = "tls" if parts.scheme == "smtps" else plain
    return MailSettings(
        host=parts.hostname,
        port=port or _PORTS[security],
        sender=checked_address(given["from"]),
        security=security,
        user=unquote(parts.username) if parts.username else None,
        password=unquote(parts.password) if parts.password else None,
    )


def checked_address(text: str) -> str:
    """``text`` as an address of mail. Raises ``UsageError`` where it is none, or more than one."""
    text = text.strip()
    try:
        sound = (
            len(text) <= _LONGEST_ADDRESS and re.fullmatch(r"[!-~]+@[A-Za-z0-9.\[\]:-]+", text) is not None
        )
        address = Address(addr_spec=text) if sound else None
    except (ValueError, IndexError, MessageError):
        address = None
    if address is None or not address.username or not address.domain or address.addr_spec != text:
        raise UsageError("An address of mail looks like team@example.com, in ASCII and without a name.")
    return text


def send(settings: MailSettings, to: str, subject: str, text: str, message_id: str) -> None:
    """Send a mail. ``message_id`` is the same each time that it is tried. Raises ``Refused``."""
    mail = EmailMessage(policy=SMTP)
    mail["From"] = settings.sender
    mail["To"] = to
    mail["Subject"] = " ".join(subject.split())
    mail["Date"] = format_datetime(datetime.now(UTC))
    mail["Message-ID"] = f"<{message_id}@{settings.sender.rpartition('@')[2]}>"
    mail["Auto-Submitted"] = "auto-generated"
    mail.set_content(text)
    try:
        with _connection(settings) as server:
            if settings.user is not None:
                server.login(settings.user, settings.password or "")
            server.send_message(mail, settings.sender, [to])
    except smtplib.SMTPRecipientsRefused as error:
        code = next(iter(error.recipients.values()))[0]
        raise Refused(f"the mail server refuses the recipient ({code})", code < 500) from error
    except smtplib.SMTPAuthenticationError as error:
        raise Refused("the mail server refuses the user or the password") from error
    except smtplib.SMTPResponseException as error:
        raise Refused(f"the mail server answers {error.smtp_code}", error.smtp_code < 500) from error
    except (smtplib.SMTPException, OSError) as error:
        raise Refused(f"the mail server cannot be used ({error})") from error


def _connection(settings: MailSettings) -> smtplib.SMTP:
    """A connection that is as secure as was asked for."""
    context = ssl.create_default_context()
    if settings.security == "tls":
        return smtplib.SMTP_SSL(settings.host, settings.port, timeout=_SECONDS, context=context)
    server = smtplib.SMTP(settings.host, settings.port, timeout=_SECONDS)
    if settings.security == "starttls":
        try:
            server.starttls(context=context)
        except BaseException:
            server.close()
            raise
    return server
