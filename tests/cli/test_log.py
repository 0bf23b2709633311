"""``stacktraces log`` and ``stacktraces show`` as their users run them."""

from __future__ import annotations

import bz2
import contextlib
import gzip
import json
import lzma
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cli.support import refused, run
from tests.conftest import zstd

LOG = Path(__file__).parents[2] / "examples" / "python.log"


def document(*arguments: object, stdin: bytes = b"") -> dict:
    result = run("stacktraces", "log", *arguments, "--format", "json", stdin=stdin)
    assert result.code == 0, result.err
    return json.loads(result.out)


def without_paths(groups: list[dict]) -> list[dict]:
    return [
        {**each, "sources": [(place["line"], place["offset"]) for place in each["sources"]]}
        for each in groups
    ]


def trace(error: str, function: str = "f") -> str:
    return (
        f'Traceback (most recent call last):\n  File "/srv/a.py", line 3, in {function}\n    g()\n{error}\n'
    )


def test_groups_are_counted_and_dated() -> None:
    found = document(LOG)
    assert found["schema_version"] == 1
    assert found["stats"]["traces"] == sum(group["count"] for group in found["groups"]) == 10
    assert found["stats"]["bytes"] == LOG.stat().st_size
    first = found["groups"][0]
    assert (first["error"]["type"], first["count"]) == ("KeyError", 2)
    assert first["first_seen"] < first["last_seen"]
    lines = LOG.read_text().splitlines()
    for place in first["sources"]:
        assert lines[place["line"] - 1] == "Traceback (most recent call last):"
    assert set(first["error"]) == {
        *("type", "message", "notes", "frames", "cause", "cause_kind", "children", "related", "runtime")
    }
    assert set(first["error"]["frames"][0]) == {"function", "file", "line", "module", "source"}


@pytest.mark.parametrize(
    ("ending", "pack"),
    [(".gz", gzip.compress), (".bz2", bz2.compress), (".xz", lzma.compress), (".zst", zstd.compress)],
)
def test_compressed_files_are_read_through(tmp_path: Path, ending: str, pack) -> None:
    packed = tmp_path / f"a.log{ending}"
    packed.write_bytes(pack(LOG.read_bytes()))
    assert without_paths(document(packed)["groups"]) == without_paths(document(LOG)["groups"])


def test_standard_input_folders_globs_and_rotated_sets(tmp_path: Path) -> None:
    expected = without_paths(document(LOG)["groups"])
    assert without_paths(document("-", stdin=LOG.read_bytes())["groups"]) == expected
    assert without_paths(document(stdin=LOG.read_bytes())["groups"]) == expected
    (tmp_path / "deep").mkdir()
    (tmp_path / "deep" / "app.log").write_text(trace("KeyError: 'new'"))
    (tmp_path / "deep" / "app.log.1").write_text(trace("KeyError: 'old'"))
    (tmp_path / "deep" / "app.log.2.gz").write_bytes(gzip.compress(trace("KeyError: 'older'").encode()))
    for argument in (tmp_path, tmp_path / "deep" / "app*"):
        (group,) = document(argument)["groups"]
        assert group["error"]["message"] == "'older'"
        assert [Path(each["path"]).name for each in group["sources"]] == [
            "app.log.2.gz",
            "app.log.1",
            "app.log",
        ]


def test_each_occurrence_as_a_line() -> None:
    result = run("stacktraces", "log", LOG, "--each", "--format", "jsonl")
    found = [json.loads(line) for line in result.out.splitlines()]
    assert len(found) == 10
    assert found[0]["origin"] == {
        "path": str(LOG),
        "line": 4,
        "offset": 190,
        "time_ns": 1425782952139000000,
    }
    assert found[0]["context"]["level"] == "ERROR"
    assert found[0]["before"] in LOG.read_text()
    assert [each["time"] for each in found] == sorted(each["time"] for each in found)
    assert json.loads(run("stacktraces", "log", LOG, "--each", "--format", "json").out) == found


def test_filters_and_order() -> None:
    by_type = document(LOG, "--type", "KeyError")["groups"]
    assert {group["error"]["type"] for group in by_type} == {"KeyError"}
    assert (
        document(LOG, "--type", "OperationalError")["groups"][0]["error"]["type"]
        == "sqlite3.OperationalError"
    )
    late = document(LOG, "--since", "2015-03-08T15:00")
    assert 0 < late["stats"]["traces"] < 10
    assert late["stats"]["traces"] + document(LOG, "--until", "2015-03-08T15:00")["stats"]["traces"] == 10
    times = [group["last_seen"] for group in document(LOG, "--sort", "last")["groups"]]
    assert times == sorted(times, reverse=True)
    times = [group["first_seen"] for group in document(LOG, "--sort", "first")["groups"]]
    assert times == sorted(times)
    assert len(document(LOG, "--top", 3)["groups"]) == 3


