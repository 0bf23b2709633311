"""``stacktraces describe --known``: what ended a process, known or new."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.cli.support import Result, refused, run

EXAMPLES = Path(__file__).parents[2] / "examples"
CORE = EXAMPLES / "cartd-core.gdb.txt"
LIVE = EXAMPLES / "httpd-event-child.gdb.txt"


@pytest.fixture(params=["known.toml", "known.db"])
def known(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """A list of issues that holds the example's crash, with a link."""
    path = tmp_path / str(request.param)
    assert describe(CORE, "--known", path, "--update").code == 0
    name = crashes(describe(CORE, "--known", path, "--format", "json"))[0]["fingerprint"]
    changed = run(
        "stacktraces", "known", "note", name, "no price", "--link", "https://example.org/7", "-k", path
    )
    assert changed.code == 0
    return path


def describe(*arguments: object) -> Result:
    return run("stacktraces", "describe", *arguments)


def crashes(result: Result) -> list[dict[str, Any]]:
    return [crash for process in json.loads(result.out)["processes"] for crash in process.get("crashes", [])]


def other(path: Path, pid: int = 99, function: str = "bill") -> Path:
    """A capture of a process that died of something else."""
    text = CORE.read_text().replace("14979", str(pid))
    path.write_text(text.replace(" price_of ", f" {function} ").replace(" total ", " sum_up "))
    return path


def test_the_json_of_the_seed_is_as_it_was_and_has_one_key_more(known: Path) -> None:
    plain = json.loads(describe(CORE, "--format", "json").out)
    labelled = json.loads(describe(CORE, "--format", "json", "--known", known).out)
    found = labelled["processes"][0].pop("crashes")
    assert labelled == plain
    assert [(each["thread_ids"], each["verdict"], each["count"]) for each in found] == [(["1"], "known", 1)]
    assert found[0]["issue"]["link"] == "https://example.org/7"
    assert found[0]["error"]["frames"][0]["function"] == "price_of"
    assert found[0]["culprit"]["line"] == 9
    live = describe(LIVE, "--format", "json", "--known", known)
    assert live.out == describe(LIVE, "--format", "json").out


@pytest.mark.parametrize("output", ["text", "table", "tree"])
def test_what_is_said_first(known: Path, output: str) -> None:
    plain = describe(CORE, "--format", output).out
    shown = describe(CORE, "--format", output, "--known", known).out
    assert shown.endswith(f"\n\n{plain}")
    block = shown.removesuffix(plain)
    assert block.startswith("KNOWN  1 × SIGSEGV: Segmentation fault\n    at      cartd.c:9 in price_of\n")
    assert "seen    thread 1 of cartd 14979 on app1\n" in block
    assert "SIGSEGV: Segmentation fault in price_of  https://example.org/7" in block


def test_many_processes_that_died_alike_are_one(known: Path, tmp_path: Path) -> None:
    alike = [tmp_path / f"{pid}.txt" for pid in range(200, 213)]
    for each in alike:
        each.write_text(CORE.read_text().replace("14979", each.stem))
    new = other(tmp_path / "other.txt")
    result = describe(*alike, new, "--known", known, "--fail-on", "new")
    assert result.code == 1
    assert result.out.startswith("NEW  1 × SIGSEGV: Segmentation fault\n    at      cartd.c:9 in bill\n")
    assert result.out.count("× SIGSEGV") == 2
    assert "\nKNOWN  13 × SIGSEGV" in result.out
    assert "thread 1 of cartd 200 on app1, " in result.out
    assert "thread 1 of cartd 209 on app1 and 3 more\n" in result.out
    assert result.err.startswith("--fail-on: 1 of 2 groups\n  new        4-")


def test_verdicts_and_exit_status_over_the_life_of_an_issue(known: Path, tmp_path: Path) -> None:
    check = ("--known", known, "--fail-on", "new", "--fail-on", "regressed", "--format", "json")
    assert describe(CORE, *check).code == 0
    name = crashes(describe(CORE, *check))[0]["fingerprint"]
    assert run("stacktraces", "known", "resolve", name, "--on", "2026-01-31", "-k", known).code == 0
    result = describe(CORE, *check)
    assert (result.code, crashes(result)[0]["verdict"]) == (1, "regressed")
    assert result.err == f"--fail-on: 1 of 1 groups\n  regressed  {name}  SIGSEGV: Segmentation fault\n"
    assert run("stacktraces", "known", "ignore", name, "-k", known).code == 0
    assert describe(CORE, *check).code == 0
    result = describe(other(tmp_path / "other.txt"), *check)
    assert (result.code, crashes(result)[0]["verdict"]) == (1, "new")


