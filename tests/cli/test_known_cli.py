"""Known issues from the command line, as a team uses them."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TypeAlias

import pytest

from stacktraces.known import Issue, Stack, open_store
from stacktraces.model import Error, Frame, Trace
from stacktraces.parsing import parse
from tests.cli.support import Result, refused
from tests.cli.support import run as run_in_process
from tests.cli.within import run
from tests.known_support import error, issue, put

Run: TypeAlias = Callable[..., Result]

SUITE = """
def load(path):
    with open(path) as stream:
        return stream.read()

def total(cart):
    return sum(cart["prices"])

def test_load():
    load("/no/such/file")

def test_total():
    total({"price": [1]})
"""
NEW_TEST = """
def test_discount():
    assert 100 / len([]) > 1
"""
TRACE = """Traceback (most recent call last):
  File "/srv/shop/cart.py", line {line}, in checkout
    return prices[item]
  File "/srv/shop/prices.py", line 12, in price
    raise {kind}(item)
{kind}: 'item {line}'
"""


@pytest.fixture(params=["known.toml", "known.db"])
def known(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    return str(tmp_path / str(request.param))


@pytest.fixture
def issues(known: str) -> Run:
    """``stacktraces known COMMAND …`` on a store with two issues, ``1-aa`` and ``1-bb``."""
    store = open_store(known, create=True)
    put(store, issue("1-aa", title="the first"), issue("1-bb", title="the second"))
    store.close()
    return lambda command, *more, **options: run(
        "stacktraces", "known", command, "--known", known, *more, **options
    )


def suite_log(folder: Path, tests: str) -> str:
    """The log of a real run of pytest on ``tests``."""
    (folder / "test_shop.py").write_text(tests)
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "test_shop.py"],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )
    (folder / "suite.log").write_text(done.stdout)
    return str(folder / "suite.log")


def test_a_test_suite_in_ci(tmp_path: Path, known: str) -> None:
    log = suite_log(tmp_path, SUITE)
    check = ("log", "--known", known, "--fail-on", "new", "--fail-on", "regressed", "--format", "jsonl")
    assert run_in_process("stacktraces", "log", log, "--known", known, "--update").code == 0
    again = run_in_process("stacktraces", *check, log)
    assert again.code == 0, again.out
    assert {json.loads(line)["verdict"] for line in again.out.splitlines()} == {"known"}

    failing = run_in_process(
        "stacktraces", *check, suite_log(tmp_path, "# moved down\n\n" + SUITE + NEW_TEST)
    )
    assert failing.code == 1
    found = [json.loads(line) for line in failing.out.splitlines()]
    assert [each["error"]["type"] for each in found if each["verdict"] != "known"] == ["ZeroDivisionError"]

    fixed = next(each["fingerprint"] for each in found if each["error"]["type"] == "KeyError")
    assert run_in_process("stacktraces", "known", "resolve", fixed, "--known", known).code == 0
    regressed = run_in_process("stacktraces", *check, suite_log(tmp_path, SUITE))
    assert regressed.code == 1
    found = [json.loads(line) for line in regressed.out.splitlines()]
    assert [(each["fingerprint"], each["verdict"]) for each in found][:1] == [(fixed, "regressed")]
    assert [each["verdict"] for each in found] == ["regressed", "known"]


def test_update_and_fail_on_need_a_store(tmp_path: Path) -> None:
    for option in (["--update"], ["--fail-on", "new"]):
        refused(run("stacktraces", "log", *option, stdin=TRACE.encode()), option[0], "--known")


def test_add_list_and_show(known: str, tmp_path: Path) -> None:
    trace = TRACE.format(line=3, kind="KeyError")
    added = run(
        "stacktraces", "known", "add", "-k", known, "--link", "https://example.org/7", stdin=trace.encode()
    )
    assert (added.code, added.err) == (0, "")
    name = added.out.split()[1]
    listed = json.loads(run("stacktraces", "known", "list", "-k", known, "--format", "json").out)
    assert [each["id"] for each in listed["issues"]] == [name]
    shown = json.loads(run("stacktraces", "known", "show", name, "-k", known, "--format", "json").out)[
        "issue"
    ]
    assert (shown["status"], shown["link"], shown["fingerprints"]) == (
        "open",
        "https://example.org/7",
        [name],
    )
    assert shown["exemplars"][0]["frames"] == [
        "price  at /srv/shop/prices.py",
        "checkout  at /srv/shop/cart.py",
    ]
    text = run("stacktraces", "known", "show", name[:6], "-k", known).out
    assert "price  at /srv/shop/prices.py" in text
    labelled = run(
        "stacktraces",
        "log",
        "-k",
        known,
        "--fail-on",
        "any",
        stdin=TRACE.format(line=99, kind="KeyError").encode(),
    )
    assert labelled.code == 0
    assert "https://example.org/7" in labelled.out


def test_add_to_an_issue_and_by_fingerprint(issues: Run) -> None:
    trace = TRACE.format(line=3, kind="KeyError").encode()
    assert issues("add", "--to", "1-aa", stdin=trace).out == "added 1-aa  the first\n"
    assert (
        issues("add", "--fingerprint", "1-cc", "--title", "seen elsewhere").out
        == "added 1-cc  seen elsewhere\n"
    )
    assert issues("add", "--fingerprint", "1-dd", "--to", "1-aa").code == 0
    refused(issues("add", "--fingerprint", "1-ee"), "--title")
    refused(issues("add", stdin=b"nothing of interest"), "No stack trace")
    found = json.loads(issues("show", "1-aa", "--format", "json").out)["issue"]
    assert len(found["fingerprints"]) == 3


def test_changes(issues: Run) -> None:
    assert issues("note", "1-aa", "ask Jo", "--link", "https://example.org/1").code == 0
    assert issues("ignore", "1-bb").out == "ignored 1-bb  the second\n"
    assert issues("resolve", "1-aa", "--in", "2.0", "--on", "2026-01-31").code == 0
    listed = {each["id"]: each for each in json.loads(issues("list", "--format", "json").out)["issues"]}
    assert (listed["1-aa"]["status"], listed["1-aa"]["resolved_in"]) == ("resolved", "2.0")
    assert (listed["1-aa"]["resolved_at"], listed["1-aa"]["note"]) == ("2026-01-31", "ask Jo")
    assert [line.split()[0] for line in issues("list", "--status", "ignored").out.splitlines()[1:]] == [
        "1-bb"
    ]
    assert issues("reopen", "1-aa").code == 0
    assert json.loads(issues("show", "1-aa", "--format", "json").out)["issue"]["resolved_at"] is None
    assert issues("merge", "1-aa", "1-bb").out == "merged into 1-aa  the first\n"
    assert json.loads(issues("show", "1-bb", "--format", "json").out)["issue"]["aliases"] == ["1-bb"]
    assert issues("split", "1-aa", "1-bb").out.startswith("split off 1-bb")
    refused(issues("resolve", "1-aa", "--on", "soon"), "soon", "2026-01-31")
    refused(issues("note", "1-aa"), "Nothing to set")
    refused(issues("show", "1-zz"), "No issue is called 1-zz")


def test_prune(issues: Run, known: str, tmp_path: Path) -> None:
    result = tmp_path / "result.json"
    result.write_text(
        run(
            "stacktraces", "log", "--format", "json", stdin=TRACE.format(line=1, kind="KeyError").encode()
        ).out
    )
    issues("add", stdin=TRACE.format(line=1, kind="KeyError").encode())
    issues("ignore", "1-bb")
    refused(issues("prune"), "Say which to forget")
    assert issues("prune", "--not-in", result, "--dry-run").out == "would forget 1-aa  the first\n"
    assert issues("prune", "--not-in", result).out == "forgot 1-aa  the first\n"
    assert len(json.loads(issues("list", "--format", "json").out)["issues"]) == 2
    if known.endswith(".toml"):
        refused(issues("prune", "--unseen-for", "30"), "--not-in")
    else:
        assert issues("prune", "--unseen-for", "30").out == ""


def test_import_and_export(issues: Run, known: str, tmp_path: Path) -> None:
    lines = issues("export").out
    assert [json.loads(line)["id"] for line in lines.splitlines()] == ["1-aa", "1-bb"]
    for name in ("other.toml", "other.db", "other.jsonl"):
        assert issues("export", tmp_path / name).code == 0
        back = tmp_path / f"back-from-{name}.db"
        assert run("stacktraces", "known", "import", tmp_path / name, "-k", back).code == 0
        assert run("stacktraces", "known", "export", "-k", back).out == lines
    assert (
        run("stacktraces", "known", "import", "-", "-k", tmp_path / "new.toml", stdin=lines.encode()).code
        == 0
    )
    refused(issues("import", "-", stdin=b"\n{}\n"), "standard input:2:")
    refused(issues("import", tmp_path / "missing.toml"), "does not exist")


def test_check(known: str) -> None:
    store = open_store(known, create=True)
    old = issue("0-aa", title="of an older version")
    put(store, old)
    store.close()
    checked = run("stacktraces", "known", "check", "-k", known)
    assert checked.code == 1
    assert checked.out.startswith("move   0-aa: 0-aa becomes 4-")
    assert run("stacktraces", "known", "check", "-k", known, "--migrate").code == 0
    assert run("stacktraces", "known", "check", "-k", known).out == "Every fingerprint is up to date.\n"


def test_a_list_of_another_version_is_said_to_be_one_and_migrated(known: str, tmp_path: Path) -> None:
    """What an older version called by a library's own second name is the same issue after the migration."""
    seen = Error(
        type="SIGSEGV", frames=[Frame(function=name) for name in ("*INT_cairo_fill", "draw", "main")]
    )
    stack = Stack("1-0123456789abcdef", seen, 3, "2026-01-01", "2026-01-02")
    put(open_store(known, create=True), Issue("1-0123456789abcdef", "a title", note="a note", stacks=[stack]))
    core = tmp_path / "core.txt"
    core.write_text(
        "Core was generated by `paint'.\nProgram terminated with signal SIGSEGV, Segmentation fault.\n"
        "#0  0x0000000000001139 in cairo_fill () from /usr/lib/libcairo.so.2\n"
        "#1  0x0000000000001149 in draw ()\n#2  0x0000000000001159 in main ()\n"
    )
    check = ("describe", core, "--known", known, "--fail-on", "new", "--format", "json")
    before = run("stacktraces", *check)
    assert before.code == 0
    assert before.err.count("`stacktraces known check --migrate`") == 1
    crash = json.loads(before.out)["processes"][0]["crashes"][0]
    assert (crash["verdict"], crash["issue"]["id"]) == ("known", "1-0123456789abcdef")
    moved = run("stacktraces", "known", "check", "-k", known, "--migrate")
    assert moved.out.startswith("move   1-0123456789abcdef: 1-0123456789abcdef becomes 4-")
    after = run("stacktraces", *check)
    assert (after.code, after.err) == (0, "")
    crash = json.loads(after.out)["processes"][0]["crashes"][0]
    assert (crash["verdict"], crash["issue"]["id"]) == ("known", "1-0123456789abcdef")


