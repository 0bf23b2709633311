"""Logs that URLs name: on web servers and in archives, and from log services that are played by a server here.

Loki, Elasticsearch and OpenSearch answer as their documentation says they do: none of them was run.
"""

from __future__ import annotations

import gzip
import io
import json
import sys
import tarfile
import threading
import types
import zipfile
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

import stacktraces
from stacktraces.sources import http, retrying
from stacktraces.sources.schemes import elasticsearch, loki
from tests.cli.support import run

LOG = Path(__file__).parents[2] / "examples" / "python.log"
TRACE = (
    "Traceback (most recent call last):",
    '  File "/srv/app.py", line 3, in total',
    "    return sum(prices)",
    "TypeError: unsupported operand",
)
NOON = 1_714_564_800_000_000_000
"""2024-05-01T12:00:00Z in nanoseconds."""

Answer = Callable[["Handler"], tuple[int, Any]]


class Handler(BaseHTTPRequestHandler):
    """Answers as the server's ``answer`` says, with JSON or bytes."""

    server: Server

    def do_GET(self) -> None:
        size = int(self.headers.get("Content-Length") or 0)
        self.body = json.loads(self.rfile.read(size)) if size else None
        self.server.asked.append(self.path)
        status, content = self.server.answer(self)
        data = content if isinstance(content, bytes) else json.dumps(content).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(data)

    do_HEAD = do_POST = do_DELETE = do_GET

    def log_message(self, *_: object) -> None:
        pass


class Server(ThreadingHTTPServer):
    """A server on loopback."""

    def __init__(self, answer: Answer) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.answer = answer
        self.asked: list[str] = []
        self.place = f"127.0.0.1:{self.server_port}"


@pytest.fixture
def serve() -> Iterator[Callable[[Answer], Server]]:
    servers: list[Server] = []

    def start(answer: Answer) -> Server:
        servers.append(Server(answer))
        threading.Thread(
            target=servers[-1].serve_forever, kwargs={"poll_interval": 0.01}, daemon=True
        ).start()
        return servers[-1]

    yield start
    for each in servers:
        each.shutdown()
        each.server_close()


@pytest.fixture(autouse=True)
def _no_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(retrying, "FIRST_PAUSE", 0.001)
    monkeypatch.setattr(http, "FIRST_PAUSE", 0.001)


def counts(result: stacktraces.Result) -> list[tuple[str, int]]:
    return [(each.fingerprint, each.count) for each in result.groups]


EXPECTED = counts(stacktraces.scan(LOG))


def test_files_of_a_web_server(serve: Callable[[Answer], Server]) -> None:
    files = {"/app.log": LOG.read_bytes(), "/app.log.gz": gzip.compress(LOG.read_bytes())}
    server = serve(lambda asked: (200, files[asked.path]) if asked.path in files else (404, b""))
    for path in files:
        url = f"http://{server.place}{path}"
        result = stacktraces.scan(url)
        assert counts(result) == EXPECTED, result.unreadable
        assert result.groups[0].sources[0].path == url
    done = run("stacktraces", "log", f"http://{server.place}/app.log", f"http://{server.place}/gone.log")
    assert done.code == 3
    assert f"http://{server.place}/gone.log does not exist; check the URL." in done.err
    assert run("stacktraces", "log", f"http://{server.place}/gone.log").code == 2


def test_files_in_archives_and_globs(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "logs.zip", "w") as archive:
        archive.write(LOG, "day/a.log")
        archive.writestr("day/b.log.gz", gzip.compress(LOG.read_bytes()))
        archive.writestr("other.txt", "nothing")
    with tarfile.open(tmp_path / "logs.tar.gz", "w:gz") as tar:
        tar.add(LOG, "a.log")
    (tmp_path / "plain.log").write_bytes(LOG.read_bytes())
    for url, times in (
        (f"zip://day/a.log::file://{tmp_path}/logs.zip", 1),
        (f"zip://**/*.log*::file://{tmp_path}/logs.zip", 2),
        (f"zip://day::file://{tmp_path}/logs.zip", 2),
        (f"tar://a.log::file://{tmp_path}/logs.tar.gz", 1),
        (f"file://{tmp_path}/*.log", 1),
    ):
        result = stacktraces.scan(url)
        assert [count for _, count in counts(result)] == [times * count for _, count in EXPECTED], url
        assert all(each.path and "://" in each.path for each in result.groups[0].sources)
    (found,) = stacktraces.scan(f"zip://**/*.log::file://{tmp_path}/logs.zip").groups[0].sources[:1]
    assert found.path == f"zip://day/a.log::file://{tmp_path}/logs.zip"


