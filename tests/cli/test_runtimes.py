"""What the commands say of runtimes, and of further stacks of a report."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from tests.cli.support import refused, run
from tests.golden import CORPUS

PYTHON = CORPUS / "python" / "3.11-plain.native.txt"
VALGRIND = CORPUS / "native" / "valgrind319-dfree.txt"
PY4J = CORPUS / "nested" / "py4j.txt"


def document(*arguments: object) -> dict[str, Any]:
    result = run("stacktraces", *arguments, "--format", "json")
    assert result.code == 0, result.err
    found: dict[str, Any] = json.loads(result.out)
    return found


def test_groups_and_occurrences_name_their_runtime() -> None:
    groups = document("log", PYTHON, VALGRIND)["groups"]
    assert sorted({each["runtime"] for each in groups}) == ["native", "python"]
    lines = run("stacktraces", "log", PYTHON, VALGRIND, "--each", "--format", "jsonl").out.splitlines()
    assert {(each["runtime"], each["fingerprint"]) for each in map(json.loads, lines)} == {
        (each["runtime"], each["fingerprint"]) for each in groups
    }


def test_a_crashed_thread_is_of_the_runtime_of_its_snapshot() -> None:
    (group,) = document("log", "examples/cartd-core.gdb.txt")["groups"]
    assert (group["format"], group["runtime"]) == ("gdb", "native")
    assert document("fingerprint", "examples/cartd-core.gdb.txt")["fingerprints"][0]["runtime"] == "native"


def test_an_error_of_another_runtime_within_a_trace_says_so() -> None:
    group = document("log", PY4J)["groups"][0]
    assert group["runtime"] == "python"
    assert (group["error"]["runtime"], group["error"]["cause"]["runtime"]) == (None, "java")
    shown = run("stacktraces", "fingerprint", "--explain", PY4J).out
    assert "\n  hashed   runtime python\n" in shown
    assert "\n    hashed   runtime java\n" in shown


def test_text_names_the_runtime_where_there_are_several() -> None:
    assert "runtime" not in run("stacktraces", "log", PYTHON).out
    both = run("stacktraces", "log", PYTHON, VALGRIND).out
    assert re.search(r"^    runtime python\n    id      4-", both, re.MULTILINE)
    assert "    runtime native\n" in both


def test_text_of_occurrences_names_the_runtime_once_there_are_several() -> None:
    lines = run("stacktraces", "log", PYTHON, VALGRIND, PYTHON, "--each").out.splitlines()
    first, *others = [each for each in lines if each.startswith(str(CORPUS))]
    assert first == f"{PYTHON}:1"
    assert others[0] == f"{VALGRIND}:6  native"


def test_the_table_names_the_runtime_where_there_are_several() -> None:
    def table(*paths: Path) -> str:
        return re.sub(
            r"\x1b\[[0-9;]*m", "", run("stacktraces", "log", *paths, "--color", "always", "--full").out
        )

    assert "runtime" not in table(PYTHON).partition("\n")[0]
    both = table(PYTHON, VALGRIND)
    assert both.partition("\n")[0].split() == ["count", "runtime", "error"]
    assert re.search(r"^ +1  native   Invalid free", both, re.MULTILINE)


@pytest.mark.parametrize("options", [(), ("--jobs", 2), ("--each",)])
def test_only_the_traces_of_one_runtime(options: tuple[object, ...]) -> None:
    found = run("stacktraces", "log", PYTHON, VALGRIND, *options, "--runtime", "native", "--format", "jsonl")
    runtimes = [json.loads(line)["runtime"] for line in found.out.splitlines()]
    assert runtimes
    assert set(runtimes) == {"native"}


def test_a_runtime_that_there_is_not_is_refused() -> None:
    result = run("stacktraces", "log", PYTHON, "--runtime", "cobol")
    assert result.code == 2
    assert re.search(r"'cobol' is no runtime; the names are .*\bpython\b", result.err)


def test_further_stacks_of_a_report_are_folded_in_text_and_whole_elsewhere(tmp_path: Path) -> None:
    text = run("stacktraces", "log", VALGRIND).out
    also = "Address 0x4d6fc80 is 0 bytes inside a block of size 8 free'd; Block was alloc'd at"
    assert f"\n    also    {also}\n" in text
    result = run("stacktraces", "log", VALGRIND, "--format", "json").out
    (group,) = json.loads(result)["groups"]
    freed, allocated = group["error"]["related"]
    assert freed["title"] == "Address 0x4d6fc80 is 0 bytes inside a block of size 8 free'd"
    assert [each["function"] for each in allocated["frames"]][-1] == "main"
    saved = tmp_path / "result.json"
    saved.write_text(result)
    shown = run("stacktraces", "show", group["fingerprint"], saved).out
    assert "    runtime native\n" in shown
    assert f"\n  {freed['title']}\n    san.cc:18 in main\n" in shown
    each = run("stacktraces", "log", VALGRIND, "--each").out
    assert f"\n      {freed['title']}\n      Block was alloc'd at\n" in each


def test_what_a_result_of_an_older_version_lacks_is_not_shown(tmp_path: Path) -> None:
    groups = document("log", PYTHON)
    for each in groups["groups"]:
        del each["runtime"], each["error"]["related"], each["error"]["runtime"]
    saved = tmp_path / "result.json"
    saved.write_text(json.dumps(groups))
    shown = run("stacktraces", "show", groups["groups"][0]["fingerprint"], saved)
    assert shown.code == 0
    assert "runtime" not in shown.out
    saved.write_text(json.dumps(groups).replace('"groups": [', '"groups": [3,'))
    refused(run("stacktraces", "show", "4-", saved), "no result of")


SHOP = {
    "java": CORPUS / "java" / "17-chain.txt",
    "go": CORPUS / "go" / "1.27-nil.txt",
    "javascript": CORPUS / "javascript" / "node24-cause.txt",
    "python": PYTHON,
}
"""A trace of each runtime."""


def docker_log(*names: str) -> str:
    """The traces of those runtimes in one of Docker's JSON logs, 10 s apart, each of another container."""
    lines = []
    for number, name in enumerate(names):
        text = SHOP[name].read_text()
        for index, line in enumerate(("order 17 failed\n" + text).splitlines(keepends=True)):
            record = {"log": line, "stream": "stderr", "attrs": {"tag": f"shop-{name}"}}
            record["time"] = f"2026-11-28T20:15:{number}0.{index:09}Z"
            lines.append(json.dumps(record))
    return "\n".join(lines) + "\n"