def test_prune_by_a_result_of_another_version(known: str, tmp_path: Path) -> None:
    """An older list is compared by its stacks; with an older result nobody can tell what is still there."""
    trace = TRACE.format(line=1, kind="KeyError").encode()
    result = tmp_path / "result.json"
    result.write_text(run("stacktraces", "log", "--format", "json", stdin=trace).out)
    (found,) = parse(trace)
    assert isinstance(found, Trace)
    stacks = [Stack("2-0123456789abcdef", found.error)]
    put(open_store(known, create=True), Issue("2-0123456789abcdef", "a title", stacks=stacks))
    prune = ("stacktraces", "known", "prune", "-k", known, "--not-in", result)
    assert run(*prune).out == ""
    run("stacktraces", "known", "check", "-k", known, "--migrate")
    result.write_text(result.read_text().replace('"fingerprint":"4-', '"fingerprint":"2-'))
    refused(run(*prune), "result.json and 2-0123456789abcdef have fingerprints of different versions")
    result.write_text(run("stacktraces", "log", "--format", "json", stdin=b"").out)
    assert run(*prune).out == "forgot 2-0123456789abcdef  a title\n"


def test_results_of_two_versions_are_not_compared(tmp_path: Path) -> None:
    older, newer = tmp_path / "older.json", tmp_path / "newer.json"
    trace = TRACE.format(line=1, kind="KeyError").encode()
    newer.write_text(run("stacktraces", "log", "--format", "json", stdin=trace).out)
    older.write_text(newer.read_text().replace('"fingerprint":"4-', '"fingerprint":"2-'))
    assert run("stacktraces", "diff", newer, newer).out == "Nothing changed.\n"
    refused(run("stacktraces", "diff", older, newer), "older.json and ", "different versions of stacktraces")


