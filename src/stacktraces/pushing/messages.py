"""What is sent to each kind of receiver."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Literal, NamedTuple, TypeAlias
from urllib.parse import urlsplit

from ..errors import UsageError
from ..render import plain
from ..render.groups import Answer, Shown, find
from ..render.groups._words import facts, title
from ..render.report import Reporter, encode
from . import chat

Kind: TypeAlias = Literal["json", "slack", "teams", "otlp", "sentry"]


class Message(NamedTuple):
    """One request."""

    url: str
    body: bytes
    headers: dict[str, str]


def kind_of(url: str) -> Kind:
    """What a URL asks for: a Sentry DSN has a key before its host; hosts and paths tell the others."""
    parts = urlsplit(url)
    host = (parts.hostname or "").lower()
    if parts.username and parts.path.rpartition("/")[2].isdigit():
        return "sentry"
    if host == "hooks.slack.com":
        return "slack"
    if host.endswith((".webhook.office.com", ".logic.azure.com")):
        return "teams"
    return "otlp" if parts.path.endswith("/v1/logs") else "json"


def message(url: str, kind: Kind, answer: Answer, shown: Shown) -> Message:
    """What tells the receiver at ``url`` of one error. Raises ``UsageError`` for no URL of the web."""
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise UsageError("The receiver is no http:// or https:// URL; write it whole.")
    return _MAKERS[kind](url, answer, shown)


def _json(url: str, answer: Answer, shown: Shown) -> Message:
    reported = Reporter(show_locals=answer.values).group(shown.group, shown.judgement)
    return Message(url, encode(reported), {"Content-Type": "application/json"})


def _slack(url: str, answer: Answer, shown: Shown) -> Message:
    body = chat.slack(title(shown), "\n".join(_lines(shown)))
    return Message(url, encode(body), {"Content-Type": "application/json"})


def _teams(url: str, answer: Answer, shown: Shown) -> Message:
    body = chat.teams(title(shown), _lines(shown))
    return Message(url, encode(body), {"Content-Type": "application/json"})


def _lines(shown: Shown) -> list[str]:
    found = [plain.headline(shown.group.error), *facts(shown.group, shown.judgement)]
    return "\n".join(found).split("\n")


def _otlp(url: str, answer: Answer, shown: Shown) -> Message:
    return Message(url, _document("otlp", answer, shown), {"Content-Type": "application/json"})


def _sentry(url: str, answer: Answer, shown: Shown) -> Message:
    """A DSN names the key, the host and the project (Sentry's developer documentation, "Authentication")."""
    parts = urlsplit(url)
    before, _, project = parts.path.rpartition("/")
    host = f"[{parts.hostname}]" if ":" in (parts.hostname or "") else parts.hostname
    port = f":{parts.port}" if parts.port else ""
    headers = {
        "Content-Type": "application/x-sentry-envelope",
        "X-Sentry-Auth": f"Sentry sentry_version=7, sentry_client=stacktraces/{answer.version}, "
        f"sentry_key={parts.username}",
    }
    target = f"{parts.scheme}://{host}{port}{before}/api/{project}/envelope/"
    return Message(target, _document("sentry", answer, shown), headers)


def _document(name: str, answer: Answer, shown: Shown) -> bytes:
    alone = Answer(
        shown=[shown],
        stats=answer.stats,
        locate=answer.locate,
        own_frames=answer.own_frames,
        version=answer.version,
        values=answer.values,
    )
    return b"".join(find(name).pieces(alone))


_MAKERS: dict[Kind, Callable[[str, Answer, Shown], Message]] = {
    "json": _json,
    "slack": _slack,
    "teams": _teams,
    "otlp": _otlp,
    "sentry": _sentry,
}


def wanted(answer: Answer, verdicts: frozenset[str] | None) -> Iterator[Shown]:
    """Those of ``answer`` with one of ``verdicts``; all where that is ``None``."""
    return (each for each in answer.shown if verdicts is None or each.verdict in verdicts)