def test_plain_text_through_a_pipe() -> None:
    result = run("stacktraces", "log", LOG)
    assert (result.code, result.err) == (0, "")
    assert "\x1b" not in result.out
    assert "2 × KeyError: 'kumquat'\n    at      /srv/app/make_python_log.py:31 in price_of\n" in result.out
    assert "    root    ConnectionRefusedError: [Errno 111] Connection refused\n" in result.out
    assert re.search(
        r"^9\.5 kB in 1 file, 10 traces, 7 distinct, \d+\.\d\d s, \d+ MB/s$", result.out, re.MULTILINE
    )


def test_where_all_frames_are_a_library_s_the_innermost_is_named() -> None:
    text = (
        trace("KeyError: 1")
        .replace("/srv/a.py", "/usr/lib/python3/dist-packages/celery/worker/loops.py")
        .encode()
    )
    place = "/usr/lib/python3/dist-packages/celery/worker/loops.py:3 in f"
    assert f"\n    raised  {place}\n" in run("stacktraces", "log", stdin=text).out
    shown = run("stacktraces", "log", "--color", "always", "--full", stdin=text).out
    assert f"raised at {place}" in " ".join(re.sub(r"\x1b\[[0-9;]*m", "", shown).split())
    assert document(stdin=text)["groups"][0]["culprit"] is None


@pytest.mark.parametrize("options", [(), ("--full",)])
@pytest.mark.parametrize("width", [40, 80, 100, 200])
def test_table_keeps_to_the_terminals_width(width: int, options: tuple[str, ...]) -> None:
    command = [Path(sys.executable).with_name("stacktraces"), "log", LOG, "--color", "always", *options]
    done = subprocess.run(
        command, capture_output=True, text=True, env={"COLUMNS": str(width), "PATH": ""}, check=True
    )
    plain = re.sub(r"\x1b\[[0-9;]*m", "", done.stdout)
    assert plain != done.stdout
    assert max(map(len, plain.splitlines()[:-2])) <= width
    assert "KeyError" in plain


def test_show_prints_one_group_whole(tmp_path: Path) -> None:
    saved = tmp_path / "result.json"
    saved.write_text(run("stacktraces", "log", LOG, "--format", "json").out)
    names = [group["fingerprint"] for group in json.loads(saved.read_text())["groups"]]
    result = run("stacktraces", "show", names[0], saved)
    assert result.code == 0
    assert "KeyError: 'kumquat'" in result.out
    assert "return PRICES[name]" in result.out
    assert result.out.count(f"{LOG}:") >= 2
    assert run("stacktraces", "show", names[0][:9], stdin=saved.read_bytes()).out == result.out
    refused(run("stacktraces", "show", "9-nothing", saved), "9-nothing")
    refused(run("stacktraces", "show", "4-", saved), "start of 7 fingerprints")
    refused(run("stacktraces", "show", "4-", LOG), "no result of")


def test_files_that_cannot_be_read_are_named_and_skipped(tmp_path: Path) -> None:
    result = run("stacktraces", "log", LOG, tmp_path / "gone.log", "--format", "json")
    assert result.code == 3
    assert f"{tmp_path}/gone.log does not exist" in result.err
    assert json.loads(result.out)["stats"]["traces"] == 10
    packed = tmp_path / "cut.log.gz"
    packed.write_bytes(gzip.compress(LOG.read_bytes(), mtime=0)[:-400])
    result = run("stacktraces", "log", packed, "--format", "json")
    assert result.code == 3
    assert json.loads(result.out)["stats"]["traces"] > 0
    assert "cut.log.gz" in result.err
    refused(run("stacktraces", "log", tmp_path / "gone.log"), "does not exist")


def test_log_without_traces_is_no_error(tmp_path: Path) -> None:
    (tmp_path / "quiet.log").write_text("all is well\n")
    (tmp_path / "empty.log").write_text("")
    for name in ("quiet.log", "empty.log"):
        result = run("stacktraces", "log", tmp_path / name)
        assert result.code == 0
        assert result.err.startswith(
            "No error was found. Stack traces and crashes of these were looked for: "
        )
        assert "Python" in result.err
        assert result.err.count("\n") == 1
        assert "0 traces, 0 distinct" in result.out
    result = run("stacktraces", "log", LOG, "--type", "NoSuchError")
    assert (result.code, result.err[:47]) == (0, "No error that the options ask for was found. St")


