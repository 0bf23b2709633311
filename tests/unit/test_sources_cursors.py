"""A log that is read again and again counts once, however it grows, is rotated or is packed."""

from __future__ import annotations

import gzip
import json
import random
from pathlib import Path

import pytest

import stacktraces
from bench import logs
from stacktraces.scanning.reading import spans
from tests.cli.support import run

LOG = Path(__file__).parents[2] / "examples" / "python.log"


def counted(result: stacktraces.Result) -> dict[str, int]:
    return {each.fingerprint: each.count for each in result.groups}


def read_on(cursor: Path, *sources: Path | str) -> stacktraces.Result:
    reached = stacktraces.CursorFile(str(cursor))
    result = stacktraces.scan(sources, cursor=reached)
    reached.save()
    return result


@pytest.mark.parametrize("run_up", [None, 40_000])
def test_a_log_that_grows_counts_once(
    tmp_path: Path, run_up: int | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    if run_up:
        monkeypatch.setattr(spans, "_RUN_UP", run_up)
    logs.write(tmp_path / "whole.log", size=300_000, share=0.3, distinct=20, seed=1)
    content = (tmp_path / "whole.log").read_bytes()
    path, chance = tmp_path / "app.log", random.Random(3)
    ends = sorted(content.index(b"\n2", chance.randrange(len(content) - 9000)) + 1 for _ in range(6))
    parts = []
    for end in [*ends, ends[-1], len(content)]:
        path.write_bytes(content[:end])
        parts.append(read_on(tmp_path / "cursor", path))
    assert parts[-2].stats.traces == 0
    total, whole = stacktraces.Result.sum(parts), stacktraces.scan(path)
    assert counted(total) == counted(whole)
    assert [each.sources for each in total.groups] == [each.sources for each in whole.groups], "lines, too"
    assert total.stats.bytes == len(content)


def test_a_log_that_is_rotated_and_packed_is_known_again(tmp_path: Path) -> None:
    content = LOG.read_bytes()
    (tmp_path / "app.log").write_bytes(content)
    assert read_on(tmp_path / "cursor", tmp_path / "app.log").stats.traces == 10
    (tmp_path / "app.log").rename(tmp_path / "app.log.1")
    (tmp_path / "app.log").write_bytes(b"2015-03-09 00:00:00,000 INFO begins anew\n" + content)
    assert read_on(tmp_path / "cursor", f"{tmp_path}/app.log*").stats.traces == 10
    (tmp_path / "app.log.1").unlink()
    (tmp_path / "app.log.1.gz").write_bytes(gzip.compress(content))
    assert read_on(tmp_path / "cursor", f"{tmp_path}/app.log*").stats.traces == 0


def test_a_log_that_begins_anew_is_another(tmp_path: Path) -> None:
    (tmp_path / "app.log").write_bytes(LOG.read_bytes())
    read_on(tmp_path / "cursor", tmp_path / "app.log")
    (tmp_path / "app.log").write_bytes(b"begins anew\n" + LOG.read_bytes())
    assert read_on(tmp_path / "cursor", tmp_path / "app.log").stats.traces == 10


def test_update_twice_counts_once(tmp_path: Path) -> None:
    arguments = (
        "--known",
        tmp_path / "known.db",
        "--update",
        "--cursor",
        tmp_path / "cursor",
        "--format",
        "json",
    )
    for traces in (10, 0):
        done = run("stacktraces", "log", LOG, *arguments)
        assert done.code == 0, done.err
        assert json.loads(done.out)["stats"]["traces"] == traces
    with stacktraces.KnownIssues.open(tmp_path / "known.db") as known:
        assert sum(each.count for each in known.issues()) == 10


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        ("no JSON", "is no cursor file"),
        ('{"version": 9, "sources": []}', "is of another version of stacktraces"),
    ],
)
def test_a_file_that_is_no_cursor_is_refused_and_left_alone(
    tmp_path: Path, content: str, sentence: str
) -> None:
    path = tmp_path / "cursor"
    path.write_text(content)
    done = run("stacktraces", "log", LOG, "--cursor", path)
    assert done.code == 2
    assert sentence in done.err
    assert path.read_text() == content


def test_a_cursor_goes_with_one_process(tmp_path: Path) -> None:
    done = run("stacktraces", "log", LOG, "--cursor", tmp_path / "cursor", "--jobs", "2")
    assert done.code == 2
    assert not (tmp_path / "cursor").exists()
    done = run("stacktraces", "log", LOG, "--cursor", tmp_path / "no" / "cursor")
    assert done.code == 2
    assert "cannot be written" in done.err
