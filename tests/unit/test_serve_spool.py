"""What waits on the disk until it is stored."""

from __future__ import annotations

import asyncio
import os
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from stacktraces.serve.gathering import Gathering
from stacktraces.serve.spool import Body, Spool

REQUESTS = 20


async def _put_together(spool: Spool, monkeypatch: pytest.MonkeyPatch) -> tuple[list[Any], int]:
    """What many requests get that come while the first one is written, and how many files are written."""
    go, files = threading.Event(), 0
    keep = Spool.put_all

    def slowly(spool: Spool, bodies: Sequence[Body]) -> list[str]:
        nonlocal files
        files += 1
        go.wait()
        return keep(spool, bodies)

    monkeypatch.setattr(Spool, "put_all", slowly)
    gathering = Gathering(spool)
    asked = [
        asyncio.ensure_future(gathering.put(Body("shop", "text", b"%d" % each))) for each in range(REQUESTS)
    ]
    while not files:
        await asyncio.sleep(0)
    asked[1].cancel()
    go.set()
    return await asyncio.gather(*asked, return_exceptions=True), files


def test_requests_that_wait_share_a_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    spool = Spool(tmp_path)
    ids, files = asyncio.run(_put_together(spool, monkeypatch))
    assert files == len(list(tmp_path.iterdir())) <= 2
    assert isinstance(ids.pop(1), asyncio.CancelledError)
    assert set(ids) < {each.id for each in spool.entries()}
    assert {each.content for each in spool.entries()} == {b"%d" % each for each in range(REQUESTS)}
    assert len(spool) == REQUESTS


def test_each_of_those_that_share_a_file_hears_that_the_disk_is_full(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "replace", full)
    found, _ = asyncio.run(_put_together(Spool(tmp_path), monkeypatch))
    assert {type(each) for each in found} == {OSError, asyncio.CancelledError}
    assert list(tmp_path.iterdir()) == []


def test_files_come_whole_and_go_whole(tmp_path: Path) -> None:
    spool = Spool(tmp_path)
    spool.put("shop", "text", b"first")
    spool.put_all([Body("shop", "text", b"%d" % each) for each in range(REQUESTS - 1)])
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