def test_what_is_not_read_is_told_and_can_fail(tmp_path: Path) -> None:
    path = tmp_path / "app.log"
    path.write_text("start\nbacktrace:\n 1: f\n\nCaused by: shop.Lost: gone\n\nCaused by: shop.Lost: again\n")
    result = run("stacktraces", "log", path)
    assert result.code == 0
    assert result.err.splitlines() == [
        "3 places look like stack traces that are not read:",
        f"       1  backtrace header      first {path}:2",
        f"       2  Caused by             first {path}:5",
    ]
    result = run("stacktraces", "log", path, "--format", "json", "--fail-on", "unread")
    assert result.code == 1
    unread = json.loads(result.out)["stats"]["unread"]
    assert [(each["kind"], each["count"]) for each in unread] == [("backtrace header", 1), ("Caused by", 2)]
    assert [(each["first"]["line"], each["first"]["offset"]) for each in unread] == [(2, 6), (5, 24)]
    assert run("stacktraces", "log", path, "--each", "--fail-on", "unread").code == 1
    assert run("stacktraces", "log", LOG, "--fail-on", "unread").code == 0
    refused(run("stacktraces", "log", path, "--fail-on", "unread", "--fail-on", "new"), "--known")


def test_hostile_text_never_reaches_the_terminal_raw(tmp_path: Path) -> None:
    path = tmp_path / "hostile.log"
    path.write_bytes(
        trace("KeyError: \x1b]0;owned\x07\x9b31m\u202e evil \x00 [red]markup[/red]").encode() + b"\xff\xfe"
    )
    for arguments in ((), ("--color", "always", "--full"), ("--each",), ("--color", "always")):
        shown = run("stacktraces", "log", path, *arguments).out
        assert not set(re.sub(r"\x1b\[[0-9;]*m", "", shown)) & set("\x1b\x07\x00\x9b\u202e")
        assert "[red]markup[/red]" in shown or arguments == ("--color", "always")


def test_wrong_options_get_one_sentence() -> None:
    assert "is no time" in run("stacktraces", "log", LOG, "--since", "tomorrow").err
    refused(run("stacktraces", "log", LOG, "--fail-on", "new"), "--known")
    refused(run("stacktraces", "log", LOG, "--each", "--known", "x.toml"), "--each")
    refused(run("stacktraces", "log", LOG, "--carrier", "pigeon"), "pigeon")
    refused(run("stacktraces", "log", "--follow"), "--follow")


def test_second_run_against_known_issues_and_one_new_exception(tmp_path: Path) -> None:
    known, extra = tmp_path / "known.toml", tmp_path / "extra.log"
    options = ("--known", known, "--fail-on", "new", "--fail-on", "regressed")
    assert run("stacktraces", "log", LOG, "--known", known, "--update").code == 0
    assert run("stacktraces", "log", LOG, *options).code == 0
    extra.write_text(trace("RuntimeError: never seen", "fresh"))
    result = run("stacktraces", "log", LOG, extra, *options)
    assert result.code == 1
    assert re.findall(r"^NEW +\d+ × (.*)$", result.out, re.MULTILINE) == ["RuntimeError: never seen"]


