"""Clients that mean harm, or break: each gets a clear status, costs little, and takes nothing from others."""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import os
import sqlite3
from collections.abc import Iterator, MutableMapping
from pathlib import Path
from typing import Any

import msgspec
import pytest
from click.testing import CliRunner
from starlette.testclient import TestClient
from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware

from stacktraces.cli.serve import command as serve_command
from stacktraces.errors import InputError, StoreError
from stacktraces.serve import patience, spool
from stacktraces.serve.accounts.attempts import Attempts
from stacktraces.serve.intake import _json, _protobuf
from stacktraces.serve.patience import Patience
from stacktraces.serve.rates import Rates
from stacktraces.serve.store import Filter
from stacktraces.serve.store.keeping import Keeping
from stacktraces.serve.uploads.folder import Uploads
from tests.serve_contract import SAMPLES, TRACE, Site
from tests.serve_site import until

HOSTILE = (
    "<script>alert(1)</script>\x00\x1b[31m\u202e\ud800'; DROP TABLE site_token; --"
    + "%s{{7*7}}"
    + "\U0001f4a5" * 50
)


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    site = Site(tmp_path, str(tmp_path / "site.db"))
    yield site
    site.store.close()


def _key(site: Site) -> str:
    return site.write["Authorization"].removeprefix("Bearer ")


async def _ask(
    application: Any, *messages: MutableMapping[str, Any], headers: dict[str, str], path: str = "/api/text"
) -> int:
    """The status of a request whose body comes as ``messages``, behind which nothing comes."""
    waiting = iter(messages)
    answered: list[int] = []

    async def receive() -> MutableMapping[str, Any]:
        for message in waiting:
            return message
        await asyncio.Event().wait()
        raise AssertionError

    async def send(message: MutableMapping[str, Any]) -> None:
        if message["type"] == "http.response.start":
            answered.append(message["status"])

    scope = {
        "type": "http", "method": "POST", "path": path, "raw_path": path.encode(), "query_string": b"",
        "headers": [(name.lower().encode(), value.encode()) for name, value in headers.items()],
        "client": ("192.0.2.1", 1), "server": ("h", 80), "scheme": "http", "http_version": "1.1", "root_path": "",
    }  # fmt: skip
    await application(scope, receive, send)
    return answered[0]


def _body(content: bytes, more: bool = True) -> MutableMapping[str, Any]:
    return {"type": "http.request", "body": content, "more_body": more}


def test_a_body_that_is_cut_off_is_not_kept(site: Site) -> None:
    gone = {"type": "http.disconnect"}
    assert asyncio.run(_ask(site.application, _body(TRACE.encode()), gone, headers=site.write)) == 400
    assert len(site.application.state.spool) == 0


