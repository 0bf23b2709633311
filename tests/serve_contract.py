"""What holds of the site on every database: what is taken in is stored once, judged, and read again."""

from __future__ import annotations

import gzip
import multiprocessing
import os
import signal
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest
from sqlalchemy import inspect
from starlette.testclient import TestClient

from stacktraces.errors import StoreError
from stacktraces.serve import changes
from stacktraces.serve import worker as worker_module
from stacktraces.serve.application import create_application
from stacktraces.serve.settings import Settings
from stacktraces.serve.spool import Spool
from stacktraces.serve.store import Filter, SiteStore, adding
from stacktraces.serve.worker import Worker

SAMPLES = Path(__file__).parent / "corpus" / "serve"
TRACE = """\
2026-03-01 10:00:00 ERROR failed
Traceback (most recent call last):
  File "/srv/shop/cart.py", line 3, in total
    return prices["x"]
KeyError: 'x'
"""


class Site:
    def __init__(self, folder: Path, database: str, most_bytes: int = 10_000) -> None:
        settings = Settings(database=database, data=folder / "data", most_bytes=most_bytes)
        self.application = create_application(settings)
        self.store: SiteStore = self.application.state.store
        self.store.add_project("shop", "Shop")
        self.write = {"Authorization": f"Bearer {self.store.add_token('shop', 'write', 'w')}"}
        self.read = {"Authorization": f"Bearer {self.store.add_token('shop', 'read', 'r')}"}
        self.client = TestClient(self.application)

    def settle(self) -> None:
        """Store what waits, as the worker does."""
        self.application.state.worker.empty()


def _pack(content: bytes, encoding: str) -> bytes:
    if encoding == "br":
        packed: bytes = pytest.importorskip("brotli").compress(content)
        return packed
    zstd = pytest.importorskip("compression.zstd" if sys.version_info >= (3, 14) else "backports.zstd")
    return bytes(zstd.compress(content))


def _all_of(store: SiteStore) -> dict[str, tuple[int, int, int]]:
    """Of each issue how often it was seen, by what is known of it, by its totals and by its occurrences."""
    issues = list(store.known.issues())
    counts = store.counts([each.id for each in issues])
    return {
        each.id: (each.count, sum(counts.get(each.id, {}).values()), len(store.occurrences(each.id)))
        for each in issues
    }


def _change_and_die(database: str, change: str, given: tuple[object, ...], killed: str) -> None:
    """Changes issues in a process that is killed before, or behind, what was stored of them is moved."""
    move = adding.move

    def moved(*arguments: Any) -> None:
        if killed == "behind":
            move(*arguments)
        os.kill(os.getpid(), signal.SIGKILL)

    adding.move = moved
    getattr(changes, change)(SiteStore(database), *given)