def test_four_runtimes_in_one_docker_log(tmp_path: Path) -> None:
    path = tmp_path / "shop.log"
    path.write_text(docker_log(*SHOP))
    groups = {each["runtime"]: each for each in document("log", path)["groups"]}
    assert sorted(groups) == sorted(SHOP)
    for number, name in enumerate(SHOP):
        (alone,) = document("log", SHOP[name])["groups"]
        found = groups[name]
        assert found["first_seen"].startswith(f"2026-11-28T20:15:{number}0")
        for key in ("error", "culprit", "fingerprint", "count"):
            assert found[key] == alone[key], (name, key)
    lines = run("stacktraces", "log", path, "--each", "--format", "jsonl").out.splitlines()
    containers = {each["runtime"]: each["context"]["container"] for each in map(json.loads, lines)}
    assert containers == {name: f"shop-{name}" for name in SHOP}


@pytest.mark.parametrize("new", ["java", "go", "javascript"])
def test_an_error_of_another_runtime_that_is_new_fails(tmp_path: Path, new: str) -> None:
    known, path = tmp_path / "known.toml", tmp_path / "shop.log"
    path.write_text(docker_log(*(each for each in SHOP if each != new)))
    assert run("stacktraces", "log", path, "--known", known, "--update").code == 0
    judge = ("stacktraces", "log", path, "--known", known, "--fail-on", "new")
    assert run(*judge).code == 0
    path.write_text(docker_log(*SHOP))
    result = run(*judge, "--format", "json")
    assert result.code == 1
    judged = {each["runtime"]: each["verdict"] for each in json.loads(result.out)["groups"]}
    assert judged == {each: "new" if each == new else "known" for each in SHOP}