def test_a_body_that_trickles_is_cut(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    async def run() -> int:
        slow = Patience(site.application, grace=0.05)
        return await _ask(slow, _body(b"x"), _body(b"y"), headers=site.write)

    assert asyncio.run(run()) == 408
    assert len(site.application.state.spool) == 0
    assert any(each.cls is Patience for each in site.application.user_middleware)


def test_a_body_that_comes_fast_enough_may_take_long() -> None:
    async def run() -> list[int]:
        found = []

        async def reader(_: Any, receive: Any, __: Any) -> None:
            for _ in range(3):
                found.append(len((await receive())["body"]))

        async def receive() -> MutableMapping[str, Any]:
            await asyncio.sleep(0.03)
            return _body(b"x" * 1000)

        await Patience(reader, grace=0.05, slowest=10_000)({"type": "http"}, receive, _nothing)
        return found

    assert asyncio.run(run()) == [1000] * 3
    assert patience.SLOWEST * 60 * 60 > 20 << 20


async def _nothing(_: MutableMapping[str, Any]) -> None:
    return None


@pytest.mark.parametrize(
    "token",
    ["", "x", "0" * 32, "' OR 1=1 --", "\x00", "Bearer", "x" * 100_000, "\u00e9", "../../etc/passwd"],
)
def test_a_forged_token_opens_nothing(site: Site, token: str) -> None:
    for name in ("Authorization", "X-Sentry-Auth"):
        value = f"Bearer {token}" if name == "Authorization" else f"Sentry sentry_key={token}"
        headers = {name.encode(): value.encode("utf-8")}
        for path in ("/api/text", "/api/lines", "/v1/logs", "/api/1/envelope/", "/api/1/store/"):
            answer = site.client.post(path, content=b"{}", headers=headers)
            assert answer.status_code in (400, 401, 403), path
        assert site.client.get("/api/issues", headers=headers).status_code in (401, 403)
    assert len(site.application.state.spool) == 0


def test_a_session_that_was_ended_opens_nothing(site: Site) -> None:
    people = site.application.state.accounts
    people.add("anna", "correct horse", "admin")
    token = people.begin("anna")
    assert people.of_session(token) is not None
    people.end(token)
    assert people.of_session(token) is None
    assert people.of_session(f"{token[:-1]}x") is None


def test_hostile_text_in_each_field_of_an_event_harms_nothing(site: Site) -> None:
    frame = dict.fromkeys(
        ("function", "module", "filename", "abs_path", "context_line", "package", "lineno", "colno"), HOSTILE
    ) | {"vars": {HOSTILE: HOSTILE}, "in_app": HOSTILE}
    error = {
        "type": HOSTILE,
        "value": HOSTILE,
        "mechanism": HOSTILE,
        "stacktrace": {"frames": [frame, HOSTILE, 7]},
    }
    fields = ("event_id", "timestamp", "level", "logger", "server_name", "environment", "release", "message", "tags", "user", "extra", "sdk")  # fmt: skip
    for platform in ("python", "java", "native", HOSTILE, 7, None):
        event = dict.fromkeys(fields, HOSTILE) | {"platform": platform, "exception": {"values": [error, 7]}}
        event["event_id"] = f"{HOSTILE}{platform}"
        content = msgspec.json.encode(_without_surrogates(event)).replace(b"SURROGATE", b"\\ud800")
        answer = site.client.post(f"/api/1/store/?sentry_key={_key(site)}", content=content)
        assert answer.status_code == 200, answer.text
    site.settle()
    found = site.store.issues(Filter()).issues
    assert found
    assert not list((site.application.state.settings.spool).glob("*.refused"))
    site.application.state.accounts.add("anna", "correct horse", "admin")
    client = TestClient(site.application)
    client.cookies.set("stacktraces_session", site.application.state.accounts.begin("anna"))
    for path in ("/issues", *(f"/issues/{each.id}" for each in found)):
        page = client.get(path)
        assert page.status_code == 200
        assert "<script>alert" not in page.text
        assert not set("\x00\x1b\u202e\ud800") & set(page.text)


def _without_surrogates(value: Any) -> Any:
    if isinstance(value, str):
        return value.replace("\ud800", "SURROGATE")
    if isinstance(value, dict):
        return {_without_surrogates(key): _without_surrogates(each) for key, each in value.items()}
    return [_without_surrogates(each) for each in value] if isinstance(value, list) else value


@pytest.mark.parametrize(
    ("path", "kind", "content"),
    [
        ("/v1/logs", "application/json", b"[" + b"{}," * 500_000 + b"{}]"),
        ("/v1/logs", "application/json", b"[" + b"1," * 2_500_000 + b"1]"),
        ("/v1/logs", "application/x-protobuf", b"\x08\x00" * 200_000),
        ("/v1/logs", "application/x-protobuf", b"\x0a\x00" * 200_000),
        ("/api/1/envelope/", "", b"{}\n" + b'{"type":"event","length":2}\n{}\n' * 2000),
        ("/api/1/store/", "", b'{"a":' * 3000 + b"1" + b"}" * 3000),
    ],
)
def test_many_small_values_are_refused(tmp_path: Path, path: str, kind: str, content: bytes) -> None:
    site = Site(tmp_path, str(tmp_path / "site.db"), most_bytes=20 << 20)
    headers = {**site.write, "Content-Type": kind, "X-Sentry-Auth": f"Sentry sentry_key={_key(site)}"}
    assert site.client.post(path, content=content, headers=headers).status_code == 400
    site.store.close()


def test_what_is_nested_too_deeply_for_the_worker_is_dropped_alone(site: Site) -> None:
    payload = b'{"exception":' + b"[" * 4000 + b"]" * 4000 + b"}"
    event = b'{}\n{"type":"event","length":%d}\n%s\n' % (len(payload), payload)
    headers = {"X-Sentry-Auth": f"Sentry sentry_key={_key(site)}"}
    assert site.client.post("/api/1/envelope/", content=event, headers=headers).status_code == 200
    assert site.client.post("/api/text", content=TRACE, headers=site.write).status_code == 202
    site.settle()
    assert site.store.issues(Filter()).total == 1


@pytest.mark.parametrize(
    ("content", "value"),
    [
        (rb'"a\ud83d"', "a\ufffd"),
        (rb'"\ude00b\ud83d\ude00"', "\ufffdb\U0001f600"),
        (rb'"\\ud83d \ud83d\n"', "\\ud83d \ufffd\n"),
    ],
)
def test_half_a_character_does_not_cost_an_event(content: bytes, value: str) -> None:
    assert _json.decode(content) == value


def test_a_text_of_values_is_told_by_its_brackets_and_commas() -> None:
    assert _json.decode(msgspec.json.encode([{}] * 1000)) == [{}] * 1000
    with pytest.raises(InputError, match="too many values"):
        _json.decode(b"[" * (_json.MOST_CONTAINERS + 1))
    _protobuf.check(b"\x08\x00" * 1000)


def test_uploads_of_one_address_have_a_rate(site: Site) -> None:
    client = TestClient(site.application, client=("2001:db8::1", 1))
    other = TestClient(site.application, client=("192.0.2.7", 1))
    site.application.state.upload_rates = Rates(0.01, 2)
    assert [client.post("/look", content=b"").status_code for _ in range(2)] == [400, 400]
    again = TestClient(site.application, client=("2001:db8::ffff", 1)).post("/look", content=b"")
    assert again.status_code == 429
    assert int(again.headers["retry-after"]) > 0
    assert client.post("/describe", content=b"").status_code == 429
    assert client.post("/api/uploads", content=b"").status_code == 429
    assert other.post("/look", content=b"").status_code == 400
    assert client.get("/look").status_code == 200


def test_an_address_is_believed_of_a_trusted_proxy_only(site: Site) -> None:
    behind = ProxyHeadersMiddleware(site.application, trusted_hosts="127.0.0.1,10.0.0.0/8")  # type: ignore[arg-type]
    site.application.state.upload_rates = Rates(0.01, 1)
    sent = [
        ("127.0.0.1", "198.51.100.1", 400),
        ("10.1.2.3", "198.51.100.1", 429),
        ("127.0.0.1", "203.0.113.9, 198.51.100.1", 429),  # the client cannot tell another one
        ("127.0.0.1", "198.51.100.2", 400),
        ("192.0.2.1", "198.51.100.3", 400),
        ("192.0.2.1", "198.51.100.4", 429),
    ]
    for peer, forwarded, status in sent:
        client = TestClient(behind, client=(peer, 1))
        answer = client.post("/look", content=b"", headers={"X-Forwarded-For": forwarded})
        assert answer.status_code == status, (peer, forwarded)


def test_a_trusted_proxy_is_an_address() -> None:
    told = CliRunner().invoke(serve_command, ["--trusted-proxy", "proxy.example"])
    assert "write it like 10.0.0.1 or 10.0.0.0/8" in str(told.exception)


def test_uploads_are_refused_where_many_wait(site: Site) -> None:
    site.application.state.commands._running = 20
    answer = site.client.post("/look", content=b"x")
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "60")


