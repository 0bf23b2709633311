"""``stacktraces describe`` in each of its formats, over several captures and over time, and ``diff`` of captures.

``UPDATE_GOLDEN=1 pytest …`` writes the expected outputs anew; look at the difference before committing it.
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.support import refused, run
from tests.cli.test_describe import EXAMPLE, capture
from tests.golden import CORPUS, UPDATE

STUCK = "__lll_lock_wait, pthread_mutex_lock, write_log, worker"
FORMATS = ("dot", "folded", "html", "speedscope", "table", "text", "tree")


def looks(path: Path, pid: int, *functions: str, host: str = "www1") -> Path:
    """A file of several looks at a process with one thread, a second apart, in these functions."""
    sections = []
    for second, each in enumerate(functions):
        text = capture(pid, "/usr/sbin/served", (1, each))
        heading, newline, rest = text.partition("\n")
        sections.append(f"{heading}{newline}REM HOST {host}\nREM TIME 2026-01-01T00:00:0{second}Z\n{rest}")
    path.write_text("".join(sections))
    return path


@pytest.mark.parametrize("name", FORMATS)
def test_the_example_in_each_format(name: str) -> None:
    result = run("stacktraces", "describe", EXAMPLE, "--format", name)
    assert (result.code, result.err) == (0, "")
    golden = CORPUS / "outputs" / f"httpd-event-child.{name}"
    if UPDATE:
        golden.write_text(result.out)
    assert result.out == golden.read_text()


def test_a_few_processes_in_one_file_stand_one_after_the_other(tmp_path: Path) -> None:
    look = "$ pstack {0}\nThread 1 (Thread 0x7f (LWP {0})):\n#0  0x1f in poll ()\n#1  0x2f in serve{0} ()\n"
    (tmp_path / "few.txt").write_text("".join(look.format(pid) for pid in range(41, 46)))
    (tmp_path / "many.txt").write_text("".join(look.format(pid) for pid in range(41, 47)))
    few, many = (run("stacktraces", "describe", tmp_path / name).out for name in ("few.txt", "many.txt"))
    assert [line for line in few.splitlines() if line.startswith("Pid")] == [
        f"Pid {pid} " for pid in range(41, 46)
    ]
    assert "6 threads in 6 processes\n" in many


def test_one_capture_is_text_and_several_are_a_tree(tmp_path: Path) -> None:
    one, two = looks(tmp_path / "a", 7, "poll, listen"), looks(tmp_path / "b", 8, "poll, listen")
    assert run("stacktraces", "describe", one).out == run("describe.py", "-l", one).out
    several = run("stacktraces", "describe", one, two)
    assert several.out == "2 threads in 2 processes\n└─ 2 in 2  listen, poll\n"
    (tmp_path / "all").write_text(one.read_text() + two.read_text())
    assert run("stacktraces", "describe", tmp_path / "all").out == several.out
    assert run("stacktraces", "describe", one, two, "--format", "text").out.count("Pid ") == 2
    assert run("describe.py", "-l", tmp_path / "all").out.count("Pid ") == 2


def test_a_folder_and_a_glob(tmp_path: Path) -> None:
    for pid in range(1, 5):
        looks(tmp_path / f"{pid}.txt", pid, "poll, listen")
    by_folder = run("stacktraces", "describe", tmp_path)
    assert by_folder.out.startswith("4 threads in 4 processes\n")
    assert run("stacktraces", "describe", tmp_path / "*.txt") == by_folder


def test_a_bad_capture_among_good_ones_is_named_and_the_rest_kept(tmp_path: Path) -> None:
    good, other = looks(tmp_path / "a", 7, "poll, listen"), looks(tmp_path / "b", 8, "poll, listen")
    (tmp_path / "prose").write_text("It was a dark and stormy night.\n")
    result = run("stacktraces", "describe", good, tmp_path / "prose", other, tmp_path / "missing")
    assert result.code == 3
    assert result.out.startswith("2 threads in 2 processes\n")
    assert "prose holds no snapshot" in result.err
    assert "missing does not exist" in result.err
    assert result.err.count("\n") == 2
    refused(
        run("stacktraces", "describe", tmp_path / "prose", tmp_path / "missing"),
        "None of the 2 files",
        "prose",
    )
    (tmp_path / "nothing").mkdir()
    refused(run("stacktraces", "describe", tmp_path / "nothing"), "holds no file")
    refused(run("stacktraces", "describe", good, "-l", other), "FILEs, or one of")


def test_looks_at_a_busy_and_a_stuck_server_tell_which_is_stuck(tmp_path: Path) -> None:
    page = tmp_path / "page"
    page.write_text(
        looks(tmp_path / "busy", 7, "parse, serve", "send, serve", "read, serve").read_text()
        + looks(tmp_path / "stuck", 8, STUCK, STUCK, STUCK).read_text()
    )
    lines = run("stacktraces", "describe", page).out.splitlines()
    assert lines[0] == "served 8 on www1"
    assert lines[1] == "  3 looks in 2.0 s: 1 stood still."
    assert lines[2].startswith("  Stuck: nothing moved, and 1 thread stood still in the midst of work: ")
    assert lines[3] == "served 7 on www1"
    assert lines[5] == "  Moving: no thread stood still in the midst of work."
    assert "2 threads in 2 processes" in lines


def test_every_look_counts_in_folded_stacks_and_json(tmp_path: Path) -> None:
    path = looks(tmp_path / "looks", 7, STUCK, STUCK, "read, serve")
    assert (
        sum(
            int(line.rpartition(" ")[2])
            for line in run("describe.py", "-l", path, "--format", "folded").out.splitlines()
        )
        == 3
    )
    assert len(json.loads(run("describe.py", "-l", path, "--format", "json").out)["processes"]) == 3


def test_similar(tmp_path: Path) -> None:
    path = tmp_path / "capture"
    path.write_text(capture(7, "/bin/served", (1, "read, a, b, c, d, e"), (2, "poll, a, b, c, d, e")))
    assert run("describe.py", "-l", path).out.count("1 * [") == 2
    assert "2 * [1]" in (out := run("describe.py", "-l", path, "--similar").out)
    assert "\n  …, a, b, c, d, e, \n" in out
    assert "2  e, d, c, b, a, …" in run("stacktraces", "describe", path, "--similar", "--format", "tree").out


def test_values_appear_in_html_only_when_asked() -> None:
    shut = run("stacktraces", "describe", EXAMPLE, "--format", "html").out
    open_ = run("stacktraces", "describe", EXAMPLE, "--format", "html", "--show-values").out
    for value in ("epfd=", "sc_cancel_oldtype", "demo.conf"):
        assert value not in shut
        assert value in open_


def test_width_comes_from_columns(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "60")
    assert max(map(len, run("stacktraces", "describe", EXAMPLE, "--format", "tree").out.splitlines())) <= 60


def test_diff_of_two_captures(tmp_path: Path) -> None:
    stuck = [looks(tmp_path / f"stuck{n}", 8, STUCK) for n in (1, 2)]
    result = run("stacktraces", "diff", *stuck)
    assert (result.code, result.err) == (0, "")
    assert result.out.splitlines()[:3] == [
        "Pid 8 Executable /usr/sbin/served ",
        "2 looks: 1 stood still.",
        "Stuck: nothing moved, and 1 thread stood still in the midst of work: 1 × in __lll_lock_wait.",
    ]
    assert run("stacktraces", "diff", *stuck, "--exit-code").code == 1
    busy = [looks(tmp_path / "b1", 8, "a, serve"), looks(tmp_path / "b2", 8, "b, serve")]
    assert run("stacktraces", "diff", *busy, "--exit-code").code == 0
    (found,) = json.loads(run("stacktraces", "diff", *busy, "--format", "json").out)["processes"]
    assert (found["in"], found["pid"], found["verdict"], found["looks"]) == ("both", 8, "moving", 2)
    assert [each["motion"] for each in found["threads"]] == ["moved"]


def test_diff_names_processes_that_are_in_one_capture_only(tmp_path: Path) -> None:
    older, newer = looks(tmp_path / "a", 7, "a, serve"), looks(tmp_path / "b", 8, "a, serve")
    assert run("stacktraces", "diff", older, newer).out == "Only in A: served 7\nOnly in B: served 8\n"


def test_diff_of_captures_without_a_pid(tmp_path: Path) -> None:
    for name, function in (("a", "poll"), ("b", "read")):
        (tmp_path / name).write_text(f"#0  0x1 in {function} () at a.c:1\n#1  0x2 in main () at a.c:9\n")
    assert "2 looks: 1 moved.\n" in run("stacktraces", "diff", tmp_path / "a", tmp_path / "b").out


def test_diff_of_two_kinds(tmp_path: Path) -> None:
    (tmp_path / "result.json").write_text('{"groups": []}')
    refused(run("stacktraces", "diff", tmp_path / "result.json", EXAMPLE), "no result")


@pytest.mark.parametrize("name", ["text", "tree", "table", "html"])
def test_a_deadlock_is_told_before_the_process_that_is_in_it(name: str) -> None:
    result = run("stacktraces", "describe", EXAMPLE.with_name("ledgers.gdb.txt"), "--format", name)
    assert (result.code, result.err) == (0, "")
    body = result.out.partition("<main>")[2] or result.out
    assert "Deadlock in process 8894" in body
    assert body.index("Deadlock in process 8894") < body.index("Stuck: nothing moved, and 2 threads")
    assert "Moving: no thread stood still" in body


def test_diff_tells_deadlocks(tmp_path: Path) -> None:
    looks = EXAMPLE.with_name("ledgers.gdb.txt").read_text().split("REM collect.py ")[4:6]
    for name, text in zip("ab", looks, strict=True):
        (tmp_path / name).write_text(f"REM collect.py {text}")
    result = run("stacktraces", "diff", tmp_path / "a", tmp_path / "b", "--exit-code")
    assert (result.code, result.err) == (1, "")
    assert result.out.startswith("Deadlock in process 8894: ")


EXAMPLES = Path(__file__).parents[2] / "examples"


def test_looks_in_several_files_are_one_story(tmp_path: Path) -> None:
    text = (EXAMPLES / "ledgers.gdb.txt").read_text()
    parts = [f"REM collect{each}" for each in text.split("REM collect")[1:]]
    for number, part in enumerate(reversed(parts)):
        (tmp_path / f"{number}.txt").write_text(part)
    result = run("stacktraces", "describe", tmp_path)
    assert result.code == 0, result.err
    assert result.out.count("Deadlock in process 8894") == 1
    assert result.out.count("3 looks in 2.0 s") == 2
    assert "12 threads in 2 processes: 2 deadlocked" in result.out
    documents = json.loads(run("stacktraces", "describe", tmp_path, "--format", "json").out)
    assert [process["looks"] for process in documents["processes"]] == [3, 3]


def test_processes_of_unknown_hosts_are_never_joined(tmp_path: Path) -> None:
    for name in ("a", "b"):
        text = "Attaching to process 7\n#0  0x0000000000000010 in poll () from /lib64/libc.so.6\n"
        (tmp_path / name).write_text(text)
    documents = json.loads(run("stacktraces", "describe", tmp_path, "--format", "json").out)
    assert [process["pid"] for process in documents["processes"]] == ["7", "7"]


def test_the_headline_counts_who_crashed() -> None:
    lines = run(
        "stacktraces", "describe", EXAMPLES / "cartd-core.gdb.txt", "--format", "tree"
    ).out.splitlines()
    assert lines[0].startswith("Crash of cartd 14979 on app1: SIGSEGV")
    assert lines[1] == "4 threads in 1 process: 1 crashed"