def test_parts_of_a_file_behind_a_url_add_up(tmp_path: Path) -> None:
    (tmp_path / "a.log").write_bytes(LOG.read_bytes())
    url = f"file://{tmp_path}/a.log"
    whole = stacktraces.scan(url)
    parts = [
        stacktraces.scan(url, start=start, end=end) for start, end in ((0, 3000), (3000, 5000), (5000, None))
    ]
    total = stacktraces.Result.sum(parts[::-1])
    total.stats.seconds = whole.stats.seconds
    assert total.to_json() == whole.to_json()


@pytest.mark.parametrize(
    ("url", "sentence"),
    [
        ("nosuch://x/y", "no source has the scheme nosuch; there are docker,"),
        ("file:///no/such/folder/*.log", "nothing is found there; check the URL"),
        ("zip://*.log::file:///no/such.zip", "check the URL"),
        ("docker://web", "needs an extra: pip install 'stacktraces-py[docker]'"),
        ("k8s://shop/web", "needs an extra: pip install 'stacktraces-py[kubernetes]'"),
        ("journal:///no/such/journal", "does not exist; check the path"),
        ("loki://127.0.0.1:1/", "names no streams; add ?query="),
        ('loki://127.0.0.1:1/?query={a="b"}', "does not answer"),
        ('loki://127.0.0.1:1/?query={a="b"}&since=never', "is no time"),
        ("elasticsearch://127.0.0.1:1/", "names no index"),
        ("elasticsearch://127.0.0.1:1/logs", "does not answer"),
        ("loki://127.0.0.1:port/?query={}", "is no URL"),
    ],
)
def test_what_cannot_be_read_is_one_sentence(
    url: str, sentence: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("docker", "kubernetes"):
        monkeypatch.setitem(sys.modules, name, None)
    result = stacktraces.scan([url, LOG])
    (told,) = result.unreadable
    assert sentence in told.reason
    assert "\n" not in told.reason
    assert counts(result) == EXPECTED


def test_fsspec_that_is_not_installed_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "fsspec", None)
    (told,) = stacktraces.scan("s3://bucket/a.log").unreadable
    assert told.reason == "s3://bucket/a.log needs an extra: pip install 'stacktraces-py[s3]'."


class Breaking(io.BytesIO):
    """A file that breaks off after some bytes."""

    def __init__(self, content: bytes, at: int, error: Exception) -> None:
        super().__init__(content)
        self._left, self._error = at, error

    def read(self, size: int | None = -1, /) -> bytes:
        if self._left <= 0:
            raise self._error
        data = super().read(min(size or 0, self._left))
        self._left -= len(data)
        return data


def test_what_breaks_off_is_opened_again_where_it_was() -> None:
    content, opened = LOG.read_bytes(), []

    def open_at(offset: int, _: int) -> io.BytesIO:
        opened.append(offset)
        return Breaking(content[offset:], 3000, ConnectionResetError("reset"))

    from stacktraces.sources.interruption import Interruption

    stream = retrying.RetryingStream("s3://x", open_at, 1 << 20, Interruption())
    read = b""
    while chunk := stream.read(1000):
        read += chunk
        if len(read) == len(content):
            break
    assert read == content
    assert opened == [0, 3000, 6000, 9000]


@pytest.mark.parametrize(
    ("error", "sentence"),
    [
        (
            PermissionError("token expired"),
            "may not be read to its end (token expired); check the credentials.",
        ),
        (FileNotFoundError(), "was removed while it was read."),
        (ConnectionResetError("reset by peer"), "cannot be read to its end: reset by peer."),
    ],
)
def test_what_stays_broken_is_told_and_what_came_is_kept(error: Exception, sentence: str) -> None:
    from stacktraces.sources.interruption import Interruption

    class Failing:
        name, size = "s3://bucket/a.log", None

        def open(self, interruption: Interruption) -> Any:
            content = LOG.read_bytes()

            def open_at(offset: int, _: int) -> io.BytesIO:
                return Breaking(content[offset:], 5000 if offset == 0 else 0, error)

            return retrying.RetryingStream(self.name, open_at, 1 << 20, interruption)

    result = stacktraces.scan(Failing())
    assert [each.reason for each in result.unreadable] == [f"s3://bucket/a.log {sentence}"]
    assert 0 < result.stats.traces < 10