def test_hostile_text_reaches_the_terminal_escaped(known: str) -> None:
    store = open_store(known, create=True)
    hostile = issue("1-aa", title="\x1b]0;owned\x07 \u202e \r")
    hostile.note = "\x1b[2J"
    hostile.stacks[0].error = error("\x1b[31m", message="\x9b31m")
    put(store, hostile)
    store.close()
    for command in (
        ["list"],
        ["show", "1-aa"],
        ["ignore", "1-aa"],
        ["show", "1-aa", "--format", "json"],
        ["export"],
    ):
        out = run("stacktraces", "known", *command, "-k", known).out
        assert "1-aa" in out
        assert not set(out) & set("\x1b\x07\x9b\u202e\r")


def test_the_store_is_named_by_the_environment_or_the_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(open_store(tmp_path / "known-issues.toml", create=True), issue("1-aa"))
    put(open_store(tmp_path / "other.toml", create=True), issue("1-bb"))
    assert "1-aa" in run("stacktraces", "known", "list", cwd=tmp_path).out
    monkeypatch.setenv("STACKTRACES_KNOWN", "other.toml")
    assert "1-bb" in run("stacktraces", "known", "list", cwd=tmp_path).out
    monkeypatch.setenv("STACKTRACES_KNOWN", "missing.db")
    refused(run("stacktraces", "known", "list", cwd=tmp_path), "missing.db does not exist", "--update")