def test_passwords_are_tried_a_few_times_a_minute() -> None:
    now = [0.0]
    attempts = Attempts(lambda: now[0])
    for _ in range(5):
        assert attempts.wait("anna") == 0
        attempts.failed("anna")
    assert attempts.wait("anna") == 60
    attempts.forgive("anna")
    assert attempts.wait("anna") == 0
    attempts.failed("anna")
    now[0] = 30.0
    assert attempts.wait("anna") == 30
    now[0] = 60.0
    assert attempts.wait("anna") == 0


def test_log_ins_say_when_to_try_again(site: Site) -> None:
    site.application.state.accounts.add("anna", "correct horse", "admin")
    client = TestClient(site.application)
    token = client.get("/login").text.split('name="token" value="')[1][:64]
    form = {"name": "anna", "password": "wrong", "token": token}
    statuses = [client.post("/login", data=form).status_code for _ in range(5)]
    assert statuses == [403] * 5
    refused = client.post("/login", data={**form, "password": "correct horse"})
    assert refused.status_code == 429
    assert 0 < int(refused.headers["retry-after"]) <= 60


def test_names_that_ask_are_forgotten() -> None:
    rates = Rates(1.0, 1)
    for number in range(30_000):
        rates.wait(str(number))
    assert len(rates._buckets) == 10_000