class SiteContract:
    """A subclass has the fixture ``database``, which names one of no tables."""

    @pytest.fixture
    def site(self, tmp_path: Path, database: str) -> Iterator[Site]:
        site = Site(tmp_path, database)
        yield site
        site.store.close()

    def test_a_log_becomes_an_issue_with_its_occurrences(self, site: Site) -> None:
        for _ in range(2):
            assert site.client.post("/api/text", content=TRACE, headers=site.write).status_code == 202
        site.settle()
        answer = site.client.get("/api/issues", headers=site.read).json()
        assert answer["total"] == 1
        (issue,) = answer["issues"]
        assert issue["title"] == "KeyError: 'x' in total"
        found = site.client.get(f"/api/issues/{issue['id']}/occurrences", headers=site.read).json()[
            "occurrences"
        ]
        assert [each["seen"] for each in found] == ["2026-03-01T10:00:00Z"] * 2
        (known,) = site.store.known.issues()
        assert known.count == 2

    def test_occurrences_stand_with_the_issue_that_counts_them(self, site: Site) -> None:
        for said in ("'x'", "no price of that name", "no price of that name"):
            site.client.post("/api/text", content=TRACE.replace("'x'", said), headers=site.write)
            site.settle()
        first, second = site.store.known.issues()
        for issue, count in ((first, 1), (second, 2)):
            assert issue.count == count
            assert len(site.store.occurrences(issue.id)) == count
            assert sum(site.store.counts([issue.id])[issue.id].values()) == count

    def test_an_entry_that_is_read_again_counts_once(self, site: Site, tmp_path: Path) -> None:
        """As after a crash between storing an entry and forgetting it."""
        spool = Spool(tmp_path / "again")
        spool.put("shop", "text", TRACE.encode())
        (file,) = (tmp_path / "again").iterdir()
        content = file.read_bytes()
        worker = Worker(spool, site.store)
        worker.empty()
        file.write_bytes(content)
        worker.empty()
        (known,) = site.store.known.issues()
        assert (known.count, len(site.store.occurrences(known.id)), len(spool)) == (1, 1, 0)

    def test_a_large_entry_is_stored_in_parts_each_once(
        self, site: Site, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(worker_module, "MOST_AT_ONCE", 3)
        site.client.post("/api/text", content=TRACE, headers=site.write)
        site.client.post("/api/text", content=TRACE * 8, headers=site.write)
        take, times = site.store.take, iter(range(3))

        def interrupted(*arguments: Any) -> bool:
            if next(times, None) is None:
                raise StoreError("gone")
            return take(*arguments)

        with monkeypatch.context() as patched:
            patched.setattr(site.store, "take", interrupted)
            with pytest.raises(StoreError):
                site.settle()
        (issue,) = site.store.known.issues()
        assert issue.count == 7
        site.settle()
        (issue,) = site.store.known.issues()
        assert (issue.count, len(site.store.occurrences(issue.id))) == (9, 9)
        assert len(site.application.state.spool) == 0

    def test_tokens_may_do_one_thing_in_one_project(self, site: Site) -> None:
        assert site.client.post("/api/text", content=TRACE).status_code == 401
        assert site.client.post("/api/text", content=TRACE, headers=site.read).status_code == 403
        assert site.client.get("/api/issues", headers=site.write).status_code == 403

    @pytest.mark.parametrize(
        ("content", "encoding", "status"),
        [
            (b"x" * 10_001, "", 413),
            (gzip.compress(b"x" * 1_000_000), "gzip", 413),
            (b"no gzip", "gzip", 400),
            (b"x", "exotic", 415),
            (gzip.compress(TRACE.encode()), "gzip", 202),
        ],
    )
    def test_bodies_are_bounded_before_and_after_unpacking(
        self, site: Site, content: bytes, encoding: str, status: int
    ) -> None:
        headers = site.write | ({"Content-Encoding": encoding} if encoding else {})
        assert site.client.post("/api/text", content=content, headers=headers).status_code == status

    def test_a_full_disk_acknowledges_nothing(self, site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
        def full(*_: object) -> str:
            raise OSError(28, "No space left on device")

        monkeypatch.setattr(site.application.state.spool, "put_all", full)
        answer = site.client.post("/api/text", content=TRACE, headers=site.write)
        assert (answer.status_code, answer.json()) == (
            503,
            {"error": "It cannot be kept now: try again later."},
        )

    def test_issues_are_filtered_and_paged(self, site: Site) -> None:
        for name in ("cart", "stock", "pay"):
            text = TRACE.replace("cart", name).replace("total", name).replace("'x'", f"'{name}'")
            site.client.post("/api/text", content=text, headers=site.write)
        site.settle()
        assert site.store.issues(Filter(project="shop")).total == 3
        assert site.store.issues(Filter(project="other")).total == 0
        assert site.store.issues(Filter(own_file="/srv/shop/stock.py")).total == 1
        assert site.store.issues(Filter(text="PAY")).total == 1
        assert site.store.issues(Filter(status="resolved")).total == 0
        assert len(site.store.issues(Filter(), most=2).issues) == 2
        assert len(site.store.issues(Filter(), most=2, after=2).issues) == 1
        assert site.client.get("/api/issues?limit=x", headers=site.read).status_code == 400
        assert site.client.get("/api/issues?status=x", headers=site.read).status_code == 400

    @pytest.mark.parametrize(
        ("text", "structured"),
        [
            (
                "python.txt",
                [("/api/1/envelope/", "python.envelope"), ("/v1/logs", "python-opentelemetry.protobuf")],
            ),
            ("node.txt", [("/api/1/envelope/", "node.envelope")]),
            ("ruby.txt", [("/api/1/envelope/", "ruby.envelope")]),
            ("go.txt", [("/api/1/store/", "go.store")]),
        ],
    )
    def test_structured_stacks_are_the_issue_of_the_text(
        self, site: Site, text: str, structured: list[tuple[str, str]]
    ) -> None:
        key = site.write["Authorization"].removeprefix("Bearer ")
        headers = {**site.write, "X-Sentry-Auth": f"Sentry sentry_version=7, sentry_key={key}"}
        assert site.client.post(
            "/api/text", content=(SAMPLES / text).read_bytes(), headers=headers
        ).is_success
        for path, name in structured:
            kind = {"Content-Type": "application/x-protobuf"} if path == "/v1/logs" else {}
            content = (SAMPLES / name).read_bytes()
            assert site.client.post(path, content=content, headers=headers | kind).is_success
        site.settle()
        (issue,) = site.store.known.issues()
        assert len(site.store.occurrences(issue.id)) == 1 + len(structured)

    def test_an_event_that_is_sent_again_counts_once(self, site: Site) -> None:
        key = site.write["Authorization"].removeprefix("Bearer ")
        for _ in range(3):
            url = f"/api/1/envelope/?sentry_key={key}"
            assert site.client.post(url, content=(SAMPLES / "node.envelope").read_bytes()).is_success
        site.settle()
        (issue,) = site.store.known.issues()
        assert (issue.count, len(site.store.occurrences(issue.id))) == (1, 1)

    @pytest.mark.parametrize(
        "records",
        [
            [{"file": "/var/log/app.log", "host": "h1", "message": line} for line in TRACE.splitlines()],
            [{"date": 1772359200.25, "log": line} for line in TRACE.splitlines()],
        ],
        ids=["vector", "fluent-bit"],
    )
    @pytest.mark.parametrize("shape", ["lines", "array"])
    def test_records_of_log_shippers_are_put_together(
        self, site: Site, records: list[dict[str, object]], shape: str
    ) -> None:
        """As their documentation has the records."""
        lines = b"".join(msgspec.json.encode(each) + b"\n" for each in records)
        content = lines if shape == "lines" else msgspec.json.encode(records)
        assert site.client.post("/api/lines", content=content, headers=site.write).status_code == 202
        site.settle()
        assert site.store.issues(Filter()).issues[0].title == "KeyError: 'x' in total"

    @pytest.mark.parametrize(
        ("path", "content", "kind"),
        [
            ("/api/1/envelope/", b"no json", "application/x-sentry-envelope"),
            ("/api/1/envelope/", b'{}\n{"type":"event","length":99}\n{}', "application/x-sentry-envelope"),
            ("/api/1/store/", b"[" * 5000, "application/json"),
            ("/v1/logs", b"[" * 5000, "application/json"),
            ("/v1/logs", b"\x0a\xff", "application/x-protobuf"),
            ("/v1/logs", b"\xff" * 20, "application/x-protobuf"),
        ],
    )
    def test_a_body_that_is_none_is_refused(self, site: Site, path: str, content: bytes, kind: str) -> None:
        key = site.write["Authorization"].removeprefix("Bearer ")
        headers = {**site.write, "Content-Type": kind, "X-Sentry-Auth": f"Sentry sentry_key={key}"}
        assert site.client.post(path, content=content, headers=headers).status_code == 400

    @pytest.mark.parametrize("encoding", ["br", "zstd"])
    def test_other_encodings_are_bounded_too(self, site: Site, encoding: str) -> None:
        for content, status in ((TRACE.encode(), 202), (b"x" * 5_000_000, 413)):
            packed = _pack(content, encoding)
            headers = {**site.write, "Content-Encoding": encoding}
            assert site.client.post("/api/text", content=packed, headers=headers).status_code == status
            assert site.client.post("/api/text", content=packed[:-1], headers=headers).status_code in (
                400,
                413,
            )

    @pytest.mark.parametrize("change", ["merge", "split"])
    def test_a_kill_in_the_midst_of_a_change_leaves_all_as_it_was(
        self, site: Site, database: str, change: str
    ) -> None:
        for name in ("cart", "stock"):
            text = TRACE.replace("cart", name).replace("total", name)
            site.client.post("/api/text", content=text, headers=site.write)
        site.settle()
        first, second = (each.id for each in site.store.issues(Filter()).issues)
        if change == "split":
            changes.merge(site.store, first, [second])
        before = _all_of(site.store)
        given = (first, [second]) if change == "merge" else (first, second)
        for killed in ("before", "behind"):
            process = multiprocessing.get_context("fork").Process(
                target=_change_and_die, args=(database, change, given, killed)
            )
            process.start()
            process.join()
            assert process.exitcode == -signal.SIGKILL
            assert _all_of(site.store) == before
        getattr(changes, change)(site.store, *given)
        assert _all_of(site.store) != before

    def test_totals_go_with_issues_that_are_merged_and_split(self, site: Site) -> None:
        for name in ("cart", "stock"):
            text = TRACE.replace("cart", name).replace("total", name)
            site.client.post("/api/text", content=text, headers=site.write)
        site.settle()
        first, second = (each.id for each in site.store.issues(Filter()).issues)
        changes.merge(site.store, first, [second])
        assert [each.id for each in site.store.issues(Filter(text="stock")).issues] == [first]
        assert sum(site.store.counts([first])[first].values()) == 2
        made = changes.split(site.store, first, second)
        assert sum(site.store.counts([made.id])[made.id].values()) == 1
        assert site.store.issues(Filter()).total == 2

    def test_secrets_reach_no_table_and_part_no_issues(self, site: Site, database: str) -> None:
        secret = "hunter2sesame"
        text = TRACE.replace("'x'", f"cannot log in with password={secret}").replace(
            'prices["x"]', f'log_in(password="{secret}")'
        )
        text = text.replace("ERROR failed", f"ERROR failed, Authorization: Bearer {secret}")
        frame = {
            "function": "total",
            "module": "cart",
            "filename": "cart.py",
            "abs_path": "/srv/shop/cart.py",
            "lineno": 3,
            "vars": {"password": secret, "headers": {"Cookie": f"a={secret}"}},
        }
        error = {
            "type": "KeyError",
            "value": f"cannot log in with password={secret}",
            "stacktrace": {"frames": [frame]},
        }
        event = {"event_id": "a" * 32, "platform": "python", "exception": {"values": [error]}}
        key = site.write["Authorization"].removeprefix("Bearer ")
        assert site.client.post("/api/text", content=text, headers=site.write).is_success
        content = msgspec.json.encode(event)
        assert site.client.post(f"/api/1/store/?sentry_key={key}", content=content).is_success
        site.settle()
        (issue,) = site.store.known.issues()
        assert len(site.store.occurrences(issue.id)) == 2
        with site.store.known.connection(writes=False) as connection:
            for table in inspect(connection).get_table_names():
                rows = connection.exec_driver_sql(f"SELECT * FROM {table}").all()
                assert secret not in repr(rows), table
            assert "[scrubbed" in repr(connection.exec_driver_sql("SELECT trace FROM site_occurrence").all())