def test_follow_shows_new_groups_at_once_and_survives_rotation_and_truncation(tmp_path: Path) -> None:
    path = tmp_path / "app.log"
    path.write_text("started\n")
    command = [Path(sys.executable).with_name("stacktraces"), "log", "--follow", path, "--format", "jsonl"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None

    def next_function() -> str:
        assert process.stdout is not None
        return json.loads(process.stdout.readline())["error"]["frames"][0]["function"]

    try:
        with path.open("a") as file:
            file.write(trace("KeyError: 1", "appended"))
        assert next_function() == "appended"
        path.rename(tmp_path / "app.log.1")
        path.write_text(trace("KeyError: 1", "rotated"))
        assert next_function() == "rotated"
        path.write_text(trace("KeyError: 1", "cut"))
        assert next_function() == "cut"
        time.sleep(0.3)
        process.send_signal(signal.SIGINT)
        assert process.wait(20) == 130
    finally:
        process.kill()
        process.stdout.close()


@contextlib.contextmanager
def following(path: Path, *options: object) -> Iterator[subprocess.Popen[str]]:
    """A running ``stacktraces log --follow`` of ``path``, which has shown what was in it."""
    program = Path(sys.executable).with_name("stacktraces")
    command = [program, "log", "--follow", path, "--format", "jsonl", *options]
    process = subprocess.Popen(
        [*map(str, command)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    assert process.stderr is not None
    try:
        assert "appended" in process.stdout.readline()
        yield process
    finally:
        process.kill()
        process.stdout.close()
        process.stderr.close()


def counts(known: Path) -> dict[str, int]:
    if not known.exists():
        return {}
    listed = run("stacktraces", "known", "list", "-k", known, "--format", "json")
    return {each["title"]: each["count"] for each in json.loads(listed.out)["issues"]}


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_follower_records_when_it_is_told_to_end(tmp_path: Path, number: signal.Signals) -> None:
    path, known = tmp_path / "app.log", tmp_path / "known.db"
    path.write_text(trace("KeyError: 1", "appended") * 3)
    with following(path, "--known", known, "--update", "--fail-on", "regressed") as process:
        # Not even what it had no time to look at is lost.
        with path.open("a") as file:
            file.write(trace("ValueError: 2", "later"))
        assert process.stdout is not None
        assert json.loads(process.stdout.readline())["verdict"] == "new"
        process.send_signal(number)
        assert process.wait(20) == 128 + number
    assert counts(known) == {"KeyError: <number> in appended": 3, "ValueError: <number> in later": 1}


def test_a_follower_under_nohup_outlives_its_terminal(tmp_path: Path) -> None:
    path = tmp_path / "app.log"
    path.write_text(trace("KeyError: 1", "appended"))
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        with following(path) as process:
            process.send_signal(signal.SIGHUP)
            with path.open("a") as file:
                file.write(trace("ValueError: 2", "later"))
            assert process.stdout is not None
            assert "later" in process.stdout.readline()
            process.send_signal(signal.SIGTERM)
            assert process.wait(20) == 128 + signal.SIGTERM
    finally:
        signal.signal(signal.SIGHUP, before)


def test_a_known_issue_s_link_stands_in_the_table_of_a_terminal(tmp_path: Path) -> None:
    known = tmp_path / "known.toml"
    (found,) = document("-", "--known", known, "--update", stdin=trace("KeyError: 1").encode())["groups"]
    link = ("known", "note", found["fingerprint"], "--link", "https://example.org/41", "-k", known)
    assert run("stacktraces", *link).code == 0
    shown = run(
        "stacktraces",
        "log",
        "--known",
        known,
        "--color",
        "always",
        "--full",
        stdin=trace("KeyError: 1").encode(),
    )
    assert "https://example.org/41" in shown.out


def test_a_follower_that_is_killed_has_recorded_what_it_saw(tmp_path: Path) -> None:
    path, known = tmp_path / "app.log", tmp_path / "known.db"
    path.write_text(trace("KeyError: 1", "appended") * 3)
    with following(path, "--known", known, "--update") as process:
        end = time.monotonic() + 60
        for expected in (3, 5):
            while sum(counts(known).values()) < expected and time.monotonic() < end:
                time.sleep(0.1)
            assert sum(counts(known).values()) == expected
            with path.open("a") as file:
                file.write(trace("KeyError: 1", "appended") * 2)
        process.kill()
        assert process.wait(20) == -signal.SIGKILL


def test_a_follower_fails_as_asked_and_calls_new_what_it_recorded_itself(tmp_path: Path) -> None:
    path, known = tmp_path / "app.log", tmp_path / "known.db"
    path.write_text(trace("KeyError: 1", "appended"))
    with following(path, "--known", known, "--update", "--fail-on", "new") as process:
        end = time.monotonic() + 60
        while not counts(known) and time.monotonic() < end:
            time.sleep(0.1)
        process.send_signal(signal.SIGTERM)
        assert process.wait(20) == 1
        assert process.stderr is not None
        assert "--fail-on: 1 of 1 groups" in process.stderr.read()


def test_a_follower_whose_reader_has_gone_records_what_it_saw(tmp_path: Path) -> None:
    path, known = tmp_path / "app.log", tmp_path / "known.db"
    path.write_text(trace("KeyError: 1", "appended"))
    with following(path, "--known", known, "--update") as process:
        assert process.stdout is not None
        process.stdout.close()
        with path.open("a") as file:
            file.write(trace("ValueError: 2", "later"))
        assert process.wait(20) == 0
    assert len(counts(known)) == 2


def test_store_that_cannot_be_written_loses_no_result(tmp_path: Path) -> None:
    known = tmp_path / "folder" / "known.toml"
    known.parent.mkdir()
    assert run("stacktraces", "log", LOG, "--known", known, "--update").code == 0
    extra = tmp_path / "extra.log"
    extra.write_text(trace("RuntimeError: never seen", "fresh"))
    subprocess.run(["chattr", "+i", known.parent], check=False, capture_output=True)
    try:
        if os.access(known.parent, os.W_OK) and not _refuses_files(known.parent):
            pytest.skip("nothing makes a folder read-only for this user here")
        result = run("stacktraces", "log", extra, "--known", known, "--update")
    finally:
        subprocess.run(["chattr", "-i", known.parent], check=False, capture_output=True)
    assert result.code == 3
    assert "RuntimeError: never seen" in result.out
    assert str(known) in result.err


def _refuses_files(folder: Path) -> bool:
    try:
        (folder / "probe").write_text("")
    except OSError:
        return True
    (folder / "probe").unlink()
    return False
