"""The pages of the site without a browser: what is asked, what is answered, what is refused."""

from __future__ import annotations

import asyncio
import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import get_args

import pytest
from starlette.testclient import TestClient

from stacktraces.errors import InputError, StoreError
from stacktraces.serve.accounts import Accounts
from stacktraces.serve.application import create_application
from stacktraces.serve.pages._charts import Axis
from stacktraces.serve.settings import Settings
from stacktraces.serve.store.given_tokens import given_tokens
from stacktraces.serve.store.keeping import Keeping
from stacktraces.serve.store.limits import Limits
from stacktraces.serve.tokens import OF_THE_SITE, TokenKind
from stacktraces.serve.uploads.commands import Commands
from stacktraces.serve.uploads.fleets import Fleets, snapshots

CORPUS = Path(__file__).parents[1] / "corpus"
PASSWORD = "correct horse"
TRACE = """\
2026-03-01 10:00:0{second} ERROR failed
Traceback (most recent call last):
  File "/srv/shop/{file}.py", line 3, in {function}
    return prices["x"]
{kind}: {message}

"""


def trace(
    kind: str = "KeyError",
    message: str = "'x'",
    *,
    file: str = "cart",
    function: str = "total",
    second: int = 0,
) -> str:
    return TRACE.format(kind=kind, message=message, file=file, function=function, second=second)


class Site:
    def __init__(self, folder: Path, prefix: str = "") -> None:
        settings = Settings(database=str(folder / "site.db"), data=folder / "data", prefix=prefix)
        self.application = create_application(settings)
        self.accounts: Accounts = self.application.state.accounts
        self.store = self.application.state.store
        self.store.add_project("shop", "Shop")
        self.client = TestClient(self.application, root_path=prefix, base_url="http://testserver" + prefix)
        self.prefix = prefix

    def send(self, text: str) -> None:
        self.application.state.spool.put("shop", "text", text.encode())
        self.application.state.worker.empty()

    def post(self, path: str, data: dict[str, object], page: str | None = None):  # type: ignore[no-untyped-def]
        token = re.search(r'name="token" value="([0-9a-f]+)"', self.client.get(page or path).text)
        assert token is not None, "the page has no form"
        return self.client.post(path, data={**data, "token": token[1]})

    def log_in(self, role: str = "admin") -> None:
        self.accounts.add(role, PASSWORD, role)  # type: ignore[arg-type]
        answer = self.post("/login", {"name": role, "password": PASSWORD})
        assert answer.url.path == f"{self.prefix}/issues"

    @property
    def only(self) -> str:
        (issue,) = self.store.known.issues()
        return str(issue.id)


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    made = Site(tmp_path)
    yield made
    made.store.close()


def _look(site: Site, text: bytes):  # type: ignore[no-untyped-def]
    answer = site.client.post(
        "/look", content=text, headers={"Content-Type": "application/x-www-form-urlencoded"}
    )
    assert answer.status_code == 201
    return site.client.get(answer.text.strip())


def test_a_traceback_that_curl_sends_is_explained(site: Site) -> None:
    page = _look(site, trace().encode())
    assert "KeyError: &#39;x&#39;" in page.text
    assert "/srv/shop/cart.py:3 in total" in page.text
    uploads = site.application.state.settings.data / "uploads"
    made = uploads / page.url.path.rpartition("/")[2] / "report.html"
    assert not made.exists()
    for _ in range(2):  # It is made when it is asked for, once.
        report = site.client.get(f"{page.url.path}/report")
        assert "1 distinct error" in report.text
    assert made.exists()


def test_a_log_becomes_groups(site: Site) -> None:
    page = _look(site, (trace() + trace("ValueError", "no", function="pay", second=1)).encode())
    assert "2 distinct errors" in page.text


def test_a_snapshot_shows_its_deadlock_by_a_policy_that_names_its_script(site: Site) -> None:
    page = _look(site, (CORPUS / "locks/bank-java.txt").read_bytes())
    assert "Deadlock" in page.text
    policy = page.headers["content-security-policy"]
    assert "script-src 'sha256-" in policy
    assert "sandbox" in policy


