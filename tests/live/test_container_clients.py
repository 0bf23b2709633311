"""Docker's and Kubernetes' own clients against servers that answer as the documentation of their APIs says."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

import stacktraces

pytestmark = pytest.mark.clusters
NOON = 1_714_564_800_000_000_000
"""2024-05-01T12:00:00Z in nanoseconds."""
TRACE = (
    "Traceback (most recent call last):",
    '  File "/srv/app.py", line 3, in total',
    "    return sum(prices)",
    "TypeError: unsupported operand",
)
LINES = [f"2024-05-01T12:00:00.{number:09}Z {line}\n".encode() for number, line in enumerate(TRACE)]

Answer = Callable[[str, dict[str, str]], tuple[int, Any]]


class Handler(BaseHTTPRequestHandler):
    """Gives what the server's ``answer`` does: bytes, or an object as JSON."""

    server: Server
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        url = urlsplit(self.path)
        query = {name: values[0] for name, values in parse_qs(url.query).items()}
        status, content = self.server.answer(url.path, query)
        data = content if isinstance(content, bytes) else json.dumps(content).encode()
        self.send_response(status)
        self.send_header("Content-Type", "text/plain" if content is data else "application/json")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *_: object) -> None:
        pass


class Server(ThreadingHTTPServer):
    """A server on loopback."""

    daemon_threads = True

    def __init__(self, answer: Answer) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.answer = answer


@pytest.fixture
def serve() -> Iterator[Callable[[Answer], str]]:
    servers: list[Server] = []

    def start(answer: Answer) -> str:
        servers.append(Server(answer))
        threading.Thread(
            target=servers[-1].serve_forever, kwargs={"poll_interval": 0.01}, daemon=True
        ).start()
        return f"127.0.0.1:{servers[-1].server_port}"

    yield start
    for each in servers:
        each.shutdown()
        each.server_close()


def docker_answer(path: str, query: dict[str, str]) -> tuple[int, Any]:
    """As "Docker Engine API" has it: logs of a container without a terminal are framed by stream."""
    names = {"a1": "web-1", "b2": "web-2", "c3": "mail"}
    if path == "/version":
        return 200, {"ApiVersion": "1.44", "MinAPIVersion": "1.24"}
    path = path.partition("/containers/")[2]
    if path == "json":
        assert query["all"] == "1"
        return 200, [{"Id": each} for each in names]
    number, _, what = path.partition("/")
    if what == "json":
        return 200, {"Id": number, "Name": f"/{names[number]}", "Config": {"Tty": number == "b2"}}
    assert (what, query["timestamps"]) == ("logs", "1")
    if number == "b2":
        return 200, b"".join(LINES)
    return 200, b"".join(b"\2\0\0\0" + len(line).to_bytes(4, "big") + line for line in LINES)


def test_docker(serve: Callable[[Answer], str], monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("docker")
    monkeypatch.setenv("DOCKER_HOST", f"tcp://{serve(docker_answer)}")
    result = stacktraces.scan("docker://web-*")
    assert result.unreadable == []
    (group,) = result.groups
    assert (group.count, group.first_seen_ns) == (2, NOON)
    assert {each.path for each in group.sources} == {"docker://web-1", "docker://web-2"}
    monkeypatch.setenv("DOCKER_HOST", "tcp://127.0.0.1:1")
    (told,) = stacktraces.scan("docker://web-*").unreadable
    assert "Docker does not answer" in told.reason


def kubernetes_answer(path: str, query: dict[str, str]) -> tuple[int, Any]:
    """As "Kubernetes API" has it."""
    labels = {"matchLabels": {"app": "web"}}
    template = {"metadata": {}, "spec": {"containers": [{"name": "app"}]}}
    pod = {"metadata": {"name": "web-1"}, "spec": {"containers": [{"name": "app"}, {"name": "proxy"}]}}
    match path:
        case "/apis/apps/v1/namespaces/shop/deployments/web":
            return 200, {"metadata": {"name": "web"}, "spec": {"selector": labels, "template": template}}
        case "/api/v1/namespaces/shop/pods":
            assert query == {"labelSelector": "app=web"}
            return 200, {"kind": "PodList", "items": [pod]}
        case "/api/v1/namespaces/shop/pods/web-1":
            return 200, pod
        case "/api/v1/namespaces/shop/pods/web-1/log":
            assert query["timestamps"].lower() == "true"
            return 200, b"".join(LINES) if query["container"] == "app" else b""
    return 404, {"kind": "Status", "reason": "NotFound", "code": 404}


def test_kubernetes(serve: Callable[[Answer], str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("kubernetes")
    place = f"http://{serve(kubernetes_answer)}"
    config = {
        "apiVersion": "v1",
        "kind": "Config",
        "clusters": [{"name": "here", "cluster": {"server": place}}],
        "users": [{"name": "me", "user": {}}],
        "contexts": [{"name": "here", "context": {"cluster": "here", "user": "me"}}],
        "current-context": "here",
    }
    path = tmp_path / "config"
    path.write_text(json.dumps(config))
    from kubernetes.config import kube_config

    monkeypatch.setattr(kube_config, "KUBE_CONFIG_DEFAULT_LOCATION", str(path))
    for url in ("k8s://shop/web", "k8s://shop/pod/web-1"):
        result = stacktraces.scan(url)
        assert result.unreadable == []
        (group,) = result.groups
        assert (group.count, group.first_seen_ns) == (1, NOON)
        assert group.sources[0].path == "k8s://shop/pod/web-1?container=app"
    (told,) = stacktraces.scan("k8s://shop/gone").unreadable
    assert told.reason == "k8s://shop/gone cannot be read: HTTP 404 Not Found."
