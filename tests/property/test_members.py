"""A compressed file of several members gives the same however it is cut, damaged or deceiving."""

from __future__ import annotations

import gzip
import random
import zlib
from concurrent.futures import Future
from datetime import datetime
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bench import logs
from stacktraces.library.clusters import scan_tasks
from stacktraces.results.result import Result
from stacktraces.scanning import Options, group
from stacktraces.scanning.parallel import executors, partition, processes
from stacktraces.scanning.parallel.executors import scan_with, tasks_of
from stacktraces.scanning.reading import spans
from stacktraces.sources import members
from stacktraces.sources import seekable as seekable_sources
from stacktraces.sources.members import MembersDiffer
from stacktraces.sources.seekable import seekable
from tests.conftest import zstd

OPTIONS = Options(now=datetime(2024, 6, 1))
PACKERS = {"gzip": lambda text: gzip.compress(text, 1), "zstd": zstd.compress}
SIZE = 300_000


class Inline:
    """An executor that does each task at once."""

    def __init__(self) -> None:
        self.differed = 0

    def submit(self, function: Any, *given: Any) -> Future[bytes]:
        future: Future[bytes] = Future()
        try:
            future.set_result(function(*given))
        except MembersDiffer as error:
            self.differed += 1
            future.set_exception(error)
        return future


class Log(bytes):
    """What is not to be printed when a test fails."""

    def __repr__(self) -> str:
        return f"Log of {len(self)} bytes"