def test_snapshots_of_many_hosts_are_one_page(site: Site) -> None:
    address = site.client.post("/fleet").text.strip()
    assert "0 snapshots were added" in site.client.get(address).text
    ledger = (CORPUS / "locks/ledger.txt").read_bytes()
    plain = (CORPUS / "gdb/httpd-2.4-event-parent.txt").read_bytes()
    for _ in range(2):  # What is sent again is no second look at the process.
        assert site.client.post(address, content=ledger).status_code == 201
    hostless = plain.replace(b"REM HOST", b"REM GUEST")
    assert site.client.post(f"{address}?host=web2", content=hostless).status_code == 201
    page = site.client.get(address)
    assert "on 2 hosts" in page.text
    assert "1 of 2 hosts hang" in page.text
    assert "On 1 of 2 hosts: web2 1" in page.text
    assert "script-src 'sha256-" in page.headers["content-security-policy"]
    refused = site.client.post(address, content=b"all is well\n")
    assert refused.status_code == 422
    assert "The text holds no snapshot" in refused.text
    assert "2 snapshots were added" in site.client.get(f"{address}/add").text
    assert site.client.post("/fleet/AAAAAAAAAAAAAAAAAAAAAA", content=plain).status_code == 404


def test_one_axis_shows_the_latest_days_of_all() -> None:
    series = {"old": {"2015-03-08": 2}, "new": {"2026-03-01": 1, "2026-03-03": 5}}
    axis = Axis(series, most_days=4)
    assert axis.ends == ("2026-02-28 00:00 UTC", "2026-03-04 00:00 UTC")
    assert (axis.bars("old"), axis.bars("new")) == ([0, 0, 0, 0], [0, 1, 0, 5])
    assert sum(Axis(series).bars("old")) == 2


def test_a_fleet_is_bounded(tmp_path: Path) -> None:
    fleets = Fleets(tmp_path, Commands(), most=2, most_snapshots=1)
    tokens = [fleets.begin() for _ in range(2)]
    os.utime(tmp_path / tokens[0], (0, 0))
    tokens.append(fleets.begin())
    assert [fleets.find(each) is not None for each in tokens] == [False, True, True]
    folder = fleets.find(tokens[2])
    assert folder is not None
    snapshot = (CORPUS / "gdb/httpd-2.4-event-parent.txt").read_bytes()
    asyncio.run(fleets.add(folder, "../../etc", snapshot))
    assert [each.parent.name for each in snapshots(folder)] == ["etc"]
    with pytest.raises(InputError, match="begin another one"):
        asyncio.run(fleets.add(folder, "web2", snapshot + b"\n"))
    small = Fleets(tmp_path, Commands(), most_in_all=len(snapshot) + 100)
    other = small.find(small.begin())
    assert other is not None
    os.utime(folder, (0, 0))
    asyncio.run(small.add(other, "web2", snapshot))
    assert (small.find(tokens[2]), snapshots(other) != []) == (None, True)


def test_what_holds_no_trace_says_what_to_do(site: Site) -> None:
    page = _look(site, b"all is well\n")
    assert "No stack trace was found" in page.text
    assert "What can be done" in page.text


def test_an_address_that_nobody_was_given_shows_nothing(site: Site) -> None:
    assert site.client.get("/look/AAAAAAAAAAAAAAAAAAAAAA").status_code == 404
    assert site.client.get("/look/..%2f..%2fsite.db").status_code == 404


def test_the_request_of_the_first_version(site: Site) -> None:
    good = site.client.post(
        "/describe", content=(CORPUS / "gdb/httpd-2.4-event-parent.txt").read_bytes()
    ).json()
    assert good["success"] is True
    assert {"processname", "threads", "threadgroups"} <= set(good["procinfo"])
    bad = site.client.post("/describe", content=b"nothing").json()
    assert bad["success"] is False
    assert bad["errmsg"]


def test_the_collector_can_be_downloaded(site: Site) -> None:
    assert "import sys" in site.client.get("/collect.py").text


def test_pages_of_issues_are_for_people_who_logged_in(site: Site) -> None:
    for path in ("/issues", "/issues/1-00", "/start", "/people", "/storage", "/scrubbing"):
        assert site.client.get(path).url.path == "/login"
    site.log_in("viewer")
    assert site.client.get("/people").status_code == 403


@pytest.mark.parametrize(
    ("wanted", "path"),
    [
        ("/issues-compared", "/issues-compared"),
        ("//evil.example/", "/issues"),
        ("/\\evil.example", "/issues"),
    ],
)
def test_logging_in_leads_to_the_page_that_was_asked_for(site: Site, wanted: str, path: str) -> None:
    assert "people who are logged in" in site.client.get("/issues-compared").text
    site.accounts.add("ann", PASSWORD, "member")
    answer = site.post("/login", {"name": "ann", "password": PASSWORD, "next": wanted})
    assert (answer.url.host, answer.url.path) == ("testserver", path)


