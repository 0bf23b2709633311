"""Thread dumps that a Java program makes of itself, as text and in JSON."""

from __future__ import annotations

from pathlib import Path

import pytest

from stacktraces.model import Snapshot, Thread
from stacktraces.parsing import iterate
from tests.golden import CORPUS, check, inputs


def dump(text: str) -> Snapshot:
    (snapshot,) = iterate(text.encode())
    assert isinstance(snapshot, Snapshot)
    return snapshot


def threads(path: str) -> list[Thread]:
    return dump((CORPUS / path).read_text()).processes[0].threads


@pytest.mark.parametrize(
    "path",
    [*inputs("thread_info"), *inputs("thread_json")],
    ids=lambda path: f"{path.parent.name}/{path.stem}",
)
def test_captures_are_read_as_before(path: Path) -> None:
    check(path, list(iterate(path.read_bytes())))


@pytest.mark.parametrize("path", ["thread_info/17.txt", "thread_info/25-file.txt", "thread_json/25.txt"])
def test_who_waits_for_whom(path: str) -> None:
    found = threads(path)
    by_id = {each.id: each for each in found}
    (blocked,) = (each for each in found if each.state == "BLOCKED")
    (lock,) = blocked.locks_awaited
    assert lock.kind == "monitor of java.lang.Object"
    owner = by_id[lock.owner]
    assert lock.address in [each.address for each in owner.locks_held]
    assert "Dump.pick" in [each.function for each in owner.frames]
    parked = [each for each in found if each.frames[-3:] and "Dump.park" in [f.function for f in each.frames]]
    assert all("ReentrantLock" in (each.kind or "") for thread in parked for each in thread.locks_awaited)
    assert parked[0].locks_awaited


def test_what_is_waited_on_is_no_lock() -> None:
    (waiting,) = (each for each in threads("thread_info/17.txt") if each.name == "t4")
    assert (waiting.locks_held, waiting.locks_awaited) == ([], [])


def test_the_file_tells_process_and_time() -> None:
    snapshot = dump((CORPUS / "thread_info/25-file.txt").read_text())
    assert (snapshot.processes[0].pid, snapshot.time) == (8672, "2026-11-28T22:46:05.645190419Z")


@pytest.mark.parametrize(
    "text",
    [
        '{"threadDump": 3}\n',
        '{"threadDump": {"threadContainers": [{"threads": [{"name": 3}]}]}}\n',
        '{\n  "threadDump": {\n',
        '{"threadDump": ' + "[" * 100_000 + "}\n",
        'order "plum" Id=12 WAITING\n',
        '"plum" Id=12 SOLD\n',
        'see "threadDump"\n',
    ],
)
def test_near_misses(text: str) -> None:
    assert list(iterate(text.encode())) == []
