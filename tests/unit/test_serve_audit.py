"""The audit log: each change that a person or a program can make is there, with who made it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest

from stacktraces.errors import StoreError
from stacktraces.serve.accounts import accounts
from stacktraces.serve.application import create_application
from stacktraces.serve.settings import Settings
from stacktraces.serve.store.given_tokens import given_tokens
from stacktraces.serve.store.keeping import Keeping
from stacktraces.serve.store.limits import Limits
from tests.unit.test_serve_pages import PASSWORD, Site, trace

ISSUE = "/issues/{id}"
UNREACHABLE = "https://127.1.2.3.nip.invalid/"
RECEIVER = {"form": "json", "target": UNREACHABLE, "kinds": ["new"]}
READS = {
    # What they take in is counted, not changed by a person.
    "/v1/logs", "/api/{number:int}/envelope/", "/api/{number:int}/store/", "/api/text", "/api/lines", "/api/known/record",
    # Uploads are everybody's, and change nothing of the site.
    "/api/uploads", "/look", "/describe", "/fleet", "/fleet/{token}", "/scrubbing",
    # Questions that are too long for an address.
    "/api/known/about", "/api/known/label", "/api/known/find", "/api/known/issue", "/api/known/heading",
    "/api/known/issues", "/api/known/ids", "/api/known/days",
}  # fmt: skip


class Changes:
    """A site of two issues, and what may be done to it by whom."""

    def __init__(self, folder: Path) -> None:
        self.site = Site(folder)
        self.site.send(trace() + trace("ValueError", "no", file="pay", function="pay", second=1))
        self.site.log_in()
        self.first, self.second = (each.id for each in self.site.store.known.issues())
        tokens = {kind: self.site.store.add_token("shop", kind, kind) for kind in ("change", "read")}
        tokens["admin"] = self.site.store.add_token(None, "admin", "admin")
        self.tokens = tokens

    def press(self, path: str, page: str | None = None, **fields: object) -> Any:
        """A button of a page."""
        return self.site.post(path, fields, page)

    def call(self, path: str, body: object = None, kind: str = "change", method: str = "POST") -> Any:
        """An operation of the interface for programs."""
        content = msgspec.json.encode(body) if body is not None else b""
        headers = {"Authorization": f"Bearer {self.tokens[kind]}", "Content-Type": "application/json"}
        return self.site.client.request(method, path, content=content, headers=headers)

    @property
    def reader(self) -> str:
        """The token that nothing else uses."""
        return next(each.id for each in given_tokens(self.site.store.known) if each.name == "read")

    def merged(self) -> None:
        self.call(f"/api/issues/{self.first}/merge", {"others": [self.second]})

    def receiver(self, target: object = "https://example.org/x") -> str:
        self.press("/notices", project="shop", form="slack", target=target, kind="new")
        return str(self.site.application.state.notices.receivers()[-1][0].id)


def _put(made: Changes) -> Any:
    issue = msgspec.to_builtins(made.site.store.known.issue(made.first))
    return made.call("/api/known/edit", {"steps": [{"put": issue}], "expected": {}})


def _split(made: Changes) -> Any:
    made.merged()
    return made.press(f"/issues/{made.first}", action="split", fingerprint=made.second)


def _split_by_program(made: Changes) -> Any:
    made.merged()
    return made.call(f"/api/issues/{made.first}/split", {"fingerprint": made.second})


def _log_out(made: Changes) -> Any:
    return made.press("/logout", "/issues")


CHANGES: dict[tuple[str, str], Callable[[Changes], Any]] = {
    (ISSUE, "resolved"): lambda made: made.press(f"/issues/{made.first}", action="resolve"),
    (ISSUE, "ignored"): lambda made: made.press(f"/issues/{made.first}", action="ignore"),
    (ISSUE, "reopened"): lambda made: made.press(f"/issues/{made.first}", action="reopen"),
    (ISSUE, "muted until"): lambda made: made.press(f"/issues/{made.first}", action="mute", until="count", value="9"),
    (ISSUE, "commented"): lambda made: made.press(f"/issues/{made.first}", action="comment", text="hm"),
    (ISSUE, "merged"): lambda made: made.press(f"/issues/{made.first}", action="merge", other=made.second),
    (ISSUE, "split from"): _split,
    ("/issues", "merged"): lambda made: made.press("/issues", action="merge", id=[made.first, made.second]),
    ("/issues", "resolve"): lambda made: made.press("/issues", action="resolve", id=[made.first[:9]]),
    ("/start", "made a token"): lambda made: made.press("/start", project="shop", kind="read"),
    ("/people", "made the member"): lambda made: made.press("/people", name="bob", password=PASSWORD, role="member"),
    ("/people/remove", "removed the account"): lambda made: made.press("/people/remove", "/people", name="bob"),
    ("/account", "changed the password"): lambda made: made.press("/account", old=PASSWORD, password=PASSWORD),
    ("/tokens", "took back the token"): lambda made: made.press("/tokens", id=made.reader),
    ("/login", "logged in"): lambda made: (_log_out(made), made.press("/login", name="admin", password=PASSWORD)),
    ("/login", "log-in failed"): lambda made: (_log_out(made), made.press("/login", name="admin", password="x")),
    ("/logout", "logged out"): _log_out,
    ("/notices", "made the receiver"): lambda made: made.receiver(),
    ("/notices/{id}", "removed the receiver"): lambda made: made.press(f"/notices/{made.receiver()}", "/notices", action="remove"),
    ("/api/issues/{issue}/resolve", "resolved"): lambda made: made.call(f"/api/issues/{made.first}/resolve", {}),
    ("/api/issues/{issue}/ignore", "ignored"): lambda made: made.call(f"/api/issues/{made.first}/ignore"),
    ("/api/issues/{issue}/reopen", "reopened"): lambda made: made.call(f"/api/issues/{made.first}/reopen"),
    ("/api/issues/{issue}/mute", "muted until"): lambda made: made.call(f"/api/issues/{made.first}/mute", {"until": "count 9"}),
    ("/api/issues/{issue}/merge", "merged"): lambda made: made.merged(),
    ("/api/issues/{issue}/split", "split from"): _split_by_program,
    ("/api/issues/{issue}/comments", "commented"): lambda made: made.call(f"/api/issues/{made.first}/comments", {"text": "hm"}),
    ("/api/known/edit", "changed by known"): _put,
    ("/api/known/forget-days", "forgot the days"): lambda made: made.call("/api/known/forget-days", {"before": "2020-01-01"}, "admin"),
    ("/api/projects/{project}/receivers", "made the receiver"): lambda made: made.call("/api/projects/shop/receivers", RECEIVER, "admin"),
    ("/api/receivers/{receiver}/test", "sent a test to the receiver"): lambda made: made.call(f"/api/receivers/{made.receiver(UNREACHABLE)}/test", None, "admin"),
    ("/api/receivers/{receiver}/pause", "paused the receiver"): lambda made: made.call(f"/api/receivers/{made.receiver()}/pause", None, "admin"),
    ("/api/receivers/{receiver}/resume", "resumed the receiver"): lambda made: made.call(f"/api/receivers/{made.receiver()}/resume", None, "admin"),
    ("/api/receivers/{receiver}", "removed the receiver"): lambda made: made.call(f"/api/receivers/{made.receiver()}", None, "admin", "DELETE"),
    ("/api/projects", "made the project"): lambda made: made.call("/api/projects", {"id": "pay", "name": "Pay"}, "admin"),
    ("/api/projects/{project}/tokens", "made a token"): lambda made: made.call("/api/projects/shop/tokens", {"kind": "read", "name": "x"}, "admin"),
}  # fmt: skip


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Changes]:
    changes = Changes(tmp_path_factory.mktemp("site"))
    yield changes
    changes.site.store.close()


def test_whatever_changes_something_is_in_the_audit_log(made: Changes) -> None:
    for (path, told), change in CHANGES.items():
        before = len(made.site.accounts.log(most=1000))
        change(made)
        entries = made.site.accounts.log(most=1000)
        assert len(entries) > before, path
        latest = entries[0]
        assert told in latest.text, (path, latest)
        if path.startswith("/api/"):
            assert latest.account.startswith("token "), latest
        else:
            assert latest.account == ("" if told == "log-in failed" else "admin"), latest
        if path in (ISSUE, "/issues"):
            assert latest.subject in (made.first, made.second)
        if not made.site.client.get("/people").url.path.endswith("/people"):
            made.press("/login", name="admin", password=PASSWORD)
        if made.site.store.known.heading(made.second) is None:
            made.call(f"/api/issues/{made.first}/split", {"fingerprint": made.second})


def test_what_cannot_be_noted_is_not_done(made: Changes, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise StoreError("the disk is full")

    before = made.site.store.known.issue(made.first)
    with monkeypatch.context() as patched:
        patched.setattr(accounts, "_note", full)
        answers = [
            made.press(f"/issues/{made.first}", action="comment", text="not to be kept"),
            made.press("/issues", action="ignore", id=[made.first, made.second]),
            made.call(f"/api/issues/{made.first}/merge", {"others": [made.second]}),
            made.call("/api/projects/shop/receivers", RECEIVER, "admin"),
            made.press("/people", name="eve", password=PASSWORD, role="member"),
        ]
    assert [each.status_code for each in answers] == [503] * 5
    assert made.site.store.known.issue(made.first) == before
    assert made.site.store.known.heading(made.second) is not None
    assert "not to be kept" not in [each.text for each in made.site.accounts.comments([made.first])]
    assert "eve" not in [each.name for each in made.site.accounts.everybody()]


def test_each_route_that_takes_a_body_is_known_to_change_something_or_not(made: Changes) -> None:
    routes = {
        str(each.path)  # type: ignore[attr-defined]
        for each in made.site.application.routes
        if set(getattr(each, "methods", None) or ()) - {"GET", "HEAD", "OPTIONS"}
    }
    assert routes == READS | {path for path, _ in CHANGES} | {"/setup/{secret}"}


def test_the_first_administrator_is_in_the_audit_log(tmp_path: Path) -> None:
    site = Site(tmp_path)
    site.post(f"/setup/{site.accounts.first_token()}", {"name": "anna", "password": PASSWORD})
    (entry,) = site.accounts.log()
    assert (entry.account, entry.text) == ("anna", "set up the site")
    site.store.close()


def test_rules_and_limits_that_change_are_in_the_audit_log(tmp_path: Path) -> None:
    rules = tmp_path / "scrubbing.toml"

    def start(**settings: Any) -> list[str]:
        site = create_application(
            Settings(database=str(tmp_path / "site.db"), data=tmp_path / "data", **settings)
        )
        found = [f"{each.account}: {each.subject}: {each.text}" for each in site.state.accounts.log()]
        site.state.store.close()
        return found[::-1]

    assert start() == []
    rules.write_text('off = ["card"]\n', encoding="utf-8")
    for _ in range(2):
        (first,) = start(scrubbing_rules=str(rules))
        assert first.startswith("the site: scrubbing rules: scrubbing.toml, SHA-256 ")
    rules.write_text('off = ["jwt"]\n', encoding="utf-8")
    _, second = start(scrubbing_rules=str(rules))
    assert second.startswith("the site: scrubbing rules: scrubbing.toml, SHA-256 ")
    assert second != first
    *_, third, fourth = start(limits=Limits(days=7))
    assert third == "the site: scrubbing rules: no rules of one's own"
    assert fourth.startswith("the site: limits: days 7, ")


def test_issues_that_the_site_forgets_are_in_the_audit_log(made: Changes) -> None:
    Keeping(made.site.store.known, Limits(issues=1, days=1)).now()
    latest = made.site.accounts.log()[0]
    assert (latest.account, latest.subject) == ("the site", "shop")
    assert latest.text == "forgot 1 issues that nobody touched, to make room"
