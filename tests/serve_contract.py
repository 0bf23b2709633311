"""What holds of the site on every database: what is taken in is stored once, judged, and read again."""

from __future__ import annotations

import gzip
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest
from starlette.testclient import TestClient

from stacktraces.serve.application import create_application
from stacktraces.serve.settings import Settings
from stacktraces.serve.spool import Spool
from stacktraces.serve.store import Filter, SiteStore
from stacktraces.serve.worker import Worker

TRACE = """\
2026-03-01 10:00:00 ERROR failed
Traceback (most recent call last):
  File "/srv/shop/cart.py", line 3, in total
    return prices["x"]
KeyError: 'x'
"""


class Site:
    def __init__(self, folder: Path, database: str) -> None:
        settings = Settings(database=database, data=folder / "data", most_bytes=10_000)
        self.application = create_application(settings)
        self.store: SiteStore = self.application.state.store
        self.store.add_project("shop", "Shop")
        self.write = {"Authorization": f"Bearer {self.store.add_token('shop', 'write', 'w')}"}
        self.read = {"Authorization": f"Bearer {self.store.add_token('shop', 'read', 'r')}"}
        self.client = TestClient(self.application)

    def settle(self) -> None:
        """Store what waits, as the worker does."""
        self.application.state.worker.empty()


def _packed(entry: object) -> bytes:
    return msgspec.msgpack.encode(entry)


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

    def test_an_entry_that_is_read_again_counts_once(self, site: Site, tmp_path: Path) -> None:
        """As after a crash between storing an entry and forgetting it."""
        spool = Spool(tmp_path / "again")
        spool.put("shop", "text", TRACE.encode())
        (entry,) = spool.entries()
        worker = Worker(spool, site.store)
        worker.empty()
        (tmp_path / "again" / f"{entry.id}.entry").write_bytes(_packed(entry))
        worker.empty()
        (known,) = site.store.known.issues()
        assert (known.count, len(site.store.occurrences(known.id)), len(spool)) == (1, 1, 0)

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

        monkeypatch.setattr(site.application.state.spool, "put", full)
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
