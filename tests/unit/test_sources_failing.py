"""Stores that answer slowly, with errors, in part or not at all, over loopback: as web servers, and as S3."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

import stacktraces
from stacktraces.sources import retrying
from stacktraces.sources.inputs import expand, label_of
from stacktraces.sources.schemes import files
from tests.cli.support import run

LOG = Path(__file__).parents[2] / "examples" / "python.log"
BODY = LOG.read_bytes()
HALF = len(BODY) // 2
WHOLE = stacktraces.scan(LOG)
_LISTING = """<?xml version="1.0"?>
<ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><Name>logs</Name>\
<IsTruncated>{more}</IsTruncated>{token}{keys}</ListBucketResult>"""
_KEY = "<Contents><Key>{}</Key><LastModified>2024-05-01T00:00:00.000Z</LastModified><Size>0</Size></Contents>"


class Store(ThreadingHTTPServer):
    """A store of one object, with one kind of trouble, that also answers to S3's requests."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.trouble = ""
        self.keys = 0
        self.asked = 0
        self.place = f"http://127.0.0.1:{self.server_port}"


class Handler(BaseHTTPRequestHandler):
    """Gives the object, or bytes of it, until it does not."""

    server: Store
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        self.server.asked += 1
        url = urlsplit(self.path)
        query = {name: values[0] for name, values in parse_qs(url.query).items()}
        if "list-type" in query:
            self._list(int(query.get("continuation-token", "0")))
            return
        first, _, last = (self.headers.get("Range") or "bytes=0-").partition("=")[2].partition("-")
        start, end = int(first), min(int(last or len(BODY)) + 1, len(BODY))
        late = self.command == "GET" and start >= HALF
        match self.server.trouble:
            case "denied":
                self._refuse(403, "AccessDenied")
            case "errors" if late:
                self._refuse(503, "SlowDown")
            case "expired" if late:
                self._refuse(403, "ExpiredToken")
            case "removed" if late:
                self._refuse(404, "NoSuchKey")
            case trouble:
                self._give(start, end, trouble if self.command == "GET" else "")

    do_HEAD = do_GET

    def _give(self, start: int, end: int, trouble: str) -> None:
        self._head(
            206 if self.headers.get("Range") else 200, end - start, f"bytes {start}-{end - 1}/{len(BODY)}"
        )
        if self.command == "HEAD":
            return
        if trouble == "half" and end > HALF:
            self.wfile.write(BODY[start : max(HALF, start)])
            self.close_connection = True
            return
        if trouble == "silence" and end > HALF:
            time.sleep(5)
        for at in range(start, end, 1000):
            time.sleep(0.01 if trouble == "slow" else 0)
            self.wfile.write(BODY[at : min(at + 1000, end)])

    def _head(self, status: int, size: int, part: str = "") -> None:
        self.send_response(status)
        self.send_header("Content-Length", str(size))
        self.send_header("Accept-Ranges", "bytes")
        if part:
            self.send_header("Content-Range", part)
            self.send_header("ETag", '"1"')
            self.send_header("Last-Modified", "Wed, 01 May 2024 00:00:00 GMT")
        self.end_headers()

    def _refuse(self, status: int, code: str) -> None:
        said = f"<Error><Code>{code}</Code><Message>The store says {code}</Message></Error>".encode()
        self._head(status, len(said))
        self.wfile.write(said)

    def _list(self, begin: int) -> None:
        end = min(begin + 1000, self.server.keys)
        more = end < self.server.keys
        token = f"<NextContinuationToken>{end}</NextContinuationToken>" if more else ""
        keys = "".join(_KEY.format(f"{number:06}.log") for number in range(begin, end))
        data = _LISTING.format(more=str(more).lower(), token=token, keys=keys).encode()
        self._head(200, len(data))
        self.wfile.write(data)

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def store() -> Iterator[Store]:
    server = Store()
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


@pytest.fixture(autouse=True)
def _small_and_fast(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(retrying, "FIRST_PAUSE", 0.001)
    monkeypatch.setattr(retrying, "LONGEST", 0.5)
    monkeypatch.setattr(retrying, "CAREFUL", 500)
    monkeypatch.setattr(files, "_BLOCK", 2000)


Named = Callable[[str], str]


@pytest.fixture(params=["http", pytest.param("s3", marks=pytest.mark.clusters)])
def url_of(request: pytest.FixtureRequest, store: Store, monkeypatch: pytest.MonkeyPatch) -> Named:
    """The URL of an object of the store."""
    if request.param == "http":
        return lambda name: f"{store.place}/{name}"
    s3fs = pytest.importorskip("s3fs")
    monkeypatch.setattr(s3fs.S3FileSystem, "retries", 1)
    s3fs.S3FileSystem.clear_instance_cache()
    for name, value in {
        "AWS_ACCESS_KEY_ID": "x",
        "AWS_SECRET_ACCESS_KEY": "x",
        "AWS_ENDPOINT_URL": store.place,
        "AWS_DEFAULT_REGION": "us-east-1",
        "AWS_MAX_ATTEMPTS": "1",
        "AWS_RESPONSE_CHECKSUM_VALIDATION": "when_required",
    }.items():
        monkeypatch.setenv(name, value)
    return lambda name: f"s3://logs-{store.server_port}/{name}"


@pytest.mark.parametrize(
    ("trouble", "sentence"),
    [
        ("errors", "cannot be read to its end: "),
        ("half", "cannot be read to its end: "),
        ("silence", "cannot be read to its end: no answer within 0 seconds."),
        ("expired", "may not be read to its end ("),
        ("removed", "was removed while it was read."),
    ],
)
def test_what_came_before_the_trouble_is_kept(
    store: Store, url_of: Named, trouble: str, sentence: str
) -> None:
    store.trouble = trouble
    url = url_of("app.log")
    result = stacktraces.scan(url)
    (told,) = result.unreadable
    assert told.reason.startswith(f"{url} {sentence}")
    assert "\n" not in told.reason
    assert HALF - 1000 <= result.stats.bytes <= HALF + 2000
    assert 0 < result.stats.traces < WHOLE.stats.traces


def test_a_slow_store_is_waited_for(store: Store, url_of: Named) -> None:
    store.trouble = "slow"
    result = stacktraces.scan(url_of("app.log"))
    assert result.unreadable == []
    assert result.stats.traces == WHOLE.stats.traces


def test_the_command_says_so_and_shows_the_rest(store: Store) -> None:
    store.trouble = "denied"
    done = run("stacktraces", "log", "--format", "json", f"{store.place}/a.log", "nosuch://a/b", LOG)
    assert done.code == 3
    assert done.err.count("\n") == 2
    assert f"{store.place}/a.log may not be read (" in done.err
    assert "nosuch://a/b cannot be read: no source has the scheme nosuch" in done.err
    assert stacktraces.Result.from_json(done.out).stats.traces == WHOLE.stats.traces


def test_a_store_that_is_not_there_is_told_as_such(store: Store) -> None:
    store.server_close()
    (told,) = stacktraces.scan(f"{store.place}/app.log").unreadable
    assert f"{store.place}/app.log cannot be read: Cannot connect to host" in told.reason


@pytest.mark.clusters
@pytest.mark.parametrize("url_of", ["s3"], indirect=True)
def test_all_pages_of_a_large_bucket_are_listed(store: Store, url_of: Named) -> None:
    store.keys = 5_500
    found = [label_of(each) for each in expand([url_of("*.log")])]
    assert len(found) == store.keys
    assert found[-1] == url_of("005499.log")
    assert store.asked == 6