def test_a_baseline_needs_no_sql(tmp_path: Path) -> None:
    put(open_store(tmp_path / "known-issues.toml", create=True), issue("1-aa"))
    code = (
        "import sys; from stacktraces.cli._root import stacktraces;"
        "stacktraces(['known', 'list'], standalone_mode=False);"
        "sys.exit(any(name.startswith('sqlalchemy') for name in sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, capture_output=True, check=False)
    assert done.returncode == 0


def save(path: Path, *traces: str, form: str = "json") -> Path:
    path.write_text(run("stacktraces", "log", "--format", form, stdin="".join(traces).encode()).out)
    return path


@pytest.mark.parametrize("form", ["json", "jsonl"])
def test_diff(tmp_path: Path, form: str) -> None:
    key, value, os_ = (TRACE.format(line=9, kind=kind) for kind in ("KeyError", "ValueError", "OSError"))
    older = save(tmp_path / "a", key, key, value, form=form)
    newer = save(tmp_path / "b", key, key, key, os_, form=form)
    lines = [line.split() for line in run("stacktraces", "diff", older, newer).out.splitlines()]
    assert [(line[0], line[1], line[3], line[5]) for line in lines] == [
        ("appeared", "0", "1", "OSError:"),
        ("grew", "2", "3", "KeyError:"),
        ("disappeared", "1", "0", "ValueError:"),
    ]
    found = json.loads(run("stacktraces", "diff", newer, older, "--format", "json").out)
    assert [each["group"]["error"]["type"] for each in found["appeared"]] == ["ValueError"]
    assert [(each["before"], each["after"]) for each in found["shrank"]] == [(3, 2)]
    assert run("stacktraces", "diff", older, older).out == "Nothing changed.\n"
    assert run("stacktraces", "diff", older, newer, "--exit-code").code == 1
    assert run("stacktraces", "diff", older, older, "--exit-code").code == 0


@pytest.mark.parametrize("content", ["{}", "[]", "\x00", '{"groups":[3]}', '{"fingerprint":1}'])
def test_diff_of_what_is_no_result(tmp_path: Path, content: str) -> None:
    (tmp_path / "bad.json").write_text(content)
    good = save(tmp_path / "good.json", TRACE.format(line=1, kind="KeyError"))
    refused(run("stacktraces", "diff", good, tmp_path / "bad.json"), "bad.json", "no result")
    refused(run("stacktraces", "diff", tmp_path / "missing.json", good), "missing.json", "does not exist")


CORE = """Core was generated by `./served'.
Program terminated with signal SIGSEGV, Segmentation fault.
#0  0x0000555555555135 in inner (p=0x8) at served.c:2

Thread 1 (Thread 0x7ffff7dd1740 (LWP 9752)):
#0  0x0000555555555135 in inner (p=0x8) at served.c:2
#1  0x000055555555514f in load_config (n=0x555555556004 "x") at served.c:3
#2  0x0000555555555167 in main () at served.c:4
"""


def test_the_crashed_thread_of_a_core_file(known: str) -> None:
    labelling = ("log", "-k", known, "--fail-on", "any", "--format", "jsonl")
    first = run("stacktraces", *labelling, "--update", stdin=CORE.encode())
    assert (first.code, json.loads(first.out)["verdict"]) == (1, "new")
    moved = CORE.replace("0x00005555555551", "0x00005666666661").replace("served.c:3", "served.c:33")
    again = run("stacktraces", *labelling, stdin=moved.encode())
    assert (again.code, json.loads(again.out)["verdict"]) == (0, "known")
    added = run("stacktraces", "known", "add", "-k", known, "--title", "bad config", stdin=CORE.encode())
    assert added.out == f"added {json.loads(first.out)['fingerprint']}  bad config\n"