def loki_answer(entries: list[tuple[int, str]], labels: dict[str, str]) -> Answer:
    """As documented under "Loki HTTP API": ``GET /loki/api/v1/series`` and ``query_range``."""

    def answer(asked: Handler) -> tuple[int, Any]:
        url = urlsplit(asked.path)
        given = {name: values[0] for name, values in parse_qs(url.query).items()}
        if url.path == "/loki/api/v1/series":
            return 200, {"status": "success", "data": [labels]}
        assert url.path == "/loki/api/v1/query_range"
        assert given["direction"] == "forward"
        chosen = [(at, line) for at, line in entries if int(given["start"]) <= at < int(given["end"])]
        values = [[str(at), line] for at, line in chosen[: int(given["limit"])]]
        found = [{"stream": labels, "values": values}] if values else []
        return 200, {"status": "success", "data": {"resultType": "streams", "result": found}}

    return answer


def test_loki_page_by_page(serve: Callable[[Answer], Server], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(loki, "PAGE", 3)
    entries = [(NOON + second * 10**9, line) for second in range(3) for line in TRACE[:2]]
    entries = [
        (NOON + second * 10**9 + number // 2, line)
        for second in range(3)
        for number, line in enumerate(TRACE)
    ]
    server = serve(loki_answer(entries, {"app": "shop"}))
    result = stacktraces.scan(
        f'loki://{server.place}/?query={{app="shop"}}&since=2024-05-01T00:00&until=2024-05-02T00:00'
    )
    assert result.unreadable == []
    (group,) = result.groups
    assert (group.count, group.error.type, group.first_seen_ns) == (3, "TypeError", NOON)
    assert group.sources[0].path == f'loki://{server.place}/?query={{app="shop"}}'


def test_loki_that_answers_with_errors(
    serve: Callable[[Answer], Server], monkeypatch: pytest.MonkeyPatch
) -> None:
    good = loki_answer([(NOON + number, line) for number, line in enumerate(TRACE)], {"app": "shop"})
    calls: list[int] = []

    def busy(asked: Handler) -> tuple[int, Any]:
        calls.append(1)
        return good(asked) if len(calls) % 3 == 0 else (503, b"try again")

    url = 'loki://{}/?query={{app="shop"}}&since=2024-05-01T00:00'
    assert stacktraces.scan(url.format(serve(busy).place)).stats.traces == 1
    for answer, sentence in (
        ((401, b""), "refuses the credentials (HTTP 401); check the user, password or token."),
        ((400, b"parse error: syntax"), "HTTP 400 Bad Request (parse error: syntax)."),
        ((200, []), "answers in no way that Loki does"),
        ((200, b"<html>"), "does not answer"),
    ):
        (told,) = stacktraces.scan(url.format(serve(lambda asked, answer=answer: answer).place)).unreadable
        assert sentence in told.reason
    secret = url.format("user:secret@" + serve(lambda asked: (403, b"")).place)
    (told,) = stacktraces.scan(secret).unreadable
    assert "secret" not in told.reason
    monkeypatch.setenv("LOKI_TOKEN", "abc")
    heard: list[str | None] = []
    server = serve(lambda asked: (heard.append(asked.headers["Authorization"]), good(asked))[1])
    stacktraces.scan(url.format(server.place))
    assert heard[0] == "Bearer abc"


def documents() -> list[dict[str, Any]]:
    return [
        {
            "@timestamp": f"2024-05-01T12:00:{number:02}.000Z",
            "log.level": "ERROR",
            "message": "failed",
            "error": {"type": "TypeError", "message": "x", "stack_trace": "\n".join(TRACE)},
        }
        for number in range(7)
    ]


def elastic_answer(opensearch: bool, closed: list[Any], broken_at: int | None = None) -> Answer:
    """As documented under "Point in time API" and "Paginate search results" of both."""
    opening = "/logs-*/_search/point_in_time" if opensearch else "/logs-*/_pit"

    def answer(asked: Handler) -> tuple[int, Any]:
        path = urlsplit(asked.path).path
        if asked.command == "DELETE":
            closed.append(asked.body)
            return 200, {"succeeded": True, "num_freed": 1}
        if path == opening:
            return 200, {"pit_id" if opensearch else "id": "p0"}
        assert path == "/_search"
        assert asked.body["pit"]["id"].startswith("p")
        after = asked.body.get("search_after", [None, -1])[1]
        if broken_at is not None and after >= broken_at:
            return 404, {"error": "No search context found"}
        chosen = [(number, each) for number, each in enumerate(documents()) if number > after]
        hits = [
            {"_source": each, "sort": [number * 1000, number]}
            for number, each in chosen[: asked.body["size"]]
        ]
        return 200, {"pit_id": f"p{after}", "hits": {"hits": hits}}

    return answer


@pytest.mark.parametrize("scheme", ["elasticsearch", "opensearch"])
def test_elasticsearch_page_by_page(
    scheme: str, serve: Callable[[Answer], Server], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(elasticsearch, "PAGE", 3)
    closed: list[Any] = []
    server = serve(elastic_answer(scheme == "opensearch", closed))
    result = stacktraces.scan(f"{scheme}://{server.place}/logs-*?query=service:shop&since=2024-05-01T00:00")
    assert result.unreadable == []
    (group,) = result.groups
    assert (group.count, group.error.type) == (7, "TypeError")
    assert (group.first_seen_ns, group.last_seen_ns) == (NOON, NOON + 6 * 10**9)
    assert len(closed) == 1


def test_elasticsearch_that_loses_the_point_in_time(
    serve: Callable[[Answer], Server], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(elasticsearch, "PAGE", 3)
    server = serve(elastic_answer(False, [], broken_at=5))
    result = stacktraces.scan(f"elasticsearch://{server.place}/logs-*")
    assert result.stats.traces == 6
    assert "HTTP 404 Not Found" in result.unreadable[0].reason


def test_docker_containers(monkeypatch: pytest.MonkeyPatch) -> None:
    lines = "".join(
        f"2024-05-01T12:00:00.{number:09}Z {line}\n" for number, line in enumerate(TRACE)
    ).encode()

    class Container:
        def __init__(self, name: str) -> None:
            self.name, self.id = name, f"id-{name}"

        def logs(self, *, stream: bool, follow: bool, timestamps: bool) -> Iterator[bytes]:
            assert stream
            assert timestamps
            assert not follow
            return iter([lines[:50], lines[50:]])

    def listed(*, all: bool) -> list[Container]:
        return [Container("web-1"), Container("web-2"), Container("db")] if all else []

    client = types.SimpleNamespace(containers=types.SimpleNamespace(list=listed))
    monkeypatch.setitem(sys.modules, "docker", types.SimpleNamespace(from_env=lambda: client))
    result = stacktraces.scan("docker://web-*")
    (group,) = result.groups
    assert (group.count, group.first_seen_ns) == (2, NOON)
    assert {each.path for each in group.sources} == {"docker://web-1", "docker://web-2"}
    (told,) = stacktraces.scan("docker://nothing").unreadable
    assert told.reason == "docker://nothing names no container; `docker ps --all` lists them."


def test_kubernetes_pods(monkeypatch: pytest.MonkeyPatch) -> None:
    lines = "".join(
        f"2024-05-01T12:00:00.{number:09}Z {line}\n" for number, line in enumerate(TRACE)
    ).encode()
    simple = types.SimpleNamespace

    class Core:
        def list_namespaced_pod(self, namespace: str, label_selector: str) -> object:
            assert (namespace, label_selector) == ("shop", "app=web")
            containers = [simple(name="app"), simple(name="proxy")]
            return simple(items=[simple(metadata=simple(name="web-1"), spec=simple(containers=containers))])

        def read_namespaced_pod_log(self, pod: str, namespace: str, **options: object) -> object:
            assert options["timestamps"]
            return simple(stream=lambda: iter([lines]))

    class Apps:
        def read_namespaced_deployment(self, name: str, namespace: str) -> object:
            if name != "web":
                raise LookupError("deployments.apps not found")
            return simple(spec=simple(selector=simple(match_labels={"app": "web"})))

    class ConfigError(Exception):
        pass

    def not_inside() -> None:
        raise ConfigError

    config = simple(
        load_incluster_config=not_inside, load_kube_config=lambda: None, ConfigException=ConfigError
    )
    client = simple(CoreV1Api=Core, AppsV1Api=Apps)
    monkeypatch.setitem(sys.modules, "kubernetes", simple(client=client, config=config))
    (group,) = stacktraces.scan("k8s://shop/web").groups
    assert [each.path for each in group.sources] == [
        "k8s://shop/pod/web-1?container=app",
        "k8s://shop/pod/web-1?container=proxy",
    ]
    assert stacktraces.scan("k8s://shop/web?container=app").stats.traces == 1
    (told,) = stacktraces.scan("k8s://shop/gone").unreadable
    assert "deployments.apps not found" in told.reason
    (told,) = stacktraces.scan("k8s://shop").unreadable
    assert "names no pods; write k8s://NAMESPACE/DEPLOYMENT" in told.reason


def test_another_distribution_adds_a_scheme(monkeypatch: pytest.MonkeyPatch) -> None:
    from stacktraces.sources import schemes

    class Entry:
        name = "mine"

        def load(self) -> Callable[[str], list[stacktraces.Source]]:
            return lambda url: [stacktraces.Source(url, [LOG.read_bytes()])]

    monkeypatch.setattr(
        schemes, "entry_points", lambda group: [Entry()] if group == "stacktraces.sources" else []
    )
    assert counts(stacktraces.scan("mine://anything")) == EXPECTED
