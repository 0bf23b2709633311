"""What the site is told when it starts."""

from __future__ import annotations

from pathlib import Path

import msgspec

from .store.limits import Limits


class Settings(msgspec.Struct, frozen=True, kw_only=True):
    """How the site runs."""

    database: str = "stacktraces.db"
    """A path of an SQLite file, or the URL of a PostgreSQL database."""
    data: Path = Path("stacktraces-data")
    """The folder of the spool and of uploads; made where it is missing."""
    prefix: str = ""
    """The path under which a proxy serves the site: ``/errors``."""
    url: str = "http://127.0.0.1:8000"
    """The address at which people reach the site, with the path under which a proxy serves it: for links in
    what is sent."""
    mail: str | None = None
    """The URL of the mail server, as :func:`~.notices.mail.mail_settings` reads it."""
    private_webhooks: bool = False
    """Webhooks may reach private addresses."""
    most_bytes: int = 20 << 20
    """Of the body of a request, as it comes and unpacked."""
    most_requests: float = 5000.0
    """That a project may send in a second, on average."""
    most_uploads: float = 30.0
    """That an address may make in a minute, on average, and at once."""
    limits: Limits = Limits()
    """Of what is kept."""
    issue_rules: str | None = None
    """A file of the team's own rules."""
    scrubbing_rules: str | None = None
    """A file of rules on secrets, beside ours."""

    @property
    def spool(self) -> Path:
        """Where what was taken in waits for the worker."""
        return self.data / "spool"