def test_errors_are_pages_for_people(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    browser = {"Accept": "text/html"}
    site.log_in()
    for path in ("/nothing", "/issues/nothing", "/fleet/nothing"):
        answer = site.client.get(path, headers=browser)
        assert answer.status_code == 404
        assert "There is no such" in answer.text

    def gone(*_: object, **__: object) -> None:
        raise StoreError("the server is gone")

    monkeypatch.setattr(site.store, "issues", gone)
    answer = site.client.get("/issues", headers=browser)
    assert answer.status_code == 503
    assert "The database does not answer" in answer.text
    assert site.client.get("/issues").json()["error"]


def test_older_occurrences_are_shown_with_their_stacks(site: Site) -> None:
    for second in range(3):
        site.send(trace(message=f"'{second}'", second=second))
    site.log_in()
    address = f"/issues/{site.only}"
    assert '<pre class="message" tabindex="0">&#39;2&#39;</pre>' in site.client.get(address).text
    older = site.client.get(f"{address}?after=2").text
    assert '<pre class="message" tabindex="0">&#39;0&#39;</pre>' in older
    assert "The stack of an older occurrence" in older
    assert site.client.get(f"{address}?after=9").url.query == b""


def test_a_form_without_its_token_changes_nothing(site: Site) -> None:
    site.send(trace())
    site.log_in()
    path = f"/issues/{site.only}"
    assert site.client.post(path, data={"action": "ignore"}).status_code == 403
    assert site.client.post(path, data={"action": "ignore", "token": "0" * 64}).status_code == 403
    assert site.store.known.issue(site.only).status == "open"


def test_a_viewer_changes_nothing(site: Site) -> None:
    site.send(trace())
    site.log_in("viewer")
    assert site.post(f"/issues/{site.only}", {"action": "ignore"}, "/issues").status_code == 403
    assert site.store.known.issue(site.only).status == "open"


@pytest.mark.parametrize(("role", "kinds"), [("member", 3), ("admin", 5)])
def test_people_make_tokens_of_the_kinds_that_their_role_allows(site: Site, role: str, kinds: int) -> None:
    site.log_in(role)
    made = []
    for kind in get_args(TokenKind):
        answer = site.post("/start", {"project": "shop", "kind": kind})
        if found := re.search("The token is <code>([0-9a-f]{32})</code>", answer.text):
            bearer = site.store.bearer(found[1])
            assert bearer is not None
            assert (bearer.kind, bearer.project is None) == (kind, kind in OF_THE_SITE)
            made.append(kind)
        else:
            assert (answer.status_code, kind in OF_THE_SITE) == (422, True)
    assert len(made) == kinds
    assert site.client.get("/export.jsonl").status_code == (200 if role == "admin" else 403)


def test_many_wrong_passwords_are_stopped(site: Site) -> None:
    site.accounts.add("ann", PASSWORD, "admin")
    for _ in range(5):
        assert site.post("/login", {"name": "ann", "password": "wrong"}).status_code == 403
    assert site.post("/login", {"name": "ann", "password": PASSWORD}).status_code == 429


def test_the_first_link_makes_one_administrator(site: Site) -> None:
    secret = site.accounts.first_token()
    assert site.post("/setup/wrong", {"name": "eve", "password": PASSWORD}).status_code == 422
    answer = site.post(f"/setup/{secret}", {"name": "ann", "password": PASSWORD})
    assert answer.url.path == "/start"
    assert "Send the first trace" in answer.text
    assert site.client.get(f"/setup/{secret}").status_code == 404


def test_states_of_an_issue_and_what_was_done(site: Site) -> None:
    site.send(trace())
    site.log_in()
    path = f"/issues/{site.only}"
    for action, state in (("ignore", "ignored"), ("reopen", "open"), ("resolve", "resolved")):
        assert f'class="pill {state}"' in site.post(path, {"action": action}).text
    strange = site.post(path, {"action": "merge", "other": "nothing"})
    assert strange.status_code == 404
    assert "No issue is called nothing." in strange.text
    assert "stacktraces known" not in strange.text
    assert "muted until" in site.post(path, {"action": "mute", "until": "count", "value": "9"}).text
    assert "seen by ann" in site.post(path, {"action": "comment", "text": "seen by ann"}).text
    assert "admin: muted until count 9" in site.client.get(path).text


def test_merged_issues_keep_their_occurrences_and_can_be_split(site: Site) -> None:
    site.send(trace() + trace("ValueError", "no", file="pay", function="pay", second=1))
    site.log_in()
    one, other = (each.id for each in site.store.known.issues())
    page = site.post("/issues", {"id": [one, other], "action": "merge"})
    assert page.url.path == f"/issues/{one}"
    assert len(site.store.occurrences(one)) == 2
    split = site.post(f"/issues/{one}", {"action": "split", "fingerprint": other})
    assert split.url.path == f"/issues/{other}"
    assert [len(site.store.occurrences(each)) for each in (one, other)] == [1, 1]


def test_a_resolved_issue_that_comes_again_has_regressed(site: Site) -> None:
    site.send(trace())
    site.log_in()
    site.store.known  # noqa: B018
    from stacktraces.known import operations

    operations.change(
        site.store.known, site.only, lambda each: operations.resolve(each, when="2026-03-01T10:00:03Z")
    )
    assert "pill resolved" in site.client.get("/issues").text
    site.send(trace(second=5))
    assert "pill regressed" in site.client.get("/issues").text


def test_filters_and_empty_lists_say_what_to_do(site: Site) -> None:
    site.log_in()
    assert "No error was sent" in site.client.get("/issues").text
    site.send(trace())
    assert "KeyError" in site.client.get("/issues?text=keyerror&project=shop&status=open").text
    assert "No issue is like that" in site.client.get("/issues?text=100%25").text
    resolved = site.post("/issues?text=keyerror", {"id": site.only, "action": "resolve"})
    assert resolved.url.query == b"text=keyerror"


def test_what_a_trace_holds_is_escaped_and_no_script_stands_in_a_page(site: Site) -> None:
    site.send(trace("KeyError", "<script>alert(1)</script>\u202e", function="<b>"))
    site.log_in()
    for path in (
        "/issues",
        f"/issues/{site.only}",
        "/start",
        "/people",
        "/storage",
        "/scrubbing",
        "/tokens",
        "/account",
        "/look",
    ):
        page = site.client.get(path)
        assert page.status_code == 200
        assert "<script>" not in page.text
        assert "\u202e" not in page.text
        assert " style=" not in page.text
        assert "script-src 'self'" in page.headers["content-security-policy"]


def test_behind_a_proxy_with_a_prefix(tmp_path: Path) -> None:
    site = Site(tmp_path, "/errors")
    site.send(trace())
    site.log_in()
    page = site.client.get("/issues").text
    targets = re.findall(r'(?:href|action|src)="(/[^"]*)"', page)
    assert targets
    assert all(each.startswith("/errors/") for each in targets)
    site.store.close()


def test_two_uploads_and_two_spans_of_time_are_compared(site: Site) -> None:
    texts = (trace(), trace() + trace("ValueError", "no", file="pay", function="pay", second=1))
    a, b = (str(_look(site, (each + texts[1]).encode()).url) for each in texts)
    page = site.client.get("/compare", params={"a": a, "b": b})
    assert page.status_code == 200
    assert "What changed" in page.text
    site.send(texts[1])
    site.log_in()
    spans = {"from": "2026-02-01", "to": "2026-03-01", "and_from": "2026-03-01", "and_to": "2026-03-02"}
    assert site.client.get("/issues-compared", params=spans).text.count("appeared") == 2


def test_pages_say_what_is_kept_of_what_was_counted(site: Site) -> None:
    site.send("".join(trace(second=each) for each in range(6)))
    site.log_in()
    Keeping(site.store.known, Limits(days=10_000, of_issue=4)).now()
    assert "4 of 6 are kept" in site.client.get(f"/issues/{site.only}").text
    page = site.client.get("/storage").text
    assert "6 occurrences" in page
    assert "0 for their age, 2 for their number" in page


def test_rules_on_secrets_are_shown_and_tried(site: Site) -> None:
    site.log_in("viewer")
    assert "private key" in site.client.get("/scrubbing").text
    page = site.post("/scrubbing", {"text": "password=hunter2"})
    assert "password=[scrubbed password]" in page.text


def test_a_token_that_was_taken_back_opens_nothing(site: Site) -> None:
    token = site.store.add_token("shop", "read", "mine")
    site.log_in()
    assert token not in site.client.get("/tokens").text
    (given,) = given_tokens(site.store.known)
    assert site.post("/tokens", {"id": given.id}).status_code == 200
    assert site.store.bearer(token) is None
    assert site.post("/tokens", {"id": given.id}, "/issues").status_code == 422


def test_a_person_changes_the_password_and_an_administrator_removes_accounts(site: Site) -> None:
    site.log_in()
    other = site.accounts.begin("admin")
    wrong = site.post("/account", {"old": "wrong", "password": "another password"})
    assert wrong.status_code == 422
    assert site.post("/account", {"old": PASSWORD, "password": "short"}).status_code == 422
    changed = site.post("/account", {"old": PASSWORD, "password": "another password"})
    assert changed.url.path == "/issues"
    assert site.accounts.of_session(other) is None
    assert site.accounts.log_in("admin", PASSWORD) is None
    site.accounts.add("bob", PASSWORD, "member")
    session = site.accounts.begin("bob")
    assert "Remove bob" in site.client.get("/people").text
    site.post("/people/remove", {"name": "bob"}, "/people")
    assert site.accounts.of_session(session) is None
    assert [each.name for each in site.accounts.everybody()] == ["admin"]
    assert site.post("/people/remove", {"name": "admin"}, "/people").status_code == 422
