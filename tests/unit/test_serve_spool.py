"""What waits on the disk until it is stored."""

from __future__ import annotations

import os
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from stacktraces.serve.spool import Spool

REQUESTS = 20


class _Disk:
    """Lets the first file wait until the others have asked, and counts what is brought to the disk."""

    def __init__(self, spool: Spool, monkeypatch: pytest.MonkeyPatch) -> None:
        self._spool = spool
        self._go = threading.Event()
        self._sync = os.fsync
        self.synced = 0
        monkeypatch.setattr(os, "fsync", self._bring)

    def _bring(self, descriptor: int) -> None:
        self.synced += 1
        self._go.wait()
        self._sync(descriptor)

    def put_together(self) -> list[str]:
        """The ids of many requests that come while the first one is brought to the disk."""
        with ThreadPoolExecutor(REQUESTS) as threads:
            first = threads.submit(self._spool.put, "shop", "text", b"0")
            while not self.synced:
                pass
            rest = [
                threads.submit(self._spool.put, "shop", "text", b"%d" % each) for each in range(1, REQUESTS)
            ]
            while len(self._spool._waiting) < len(rest):
                pass
            self._go.set()
            return [each.result() for each in (first, *rest)]


def test_requests_that_wait_share_a_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    spool = Spool(tmp_path)
    disk = _Disk(spool, monkeypatch)
    ids = disk.put_together()
    assert len(list(tmp_path.iterdir())) == 2
    assert disk.synced == 4, "the file and its folder, of the first one and of the others"
    assert {each.id for each in spool.entries()} == set(ids)
    assert {each.content for each in spool.entries()} == {b"%d" % each for each in range(REQUESTS)}
    assert len(spool) == REQUESTS


def test_each_of_those_that_share_a_file_hears_that_the_disk_is_full(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    spool = Spool(tmp_path)

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "replace", full)
    with ThreadPoolExecutor(REQUESTS) as threads:
        asked = [threads.submit(spool.put, "shop", "text", b"x") for _ in range(REQUESTS)]
    assert [type(each.exception()) for each in asked] == [OSError] * REQUESTS
    assert list(tmp_path.iterdir()) == []


def test_files_come_whole_and_go_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    spool = Spool(tmp_path)
    _Disk(spool, monkeypatch).put_together()
    assert len(spool.first(1, 1000)) == 1
    found = spool.first(2, 1000)
    assert len(found) == REQUESTS
    spool.remove(found[:1])
    assert len(spool) == REQUESTS - 1
    spool.remove(found)
    assert list(tmp_path.iterdir()) == []


def test_what_cannot_be_stored_is_kept_aside(tmp_path: Path) -> None:
    spool = Spool(tmp_path)
    spool.put("shop", "text", b"x")
    (entry,) = spool.first(1, 1000)
    spool.set_aside(entry)
    spool.remove([entry])
    assert [each.name for each in tmp_path.iterdir()] == [f"{entry.id}.refused"]
    assert len(spool) == 0


def test_a_file_that_cannot_be_read_is_kept_aside(tmp_path: Path) -> None:
    spool = Spool(tmp_path)
    spool.put("shop", "text", b"x")
    (file,) = tmp_path.iterdir()
    file.write_bytes(b"\xc1")
    (tmp_path / "notes.entries").write_text("somebody's")
    assert spool.first(1, 1000) == []
    assert sorted(each.suffix for each in tmp_path.iterdir()) == [".entries", ".refused"]
