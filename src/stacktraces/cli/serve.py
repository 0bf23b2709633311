"""``stacktraces serve``: a site of one's own for traces, issues and snapshots."""

from __future__ import annotations

import ipaddress
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import click

from ..errors import InputError, MissingExtraError, UsageError
from ._run import SETTINGS, complain, examples
from ._serve_moving import move, moving_options

if TYPE_CHECKING:
    from ..serve.accounts import Accounts
    from ..serve.store import SiteStore

_PROJECT = "default"
_LAST_SECONDS = 3


def _networks(_: click.Context, __: click.Parameter, given: tuple[str, ...]) -> tuple[str, ...]:
    """The addresses and networks ``given``. Raises ``UsageError`` for what is none."""
    for each in given:
        try:
            ipaddress.ip_network(each)
        except ValueError:
            raise UsageError(
                f"{each} is no address or network; write it like 10.0.0.1 or 10.0.0.0/8."
            ) from None
    return given


@click.command(
    "serve",
    context_settings=SETTINGS,
    short_help="Run a site for traces and issues.",
    epilog=examples(
        "stacktraces serve --db errors.db --data /var/lib/stacktraces",
        "stacktraces serve --db postgresql://stacktraces@db/errors --prefix /errors",
        "stacktraces serve --url https://errors.example.com --mail 'smtps://user@mail.example.com/?from=errors@example.com'",
        "stacktraces serve --db errors.db --export site.jsonl",
    ),
)
@click.option(
    "--db",
    "database",
    metavar="FILE_OR_URL",
    default="stacktraces.db",
    show_default=True,
    help="An SQLite file (.db), or a URL such as postgresql://host/database.",
)
@click.option("--listen", metavar="HOST:PORT", default="127.0.0.1:8000", show_default=True)
@click.option(
    "--data",
    metavar="DIR",
    type=click.Path(file_okay=False, path_type=Path),
    default="stacktraces-data",
    show_default=True,
    help="Where what was sent waits until it is stored.",
)
@click.option("--prefix", metavar="PATH", default="", help="The path under which a proxy serves the site.")
@click.option(
    "--trusted-proxy",
    metavar="ADDRESS",
    multiple=True,
    default=("127.0.0.1", "::1"),
    show_default=True,
    callback=_networks,
    help="A proxy whose X-Forwarded-For and X-Forwarded-Proto are believed; an address or a network.",
)
@click.option(
    "--url",
    "public_url",
    metavar="URL",
    help="The address at which people reach the site, for links in messages.",
)
@click.option(
    "--mail",
    metavar="URL",
    envvar="STACKTRACES_SERVE_MAIL",
    show_envvar=True,
    help="A mail server, as smtp://USER:PASSWORD@HOST:587/?from=ADDRESS, or smtps:// for TLS from the start.",
)
@click.option(
    "--allow-private-webhooks", is_flag=True, help="Let webhooks reach loopback and private networks."
)
@click.option(
    "--keep-days",
    type=click.IntRange(min=1),
    metavar="N",
    default=90,
    show_default=True,
    help="Forget occurrences after so many days; what was counted stays counted.",
)
@click.option(
    "--keep-of-issue",
    type=click.IntRange(min=1),
    metavar="N",
    default=1000,
    show_default=True,
    help="Keep a sample of so many occurrences of an issue: the first, the latest, each release and host.",
)
@click.option(
    "--keep-occurrences",
    type=click.IntRange(min=1),
    metavar="N",
    default=1_000_000,
    show_default=True,
    help="Keep so many occurrences of all issues.",
)
@click.option(
    "--keep-issues",
    type=click.IntRange(min=1),
    metavar="N",
    default=50_000,
    show_default=True,
    help="Keep so many issues of a project; further errors are counted by one issue.",
)
@click.option("--issue-rules", metavar="FILE", help="Your own rules on what is one issue.")
@click.option(
    "--scrubbing-rules",
    metavar="FILE",
    help="Your own rules on what is a secret, beside ours; the page /scrubbing shows them all.",
)
@moving_options
def command(
    database: str,
    listen: str,
    data: Path,
    prefix: str,
    trusted_proxy: tuple[str, ...],
    public_url: str | None,
    mail: str | None,
    allow_private_webhooks: bool,
    keep_days: int,
    keep_of_issue: int,
    keep_occurrences: int,
    keep_issues: int,
    issue_rules: str | None,
    scrubbing_rules: str | None,
    exported: str | None,
    imported: str | None,
) -> int:
    """Run a site that takes in traces from anywhere, and says what is new.

    What was sent is on the disk before it is acknowledged; nothing of it is lost by a crash. The first start
    makes a project and tells a token for sending to it. Needs the extra serve.
    """
    if exported or imported:
        return move(database, exported, imported)
    host, port = _address(listen)
    try:
        import uvicorn

        from ..serve.application import create_application
        from ..serve.settings import Settings
        from ..serve.store.limits import Limits
    except ImportError:
        raise MissingExtraError("A site", "serve") from None
    limits = Limits(days=keep_days, of_issue=keep_of_issue, occurrences=keep_occurrences, issues=keep_issues)
    url = _public(public_url) if public_url is not None else f"http://{_reached(host)}:{port}{prefix}"
    settings = Settings(
        database=database,
        data=data,
        prefix=prefix,
        url=url,
        mail=mail,
        private_webhooks=allow_private_webhooks,
        limits=limits,
        issue_rules=issue_rules,
        scrubbing_rules=scrubbing_rules,
    )
    try:
        application = create_application(settings)
    except OSError as error:
        raise InputError(f"{data} cannot be written: {error.strerror}; name another folder.") from error
    _first_start(application.state.store, application.state.accounts, url)
    if (secret := application.state.accounts.first_token()) is not None:
        complain("Nobody can log in yet. This link makes the first administrator, once:")
        complain(f"  {url}/setup/{secret}")
    uvicorn.run(
        application,
        host=host,
        port=port,
        root_path=prefix,
        proxy_headers=True,
        forwarded_allow_ips=",".join(trusted_proxy),
        log_level="warning",
        # Pages that wait for events would hold up the end.
        timeout_graceful_shutdown=_LAST_SECONDS,
    )
    return 0


def _address(listen: str) -> tuple[str, int]:
    host, _, port = listen.rpartition(":")
    if not host or not port.isdecimal() or not 0 < int(port) < 65536:
        raise UsageError(f"{listen} is no address; write it like 127.0.0.1:8000.")
    return host.strip("[]"), int(port)


def _reached(host: str) -> str:
    """What stands in an address of this machine for ``host``, which the site listens at."""
    if host in ("0.0.0.0", "::"):
        return "localhost"
    return f"[{host}]" if ":" in host else host


def _public(url: str) -> str:
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.query or parts.fragment:
        raise UsageError(f"--url {url} is no address of a site; write it like https://errors.example.com.")
    return url.rstrip("/")


def _first_start(store: SiteStore, accounts: Accounts, url: str) -> None:
    if store.projects():
        complain(f"The site runs at {url}/.")
        return
    store.add_project(_PROJECT, "Default")
    token = store.add_token(_PROJECT, "write", "first")
    accounts.did("the site", "made the project, and a token of the kind write", _PROJECT)
    complain(f"The site runs at {url}/. Send a log to it:")
    complain(f"  curl --data-binary @FILE -H 'Authorization: Bearer {token}' {url}/api/text")
