"""The logs that the benchmarks read."""

from __future__ import annotations

import json
from itertools import islice
from pathlib import Path

import pytest

from bench import distinct_logs, logs, runtime_logs
from stacktraces.scanning import group


def test_the_same_seed_gives_the_same_bytes(tmp_path: Path) -> None:
    first, second, other = (tmp_path / name for name in ("first", "second", "other"))
    for path, seed in ((first, 4), (second, 4), (other, 5)):
        logs.write(path, size=100_000, share=0.5, distinct=10, seed=seed)
    assert first.read_bytes() == second.read_bytes() != other.read_bytes()
    assert 100_000 <= first.stat().st_size < 110_000


def test_the_share_of_records_with_a_trace(tmp_path: Path) -> None:
    path = tmp_path / "log"
    logs.write(path, size=2_000_000, share=0.2, distinct=10)
    lines = path.read_bytes().splitlines()
    records = sum(line.startswith(b"2024-") for line in lines)
    traced = sum(b"Unhandled error in request" in line for line in lines)
    assert 0.17 < traced / records < 0.23


def test_wrapped_lines_hold_the_plain_ones() -> None:
    lines = [b'  File "/srv/a.py", line 3, in f', b"x \\ y"]
    cri = logs.in_cri(lines, 0).split(b"\n")
    assert [each.split(b" ", 3)[-1] for each in cri[:-1]] == lines
    docker = logs.in_docker(lines, 0).split(b"\n")
    assert [json.loads(each)["log"] for each in docker[:-1]] == [line.decode() + "\n" for line in lines]


_RUNTIMES = {"elixir": "erlang", "node": "javascript"}
"""By the names of their logs, where that is another."""


@pytest.mark.parametrize("runtime", sorted(runtime_logs.SHAPES))
def test_each_stack_of_another_runtime_is_found_once(runtime: str, tmp_path: Path) -> None:
    path = tmp_path / "log"
    texts = list(islice(runtime_logs.records(runtime, 0.5, 20, seed=2), 400))
    assert texts == list(islice(runtime_logs.records(runtime, 0.5, 20, seed=2), 400))
    path.write_bytes(b"".join(texts))
    found = group([str(path)])
    assert found.stats.traces == sum(text.count(b"\n") > 2 for text in texts)
    assert 10 < found.stats.groups <= 20
    assert {each.runtime for each in found.groups} == {_RUNTIMES.get(runtime, runtime)}


@pytest.mark.parametrize("runtime", sorted(distinct_logs.SHAPES))
def test_each_distinct_stack_of_a_runtime_is_found(runtime: str, tmp_path: Path) -> None:
    path = tmp_path / "log"
    for kind in distinct_logs.KINDS:
        texts = list(islice(distinct_logs.records(runtime, kind, seed=2), 40))
        assert len(set(texts)) == len(texts)
        path.write_bytes(b"".join(texts))
        found = group([str(path)])
        assert found.stats.traces == found.stats.groups == len(texts)
        assert {each.runtime for each in found.groups} == {_RUNTIMES.get(runtime, runtime)}
