"""``stacktraces merge``: the sum of saved results is the result of the whole."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any

import pytest

from tests.cli.support import run

ROOT = Path(__file__).parents[2]
LOG = ROOT / "examples" / "python.log"
OTHER = ROOT / "tests" / "corpus" / "python" / "3.11-plain.native.txt"


def document(*arguments: object) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(run("stacktraces", *arguments, "--format", "json").out)
    found["stats"]["seconds"] = 0
    return found


def saved(folder: Path, *paths: Path) -> list[Path]:
    results = []
    for number, path in enumerate(paths):
        results.append(folder / f"{number}.json")
        results[-1].write_text(run("stacktraces", "log", path, "--format", "json").out)
    return results


def test_the_sum_of_results_is_the_result_of_all(tmp_path: Path) -> None:
    one, other = saved(tmp_path, LOG, OTHER)
    whole = document("log", LOG, OTHER)
    assert document("merge", one, other) == whole
    assert document("merge", other, one) == whole
    packed = tmp_path / "one.json.gz"
    packed.write_bytes(gzip.compress(one.read_bytes()))
    assert document("merge", other, packed) == whole


def test_counts_add_up_and_are_shown(tmp_path: Path) -> None:
    (one,) = saved(tmp_path, LOG)
    text = run("stacktraces", "merge", one, one, "--top", "1").out
    assert text.startswith("4 × KeyError: 'kumquat'")


def test_a_sum_is_labelled_as_a_log_is(tmp_path: Path) -> None:
    one, other = saved(tmp_path, LOG, OTHER)
    known = tmp_path / "known.toml"
    assert run("stacktraces", "merge", one, "--known", known, "--update").code == 0
    done = run("stacktraces", "merge", one, other, "--known", known, "--fail-on", "new", "--format", "json")
    assert done.code == 1
    assert {each["verdict"] for each in json.loads(done.out)["groups"]} == {"known", "new"}


def test_what_was_unreadable_stays_told(tmp_path: Path) -> None:
    path = tmp_path / "one.json"
    path.write_text(run("stacktraces", "log", LOG, tmp_path / "gone.log", "--format", "json").out)
    done = run("stacktraces", "merge", path, path, "--format", "json")
    assert done.code == 3
    assert json.loads(done.out)["stats"]["unreadable"] == [
        f"{tmp_path}/gone.log does not exist; check the path."
    ]


@pytest.mark.parametrize(
    ("content", "word"),
    [
        ("", "is empty"),
        ("no JSON", "is no result"),
        ("[]", "is no result"),
        ('{"groups": [{"fingerprint": 1}]}', "is no result"),
        ('{"groups": [{"fingerprint":"a","error":{},"format":"x","timeline":[1],"timeline_start":0,"timeline_width":3}]}', "is no result"),
    ],
    ids=["empty", "text", "list", "wrong type", "width"],
)  # fmt: skip
def test_what_is_no_result_is_refused(tmp_path: Path, content: str, word: str) -> None:
    path = tmp_path / "a.json"
    path.write_text(content)
    done = run("stacktraces", "merge", path)
    assert (done.code, done.out) == (2, "")
    assert word in done.err
    assert done.err.count("\n") == 1
