"""``stacktraces push`` against a receiver on this machine."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from sentry_sdk.envelope import Envelope

from stacktraces.pushing.delivery import TRIES, Refused, deliver
from stacktraces.pushing.messages import Message, kind_of
from tests.attacks import raw
from tests.cli.support import Result, refused, run

LOG = Path(__file__).parents[2] / "examples" / "python.log"


class Receiver(ThreadingHTTPServer):
    """Keeps what it is sent, and answers as it is told."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.requests: list[tuple[str, dict[str, str], bytes]] = []
        self.answers: list[tuple[int, dict[str, str]]] = []
        self.url = f"http://127.0.0.1:{self.server_port}"


class _Handler(BaseHTTPRequestHandler):
    server: Receiver

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.requests.append((self.path, dict(self.headers), body))
        code, headers = self.server.answers.pop(0) if self.server.answers else (200, {})
        self.send_response(code)
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with Receiver() as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server
        server.shutdown()


@pytest.fixture
def result(tmp_path: Path) -> Path:
    path = tmp_path / "result.json"
    known = ("--known", tmp_path / "known.toml", "--update")
    path.write_text(run("stacktraces", "log", LOG, *known, "--format", "json").out)
    return path


def push(result: Path, url: str, *options: object) -> Result:
    return run("stacktraces", "push", result, "--to", url, *options)


@pytest.mark.parametrize("kind", ["json", "slack", "teams", "otlp"])
def test_each_error_is_a_message(kind: str, receiver: Receiver, result: Path) -> None:
    done = push(result, f"{receiver.url}/hook", "--as", kind)
    assert (done.code, done.out, done.err) == (0, "", "7 sent.\n")
    assert len(receiver.requests) == 7
    bodies = [body.decode() for _, _, body in receiver.requests]
    assert all(raw(each) is None for each in bodies)
    assert any("KeyError" in each and "kumquat" in each for each in bodies)
    assert all(json.loads(each) for each in bodies)


def test_sentry_gets_envelopes_with_the_key_of_the_dsn(receiver: Receiver, result: Path) -> None:
    dsn = receiver.url.replace("http://", "http://publickey@") + "/prefix/42"
    assert push(result, dsn, "--only", "new").code == 0
    path, headers, body = receiver.requests[0]
    assert path == "/prefix/api/42/envelope/"
    assert "sentry_key=publickey" in headers["X-Sentry-Auth"]
    (item,) = Envelope.deserialize(body).items
    assert item.get_event()["exception"]["values"]


def test_what_was_sent_is_not_sent_again(receiver: Receiver, result: Path, tmp_path: Path) -> None:
    sent = tmp_path / "sent.json"
    receiver.answers = [(200, {}), (400, {})]
    first = push(result, receiver.url, "--sent", sent)
    assert first.code == 3
    assert "the receiver answers 400" in first.err
    assert "6 sent, 1 not." in first.err
    assert "127.0.0.1" not in sent.read_text()
    receiver.requests.clear()
    assert push(result, receiver.url, "--sent", sent).err == "1 sent.\n"
    assert len(receiver.requests) == 1
    assert push(result, receiver.url, "--sent", sent).err == "0 sent.\n"


def test_only_some_verdicts(receiver: Receiver, result: Path) -> None:
    assert push(result, receiver.url, "--only", "regressed,known").err == "0 sent.\n"
    refused(push(result, receiver.url, "--only", "bad"), "--only")


def test_a_busy_receiver_is_asked_again(receiver: Receiver) -> None:
    receiver.answers = [(503, {"Retry-After": "3"}), (429, {})]
    waits: list[float] = []
    deliver(Message(receiver.url, b"{}", {}), sleep=waits.append)
    assert (len(receiver.requests), waits) == (3, [3.0, 2.0])
    receiver.answers = [(500, {})] * TRIES
    with pytest.raises(Refused, match="500"):
        deliver(Message(receiver.url, b"{}", {}), sleep=waits.append)


def test_a_receiver_that_sends_elsewhere_is_refused(receiver: Receiver) -> None:
    receiver.answers = [(302, {"Location": f"{receiver.url}/elsewhere"})]
    with pytest.raises(Refused, match="302"):
        deliver(Message(receiver.url, b"{}", {"X-Sentry-Auth": "key"}))
    assert len(receiver.requests) == 1


def test_a_receiver_that_is_away_is_named_in_a_sentence() -> None:
    with pytest.raises(Refused, match=f"cannot be reached .*, {TRIES} times"):
        deliver(Message("http://127.0.0.1:9/", b"{}", {}), sleep=lambda _: None)


@pytest.mark.parametrize("url", ["ftp://host/x", "host", "file:///etc/passwd", "http://"])
def test_what_is_no_url_of_the_web_is_refused(url: str, result: Path) -> None:
    refused(push(result, url), "http://")


@pytest.mark.parametrize(
    ("url", "kind"),
    [
        ("https://abc@o1.ingest.example.io/42", "sentry"),
        ("https://hooks.slack.com/services/T/B/x", "slack"),
        ("https://acme.webhook.office.com/webhookb2/x", "teams"),
        ("http://localhost:4318/v1/logs", "otlp"),
        ("https://example.org/hook", "json"),
        ("https://user@example.org/hook", "json"),
    ],
)
def test_a_receiver_is_told_by_its_url(url: str, kind: str) -> None:
    assert kind_of(url) == kind


def test_what_is_no_result_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "x.json"
    path.write_text("{}")
    refused(push(path, "https://example.org/"), "no result")
