"""Webhooks reach the public internet alone, and nobody who answers can hold the site up."""

from __future__ import annotations

import contextlib
import http.server
import socket
import socketserver
import ssl
import subprocess
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from stacktraces.errors import UsageError
from stacktraces.serve.notices.addresses import NotPublic, addresses_of, checked_url, is_public
from stacktraces.serve.notices.outcome import Refused
from stacktraces.serve.notices.posting import Poster
from tests.conftest import need

NOT_PUBLIC = [
    "0.0.0.0", "0.1.2.3", "10.0.0.1", "10.255.255.255", "100.64.0.1", "100.127.255.254",
    "127.0.0.1", "127.1.2.3", "169.254.169.254", "172.16.0.1", "172.31.255.255", "192.0.0.8",
    "192.0.2.1", "192.88.99.1", "192.168.0.1", "198.18.0.1", "198.51.100.1", "203.0.113.1",
    "224.0.0.1", "239.255.255.250", "240.0.0.1", "255.255.255.255", "::", "::1", "::127.0.0.1",
    "::ffff:127.0.0.1", "::ffff:10.0.0.1", "::ffff:169.254.169.254", "64:ff9b::7f00:1",
    "64:ff9b::a9fe:a9fe", "64:ff9b:1::1", "100::1", "2001::1", "2001:db8::1", "2002:7f00:1::",
    "3fff::1", "5f00::1", "fc00::1", "fd00:ec2::254", "fe80::1", "fe80::1%lo", "fec0::1", "ff02::1",
]  # fmt: skip
PUBLIC = [
    "1.1.1.1", "8.8.8.8", "100.63.255.255", "100.128.0.1", "172.32.0.1", "192.167.255.255",
    "223.255.255.254", "::ffff:8.8.8.8", "64:ff9b::808:808", "2606:4700:4700::1111",
    "2a00:1450:4001:80b::200e",
]  # fmt: skip


def resolving(*answers: list[str]) -> Callable[..., list[tuple[Any, ...]]]:
    """A resolver whose answers change; asked more often than that it fails."""
    left = list(answers)

    def resolve(host: str, port: int, **_: Any) -> list[tuple[Any, ...]]:
        found = left.pop(0)
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (each, port)) for each in found]

    return resolve


@pytest.mark.parametrize("address", NOT_PUBLIC)
def test_what_is_not_public(address: str) -> None:
    assert not is_public(address)
    with pytest.raises(NotPublic, match="none of the public internet"):
        addresses_of("example.com", 443, resolve=resolving([address]))


@pytest.mark.parametrize("address", PUBLIC)
def test_what_is_public(address: str) -> None:
    assert is_public(address)
    assert addresses_of("example.com", 443, resolve=resolving([address])) == [address]


def test_one_private_address_among_others_is_enough() -> None:
    with pytest.raises(NotPublic, match=r"10\.0\.0\.1"):
        addresses_of("example.com", 443, resolve=resolving(["8.8.8.8", "10.0.0.1"]))


@pytest.mark.parametrize(
    "host",
    ["127.0.0.1", "127.1", "2130706433", "0x7f.1", "017700000001", "localhost", "[::1]", "[::ffff:7f00:1]"],
)
def test_spellings_of_loopback_are_refused_whatever_the_url_looks_like(host: str) -> None:
    with pytest.raises(Refused, match="none of the public internet") as refused:
        Poster().post(f"http://{host}:9/", b"{}", {})
    assert not refused.value.again


@pytest.mark.parametrize(
    "url",
    [
        "", "example.com", "ftp://example.com/", "file:///etc/passwd", "https://", "https://[", "https://host:x/",
        "https://host:0/", "https://user:password@example.com/", "https://example.com/\r\nHost: x", "https://exämple.com/",
        "https://example.com/ x", "https://example.com/" + "x" * 3000, "http://169.254.169.254/", "http://localhost/",
        "http://[::1]/",
    ],
)  # fmt: skip
def test_what_is_no_url_of_a_receiver(url: str) -> None:
    with pytest.raises(UsageError):
        checked_url(url)