def test_a_disk_that_is_nearly_full_is_left_to_the_database(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(spool, "RESERVE", 1 << 62)
    answer = site.client.post("/api/text", content=TRACE, headers=site.write)
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "60")
    with pytest.raises(OSError, match="No space left"):
        site.application.state.spool.put("shop", "text", b"x")
    monkeypatch.undo()
    assert site.client.post("/api/text", content=TRACE, headers=site.write).status_code == 202


def test_uploads_take_a_bounded_part_of_the_disk(tmp_path: Path) -> None:
    uploads = Uploads(tmp_path, most_bytes=2500)
    tokens = []
    for number in range(5):
        token, folder = uploads.add("a.txt", b"x" * 1000)
        os.utime(folder, (number, number))
        tokens.append(token)
    assert sorted(os.listdir(tmp_path)) == sorted(tokens[-3:])


def test_a_database_that_is_gone_for_a_while_loses_nothing(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert site.client.post("/api/text", content=TRACE, headers=site.write).status_code == 202
    unknown = {"Authorization": f"Bearer {site.store.add_token('shop', 'write', 'x')}"}
    with contextlib.closing(sqlite3.connect(site.application.state.settings.database)) as other:
        other.execute("ALTER TABLE site_token RENAME TO away")
        assert site.client.post("/api/text", content=TRACE, headers=site.write).status_code == 202
        answer = site.client.post("/api/text", content=TRACE, headers=unknown)
        assert (answer.status_code, answer.headers["retry-after"]) == (503, "10")
        other.execute("ALTER TABLE away RENAME TO site_token")
        other.execute("ALTER TABLE site_taken RENAME TO away")
        with pytest.raises(StoreError):
            site.settle()
        assert len(site.application.state.spool) == 2
        other.execute("ALTER TABLE away RENAME TO site_taken")
    site.settle()
    assert site.store.issues(Filter()).issues[0].count == 2


def test_a_fault_in_forgetting_does_not_end_the_worker(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    looked = []

    def broken(_: Keeping) -> None:
        looked.append(len(site.application.state.spool))
        raise ValueError

    monkeypatch.setattr(Keeping, "look", broken)
    worker = site.application.state.worker
    worker.start()
    assert site.client.post("/api/text", content=TRACE, headers=site.write).status_code == 202
    until(lambda: len(looked) > 1)
    assert site.client.post("/api/text", content=TRACE, headers=site.write).status_code == 202
    until(lambda: [each.count for each in site.store.known.issues()] == [2])
    worker.stop()
    assert looked


def test_what_is_sent_again_counts_once(site: Site) -> None:
    content = (SAMPLES / "node.envelope").read_bytes()
    for _ in itertools.repeat(None, 3):
        assert site.client.post(f"/api/1/envelope/?sentry_key={_key(site)}", content=content).is_success
        site.settle()
    assert site.store.issues(Filter()).issues[0].count == 1