def test_counts_are_recorded_once_a_thread(tmp_path: Path) -> None:
    known, copy = tmp_path / "known.db", tmp_path / "copy.txt"
    copy.write_text(CORE.read_text())
    for _ in range(2):
        assert describe(CORE, copy, "--known", known, "--update", "--format", "folded").code == 0
    listed = json.loads(run("stacktraces", "known", "list", "-k", known, "--format", "json").out)["issues"]
    assert [(each["count"], each["last_seen"]) for each in listed] == [(4, "2026-11-23T04:41:56Z")]


def test_a_stack_counts_as_it_was_read_as_for_the_other_commands(known: Path) -> None:
    name = crashes(describe(CORE, "--known", known, "--format", "json"))[0]["fingerprint"]
    assert run("stacktraces", "fingerprint", CORE).out.startswith(f"{name} ")
    assert f"added {name}" in run("stacktraces", "known", "add", CORE, "-k", known).out


def test_html_says_it_escaped(known: Path) -> None:
    name = crashes(describe(CORE, "--known", known, "--format", "json"))[0]["fingerprint"]
    run("stacktraces", "known", "note", name, "--title", "<script>x</script>\x1b[31m", "-k", known)
    page = describe(CORE, "--known", known, "--format", "html").out
    assert "<h3>KNOWN  1 × SIGSEGV: Segmentation fault</h3>" in page
    assert "&lt;script&gt;x&lt;/script&gt;" in page
    assert "<script>x" not in page
    assert "\x1b" not in page + describe(CORE, "--known", known).out


def test_options_that_do_not_go_together(known: Path, tmp_path: Path) -> None:
    refused(describe(CORE, "--fail-on", "new"), "--fail-on", "--known")
    refused(describe(CORE, "--format", "raw", "--known", known, "--update"), "raw")
    refused(describe(CORE, "--known", tmp_path / "none.toml"), "none.toml")
    assert describe(CORE, "--format", "raw", "--known", known).code == 0


def test_nothing_crashed(known: Path) -> None:
    result = describe(LIVE, "--known", known, "--fail-on", "any")
    assert (result.code, result.out) == (0, describe(LIVE).out)
    assert (
        result.err == "No thread is marked as crashed: there is nothing to compare with the known issues.\n"
    )
    assert describe(LIVE, "--known", known).err == ""


REPORT = (
    "#0  0xb7dbb37f in remove_one (key=0x0, value=0x39) at callback.c:363\nNo locals.\n"
    "#1  0xb7dbb1cc in clear_table (table=0x39) at callback.c:389\n\ti = 0\n#2  0xb7dbb1cd in main () at main.c:3\n"
)


def test_a_report_without_a_signal_is_recorded_and_judged(tmp_path: Path) -> None:
    report, known = tmp_path / "report.txt", tmp_path / "known.toml"
    report.write_text(REPORT)
    assert describe(report, "--known", known, "--update", "--fail-on", "new").code == 1
    again = describe(report, "--known", known, "--fail-on", "new", "--format", "json")
    assert again.code == 0
    (found,) = crashes(again)
    assert (found["verdict"], found["thread_ids"]) == ("known", ["1"])
    assert json.loads(again.out)["processes"][0]["crash"] is None
    (line,) = run("stacktraces", "fingerprint", report).out.splitlines()
    assert line.split()[0] == found["fingerprint"]


def test_a_thread_that_waits_is_no_report_of_a_crash(tmp_path: Path) -> None:
    report = tmp_path / "report.txt"
    report.write_text(REPORT.replace("remove_one ", "poll "))
    result = describe(report, "--known", tmp_path / "known.toml", "--update", "--fail-on", "new")
    assert result.code == 0
    assert "No thread is marked as crashed" in result.err