def test_a_receiver_inside_may_be_allowed() -> None:
    assert checked_url(" HTTP://10.0.0.1:8080/x?y=z", private=True) == "http://10.0.0.1:8080/x?y=z"


class Receiver(http.server.BaseHTTPRequestHandler):
    """Keeps what it is sent in ``got``; the path says what it answers."""

    got: list[tuple[dict[str, str], bytes]]

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.got.append((dict(self.headers), body))
        status = int(self.path.strip("/") or 204)
        self.send_response(status)
        if status == 302:
            self.send_header("Location", "/204")
        if status == 429:
            self.send_header("Retry-After", "120")
        self.end_headers()

    def log_message(self, *_: object) -> None:
        pass


@contextlib.contextmanager
def served(server: socketserver.BaseServer) -> Iterator[int]:
    thread = threading.Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    try:
        yield server.server_address[1]  # type: ignore[misc]
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.fixture
def receiver() -> Iterator[tuple[int, type[Receiver]]]:
    kind = type("Mine", (Receiver,), {"got": []})
    with served(http.server.HTTPServer(("127.0.0.1", 0), kind)) as port:
        yield port, kind


def test_a_body_arrives_as_it_was_sent_under_the_name_of_the_host(
    receiver: tuple[int, type[Receiver]],
) -> None:
    port, kind = receiver
    poster = Poster(private=True, resolve=resolving(["127.0.0.1"]))
    poster.post(f"http://hooks.example.com:{port}/", b'{"a":1}', {"webhook-id": "msg_1"})
    ((headers, body),) = kind.got
    assert body == b'{"a":1}'
    assert headers["Host"] == f"hooks.example.com:{port}"
    assert headers["webhook-id"] == "msg_1"