@pytest.fixture(scope="module")
def text(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    path = tmp_path_factory.mktemp("log") / "app.log"
    logs.write(path, size=SIZE, share=0.3, carrier="plain", distinct=40, seed=3)
    return Log(path.read_bytes()[:SIZE])


@pytest.fixture(autouse=True)
def _small(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is megabytes elsewhere, in kilobytes."""
    monkeypatch.setattr(members, "_APART", 4_000)
    monkeypatch.setattr(seekable_sources, "_PROBE_OF_FILE", 2 << 20)
    monkeypatch.setattr(spans, "_RUN_UP", 30_000)
    monkeypatch.setattr(partition, "_SMALLEST_PART", 1_000)
    monkeypatch.setattr(partition, "_FILE_WEIGHT", 100)
    monkeypatch.setattr(processes, "_RUN_UP", 20_000)


def packed(text: bytes, cuts: list[int], packing: str) -> bytes:
    borders = [0, *sorted(cuts), len(text)]
    pack = PACKERS[packing]
    return b"".join(pack(text[start:end]) for start, end in pairwise(borders))


def essence(result: Result) -> bytes:
    result.stats.seconds = 0.0
    return result.to_json(show_locals=True)


def by_tasks(path: Path, part: int, chance: random.Random) -> Result:
    todo = list(tasks_of([str(path)], part))
    chance.shuffle(todo)
    half = len(todo) // 2
    given = [*scan_tasks(todo[:half], now=OPTIONS.now), *scan_tasks(todo[half:], now=OPTIONS.now)]
    return Result.sum(map(Result.from_json, given))


def by_executor(path: Path, part: int, executor: Inline, monkeypatch: pytest.MonkeyPatch) -> Result:
    with monkeypatch.context() as patched:
        patched.setattr(executors.tasks_of, "__defaults__", (part,))
        return scan_with(executor, [str(path)], OPTIONS)  # type: ignore[arg-type]


MEMBERS = st.lists(st.integers(0, SIZE), min_size=1, max_size=60)


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(MEMBERS, st.integers(20_000, 150_000), st.sampled_from(sorted(PACKERS)), st.randoms())
def test_any_members_cut_into_any_tasks_add_up(
    tmp_path: Path, text: bytes, cuts: list[int], part: int, packing: str, chance: random.Random
) -> None:
    path = tmp_path / "app.log"
    path.write_bytes(packed(text, cuts, packing))
    assert essence(by_tasks(path, part, chance)) == essence(group([path], OPTIONS))


@pytest.mark.parametrize("packing", PACKERS)
@pytest.mark.parametrize("size", [700, 9_000, 70_000])
def test_processes_share_the_members(tmp_path: Path, text: bytes, packing: str, size: int) -> None:
    path = tmp_path / "app.log"
    path.write_bytes(packed(text, list(range(size, SIZE, size)), packing))
    warm_up, parts = partition.plan([(0, str(path))], 3)
    assert len(parts) > 1
    assert warm_up < SIZE
    grouped = group([path], Options(now=OPTIONS.now, jobs=3))
    assert essence(grouped) == essence(group([path], OPTIONS))


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(MEMBERS, st.sampled_from(sorted(PACKERS)), st.randoms(), st.booleans())
def test_a_damaged_file_gives_what_came_before_the_damage(
    tmp_path: Path,
    text: bytes,
    monkeypatch: pytest.MonkeyPatch,
    cuts: list[int],
    packing: str,
    chance: random.Random,
    cut: bool,
) -> None:
    path = tmp_path / "app.log"
    data = bytearray(packed(text, cuts, packing))
    at = chance.randrange(20, len(data))
    if cut:
        del data[at:]
    else:
        data[at] ^= chance.randint(1, 255)
    path.write_bytes(data)
    whole = essence(group([path], OPTIONS))
    assert essence(by_executor(path, 40_000, Inline(), monkeypatch)) == whole
    assert essence(group([path], Options(now=OPTIONS.now, jobs=2))) == whole


def test_a_member_within_the_text_of_another_is_found_out(
    tmp_path: Path, text: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Stored without compression, a gzip file within a log looks as if the log were cut there."""
    within = gzip.compress(text[:5_000])
    first = text[:50_000] + (50_000).to_bytes(4, "little") + within + b"\n" + text[50_000:]
    compressor = zlib.compressobj(0, wbits=31)
    path = tmp_path / "app.log"
    path.write_bytes(compressor.compress(first) + compressor.flush() + gzip.compress(text))
    assert seekable(str(path)) is not None
    whole = essence(group([path], OPTIONS))
    executor = Inline()
    assert essence(by_executor(path, 40_000, executor, monkeypatch)) == whole
    assert executor.differed > 0
    assert essence(group([path], Options(now=OPTIONS.now, jobs=2))) == whole
    refused = by_tasks(path, 40_000, random.Random(1)).unreadable
    assert "scan it on its own" in refused[0].reason


def test_what_cannot_be_cut_is_left_whole(tmp_path: Path, text: bytes) -> None:
    stream = zstd.ZstdCompressor()
    unsized = stream.compress(text) + stream.flush()
    kinds = {
        "plain": text,
        "one": gzip.compress(text),
        "far": gzip.compress(random.Random(1).randbytes(3 << 20)) + gzip.compress(text),
        "unsized": unsized + unsized,
        "twice": gzip.compress(gzip.compress(text)) + gzip.compress(b""),
        "utf-16": gzip.compress(text.decode().encode("utf-16")) * 2,
    }
    for name, data in kinds.items():
        path = tmp_path / name
        path.write_bytes(data)
        assert seekable(str(path)) is None, name
    assert seekable("-") is None
    assert seekable(str(tmp_path)) is None


def test_skippable_frames_go_with_the_frames_around_them(tmp_path: Path, text: bytes) -> None:
    """As the seekable format of zstd has them at its end, and pzstd before each frame."""
    skipped = b"\x50\x2a\x4d\x18" + (40).to_bytes(4, "little") + bytes(40)
    frames = [zstd.compress(text[start : start + 20_000]) for start in range(0, SIZE, 20_000)]
    path = tmp_path / "app.zst"
    path.write_bytes(skipped + skipped.join(frames) + skipped)
    found = seekable(str(path))
    assert found is not None
    assert found.size == len(text)
    assert essence(by_tasks(path, 30_000, random.Random(1))) == essence(group([path], OPTIONS))
