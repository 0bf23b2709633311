"""What is said where a site does not answer as it should; nothing is sent anywhere else."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from stacktraces.errors import StoreError
from stacktraces.known import open_store
from stacktraces.signatures.fingerprint import VERSION
from tests.cli.support import run

TOKEN = "0123456789abcdef"
ABOUT = b'{"version":"1","signatures":%d,"outdated":false}'


class FakeSite:
    """Gives one answer to all, and keeps what it was sent."""

    def __init__(self) -> None:
        self.status, self.body = 200, ABOUT % VERSION
        self.headers: dict[str, str] = {}
        self.sent: list[str | None] = []
        fake = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                fake.sent.append(self.headers.get("Authorization"))
                self.rfile.read(int(self.headers["Content-Length"]))
                self.send_response(fake.status)
                for name, value in ({"Content-Length": str(len(fake.body))} | fake.headers).items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(fake.body)

            def log_message(self, *_: object) -> None:
                pass

        self.server = HTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, args=(0.02,), daemon=True).start()


@pytest.fixture
def fake(monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeSite]:
    monkeypatch.setenv("STACKTRACES_TOKEN", TOKEN)
    site = FakeSite()
    yield site
    site.server.shutdown()
    site.server.server_close()


@pytest.mark.parametrize(
    ("status", "headers", "body", "says"),
    [
        (401, {}, b'{"error":"Send it."}', " wants a token: set STACKTRACES_TOKEN."),
        (403, {}, b'{"error":"This token may not read."}', " refuses: This token may not read."),
        (404, {}, b"<html>", " is no site of stacktraces, or of an older version."),
        (405, {}, b'{"detail":"no"}', " is no site of stacktraces, or of an older version."),
        (502, {}, b"\xff", " refuses: 502 Bad Gateway"),
        (
            301,
            {"Location": "http://127.0.0.1:1/"},
            b"",
            " sends on to http://127.0.0.1:1/, which no token is sent to;",
        ),
        (200, {}, b"<html>", " does not answer as a site of stacktraces"),
        (200, {}, b"[" * 9999, " does not answer as a site of stacktraces"),
        (200, {}, b'{"version":"1"}', " does not answer as a site of stacktraces"),
        (200, {"Content-Length": "999"}, ABOUT % VERSION, " broke off its answer; try again."),
        (200, {}, ABOUT % (VERSION - 1), f" has fingerprints of version {VERSION - 1}, and those made here"),
    ],
)
def test_an_answer_that_is_none(
    fake: FakeSite, status: int, headers: dict[str, str], body: bytes, says: str
) -> None:
    fake.status, fake.headers, fake.body = status, headers, body
    with pytest.raises(StoreError) as raised:
        open_store(fake.url)
    assert str(raised.value).startswith(f"{fake.url}{says}")
    assert set(fake.sent) == {f"Bearer {TOKEN}"}
    assert TOKEN not in str(raised.value)


@pytest.mark.parametrize(
    ("address", "says"),
    [
        ("http://", "http:// names no site; write it like https://errors.example.org/."),
        ("http://[", "'http://[' is no address of a site."),
        ("http://h:99999/", "'http://h:99999/' is no address of a site."),
        ("https://sesame@h/", "The address of a site holds no token"),
        ("https://h/?token=sesame", "The address of a site holds no token"),
    ],
)
def test_an_address_that_is_none(address: str, says: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STACKTRACES_TOKEN", TOKEN)
    with pytest.raises(StoreError) as raised:
        open_store(address)
    assert str(raised.value).startswith(says)
    assert "sesame" not in str(raised.value)


def test_the_token_comes_from_the_netrc_file(
    fake: FakeSite, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("STACKTRACES_TOKEN")
    path = tmp_path / "netrc"
    monkeypatch.setenv("NETRC", str(path))
    with pytest.raises(StoreError, match=r"wants a token: set STACKTRACES_TOKEN, or add a password for"):
        open_store(fake.url)
    path.write_text("machine 127.0.0.1 login ci password from-netrc\n")
    open_store(fake.url)
    path.write_text("machine\n")
    with pytest.raises(StoreError, match="The netrc file cannot be read"):
        open_store(fake.url)
    assert fake.sent == ["Bearer from-netrc"]


def test_a_site_that_is_gone_ends_a_command_with_2(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STACKTRACES_TOKEN", TOKEN)
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{listener.getsockname()[1]}"
    path = tmp_path / "app.log"
    path.write_text('Traceback (most recent call last):\n  File "a.py", line 1, in f\n    x\nKeyError: 1\n')
    for command in (("log", path, "--fail-on", "new"), ("known", "list")):
        done = run("stacktraces", *command, "--known", url)
        assert (done.code, done.out) == (2, "")
        assert done.err.splitlines()[-1].endswith(f"{url} cannot be reached: Connection refused.")