def test_a_name_that_is_bound_anew_after_the_check_reaches_nothing(
    receiver: tuple[int, type[Receiver]], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The second answer of the resolver would be loopback: the first is what is connected to."""
    port, kind = receiver
    connected: list[str] = []

    def connect(address: tuple[str, int], *_: Any, **__: Any) -> socket.socket:
        connected.append(address[0])
        raise ConnectionRefusedError(111, "Connection refused")

    monkeypatch.setattr(socket, "create_connection", connect)
    poster = Poster(resolve=resolving(["93.184.216.34"], ["127.0.0.1"]))
    with pytest.raises(Refused, match="cannot be reached"):
        poster.post(f"http://rebinding.example.com:{port}/", b"{}", {})
    assert connected == ["93.184.216.34"]
    assert kind.got == []


@pytest.mark.parametrize(
    ("status", "again", "wait", "gone"),
    [
        (302, False, 0, False),
        (400, False, 0, False),
        (410, False, 0, True),
        (429, True, 120, False),
        (503, True, 0, False),
    ],
)
def test_what_is_not_taken(
    receiver: tuple[int, type[Receiver]], status: int, again: bool, wait: float, gone: bool
) -> None:
    port, kind = receiver
    with pytest.raises(Refused, match=f"answers {status}") as refused:
        Poster(private=True).post(f"http://127.0.0.1:{port}/{status}", b"{}", {})
    assert (refused.value.again, refused.value.wait, refused.value.gone) == (again, wait, gone)
    assert len(kind.got) == 1, "a redirect was followed"


def _answering(send: Callable[[socket.socket], None]) -> socketserver.BaseServer:
    class Handler(socketserver.BaseRequestHandler):
        def handle(self) -> None:
            self.request.recv(65536)
            with contextlib.suppress(OSError):
                send(self.request)

    server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    server.block_on_close = False
    return server


def test_a_head_that_never_ends_is_left() -> None:
    def drip(connection: socket.socket) -> None:
        connection.sendall(b"HTTP/1.1 200 OK\r\n")
        while True:
            connection.sendall(b"X: y\r\n")
            threading.Event().wait(0.02)

    with served(_answering(drip)) as port, pytest.raises(Refused, match="did not answer within 0.3 seconds"):
        Poster(private=True, seconds=0.3).post(f"http://127.0.0.1:{port}/", b"{}", {})


def test_a_look_up_that_never_ends_is_left() -> None:
    ended = threading.Event()

    def resolve(*_: object, **__: object) -> list[tuple[Any, ...]]:
        ended.wait(30)
        return []

    try:
        with pytest.raises(Refused, match="did not answer within 0.2 seconds") as refused:
            Poster(resolve=resolve, seconds=0.2).post("https://example.com/hook", b"{}", {})
        assert refused.value.again
    finally:
        ended.set()


def test_what_a_look_up_raises_is_told() -> None:
    def resolve(*_: object, **__: object) -> list[tuple[Any, ...]]:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    with pytest.raises(Refused, match="example.com has no address: Name or service not known"):
        Poster(resolve=resolve).post("https://example.com/hook", b"{}", {})


def test_a_head_that_is_too_large_is_left() -> None:
    def flood(connection: socket.socket) -> None:
        connection.sendall(b"HTTP/1.1 200 OK\r\n")
        while True:
            connection.sendall(b"X: " + b"y" * 60_000)

    with served(_answering(flood)) as port, pytest.raises(Refused, match="cannot be reached"):
        Poster(private=True).post(f"http://127.0.0.1:{port}/", b"{}", {})


def test_a_body_that_never_ends_is_not_read() -> None:
    def flood(connection: socket.socket) -> None:
        connection.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
        while True:
            connection.sendall(b"y" * 60_000)

    with served(_answering(flood)) as port:
        Poster(private=True).post(f"http://127.0.0.1:{port}/", b"{}", {})


def test_what_is_no_http_is_refused() -> None:
    with (
        served(_answering(lambda each: each.sendall(b"220 smtp ready\r\n"))) as port,
        pytest.raises(Refused, match="cannot be reached"),
    ):
        Poster(private=True).post(f"http://127.0.0.1:{port}/", b"{}", {})


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """One of hooks.example.com that nobody trusts, and its key."""
    folder = tmp_path_factory.mktemp("tls")
    certificate, key = folder / "certificate.pem", folder / "key.pem"
    command = [
        need("openssl"),
        "req",
        "-x509",
        "-newkey",
        "ec",
        "-pkeyopt",
        "ec_paramgen_curve:P-256",
        "-nodes",
        "-days",
        "2",
    ]
    command += ["-subj", "/CN=hooks", "-addext", "subjectAltName=DNS:hooks.example.com"]
    subprocess.run([*command, "-keyout", key, "-out", certificate], check=True, capture_output=True)
    return certificate, key


@pytest.mark.parametrize(
    ("host", "trusted", "problem"),
    [
        ("hooks.example.com", True, None),
        ("hooks.example.com", False, "self-signed"),
        ("other.example.com", True, "Hostname mismatch"),
    ],
)
def test_tls_is_with_the_name_though_the_address_is_connected_to(
    certificate: tuple[Path, Path],
    monkeypatch: pytest.MonkeyPatch,
    host: str,
    trusted: bool,
    problem: str | None,
) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*certificate)
    names: list[str | None] = []
    context.sni_callback = lambda _socket, name, _context: names.append(name)  # type: ignore[assignment]
    server = _answering(lambda each: each.sendall(b"HTTP/1.1 204 Yes\r\n\r\n"))
    server.socket = context.wrap_socket(server.socket, server_side=True)  # type: ignore[attr-defined]
    if trusted:
        monkeypatch.setenv("SSL_CERT_FILE", str(certificate[0]))
    poster = Poster(private=True, resolve=resolving(["127.0.0.1"]))
    expected = pytest.raises(Refused, match=problem) if problem else contextlib.nullcontext()
    with served(server) as port, expected:
        poster.post(f"https://{host}:{port}/", b"{}", {})
    assert names == [host]
