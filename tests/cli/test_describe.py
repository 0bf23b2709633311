"""``describe.py`` as its user runs it."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from tests.cli.support import refused, run

EXAMPLE = Path(__file__).parents[2] / "examples" / "httpd-event-child.gdb.txt"


def capture(pid: int, exe: str, *threads: tuple[int, str]) -> str:
    """A capture in gdb's words: for each thread its number and its functions, innermost first."""
    lines = [f"REM collect.py 1.01 TOOL=gdb  PYPLATFORM=linux2 ./collect.py -p {pid} -e {exe} -l outfile"]
    for number, functions in threads:
        lines += ["", f"Thread {number} (Thread 0x7fdb{number:08x} (LWP {pid + number})):"]
        lines += [
            f"#{index}  0x{4096 + index:016x} in {function} () at server.c:{index + 1}\nNo locals."
            for index, function in enumerate(functions.split(", "))
        ]
    return "\n".join(lines) + "\n"


def test_the_readme_of_the_seed_a_process_it_knows_nothing_about(tmp_path) -> None:
    functions = (
        "__poll_nocancel, apr_wait_for_io_or_timeout, procmgr_fetch_cmd, pm_main, create_process_manager, "
        "procmgr_post_config, fcgid_init, ap_run_post_config, main"
    )
    (tmp_path / "outfile").write_text(capture(5315, "/home/trawick/inst/24-64/bin/httpd", (1, functions)))
    result = run("describe.py", "--debuglog", tmp_path / "outfile")
    assert (result.code, result.err) == (0, "")
    assert result.out == (
        f"Pid 5315 Executable /home/trawick/inst/24-64/bin/httpd \n1 * [1]\n  {functions}, \n"
    )


def test_the_readme_of_the_seed_threads_it_understands(tmp_path) -> None:
    wait = "pthread_cond_wait@@GLIBC_2.3.2, apr_thread_cond_wait, ap_queue_pop, worker_thread, dummy_worker, start_thread"
    accept = "epoll_wait, impl_pollset_poll, apr_pollset_poll, listener_thread, dummy_worker, start_thread"
    main = "read, ap_mpm_podx_check, child_main, make_child, startup_children, worker_run, ap_run_mpm, main"
    workers = [(number, wait) for number in range(22, 2, -1)]
    text = capture(5316, "/home/trawick/inst/24-64/bin/httpd", *workers, (2, accept), (1, main))
    (tmp_path / "outfile2").write_text(text)
    result = run("describe.py", "--debuglog", tmp_path / "outfile2")
    assert (result.code, result.err) == (0, "")
    assert result.out == (
        "Pid 5316 Executable /home/trawick/inst/24-64/bin/httpd \n"
        "20 * [22] MPM child worker thread (waiting for connection to handle)\n"
        "  apr_thread_cond_wait, ap_queue_pop, worker_thread, dummy_worker, \n"
        "1 * [2] MPM child listener thread (waiting for connection to accept)\n"
        "  apr_pollset_poll, listener_thread, dummy_worker, \n"
        "1 * [1] MPM child main thread (waiting for termination event)\n"
        "  read, ap_mpm_podx_check, child_main, make_child, startup_children, worker_run, ap_run_mpm, main, \n"
    )


@pytest.mark.parametrize("name", ["PR53870.pstackout", "ubuntu64.live.collect.gdbout"])
def test_json_equals_the_seeds_key_for_key(seed_captures: Path, name: str) -> None:
    result = run("describe.py", "-l", seed_captures / name, "--format", "json")
    document = json.loads(result.out)
    assert document == {
        "processgroupname": "no-name",
        "processes": [json.loads((seed_captures / f"{name}.json").read_text())],
    }


def test_every_seed_capture_is_described(seed_captures: Path) -> None:
    captures = sorted(seed_captures.glob("*out"))
    assert captures
    for path in captures:
        result = run("describe.py", "-l", path)
        assert (result.code, result.err) == (0, ""), path.name
        assert " * [" in result.out


def test_levels_show_more_and_more() -> None:
    texts = [run("describe.py", "-l", EXAMPLE, "-i", level).out for level in range(5)]
    groups, threads, frames, arguments, variables = texts
    assert groups.startswith("Pid ")
    assert groups.count("MPM child worker thread") < threads.count("MPM child worker thread") == 25
    assert " worker_thread at event.c:" in frames
    assert "(thd=" not in frames
    assert "(thd=" in arguments
    assert "\n      rv = " not in arguments
    assert "\n      rv = " in variables
    assert [len(text) for text in texts] == sorted(len(text) for text in texts)


def test_raw_is_the_debuggers_own_output() -> None:
    assert run("describe.py", "-l", EXAMPLE, "--format", "raw").out.encode() == EXAMPLE.read_bytes()


def test_standard_input_and_subcommand_give_the_same() -> None:
    by_file = run("describe.py", "-l", EXAMPLE)
    assert run("describe.py", "-l", "-", stdin=EXAMPLE.read_bytes()) == by_file
    assert run("stacktraces", "describe", "-l", EXAMPLE) == by_file


def test_own_rules(tmp_path) -> None:
    rules = tmp_path / "own.toml"
    rules.write_text('[[name]]\nwhen = { function = "worker_thread" }\nname = "one of mine"\n')
    assert (
        "] one of mine (waiting for connection to handle)\n"
        in run("describe.py", "-l", EXAMPLE, "--rules", rules).out
    )
    rules.write_text('[[name]]\nwhen = { function = "worker_thread" }\n')
    refused(run("describe.py", "-l", EXAMPLE, "--rules", rules), f"{rules}:1: ", "'name'")


def test_windows_line_ends_and_bytes_that_are_not_text(tmp_path) -> None:
    path = tmp_path / "capture"
    path.write_bytes(EXAMPLE.read_bytes().replace(b"\n", b"\r\n"))
    assert run("describe.py", "-l", path).out == run("describe.py", "-l", EXAMPLE).out
    path.write_bytes(EXAMPLE.read_bytes().replace(b"rv = 0", b"rv = \xff\xfe\x1b[31m"))
    result = run("describe.py", "-l", path, "-i", "4")
    assert result.code == 0
    assert "rv = \\xff\\xfe" in result.out
    assert "\x1b" not in result.out


def test_bad_input_gets_one_sentence(tmp_path) -> None:
    empty, binary, prose = (tmp_path / name for name in ("empty", "binary", "prose"))
    empty.write_bytes(b"")
    binary.write_bytes(bytes(range(256)) * 64)
    prose.write_text("It was a dark and stormy night.\n" * 100)
    refused(run("describe.py", "-l", tmp_path / "missing"), "missing", "does not exist")
    refused(run("describe.py", "-l", tmp_path), "is a folder")
    refused(run("describe.py", "-l", empty), "is empty")
    refused(run("describe.py", "-l", binary), "binary")
    refused(run("describe.py", "-l", prose), "gdb backtrace", "Solaris pstack")
    refused(run("describe.py", "-l", "-"), "empty")
    refused(run("describe.py"), "-l FILE, -p PID or -c CORE")
    refused(run("describe.py", "-l", EXAMPLE, "-p", 1), "one of")
    refused(run("describe.py", "-l", EXAMPLE, "-f"), "-p PID")
    refused(run("describe.py", "-p", 2**22 + 1), "no process")
    refused(run("describe.py", "-c", tmp_path / "none.core"), "none.core")


def test_a_capture_with_a_problem_is_described_and_says_so(tmp_path) -> None:
    path = tmp_path / "capture"
    path.write_text(capture(7, "/srv/app", (1, "read, main")) + "REM PROBLEM gdb took longer than 60 s.\n")
    result = run("describe.py", "-l", path)
    assert result.code == 3
    assert "read, main, " in result.out
    assert result.err == "gdb took longer than 60 s.\n"


def test_a_frame_of_ten_megabytes_and_a_hundred_thousand_frames(tmp_path) -> None:
    path = tmp_path / "capture"
    path.write_text(f'#0  0x1 in long (text="{"x" * 10_000_000}") at a.c:1\n#1  0x2 in main () at a.c:2\n')
    result = run("describe.py", "-l", path)
    assert result.code == 3
    assert "long, main, " in result.out
    assert "cut" in result.err
    path.write_text("".join(f"#{number}  0x1 in f{number % 7} () at a.c:1\n" for number in range(100_000)))
    result = run("describe.py", "-l", path)
    assert (result.code, result.err) == (0, "")
    assert result.out.count(", ") == 100_000


def test_what_the_first_version_did_not_say_stands_on_standard_error() -> None:
    core, locks = EXAMPLE.with_name("cartd-core.gdb.txt"), EXAMPLE.with_name("ledgers.gdb.txt")
    for path, said, aside in (
        (core, "Crash of cartd 14979", ""),
        (locks, "Deadlock in process 8894", "Deadlock"),
    ):
        result = run("describe.py", "-l", path)
        assert result.code == 0
        assert aside in result.err
        assert bool(result.err) == bool(aside)
        heading, group, stack = (re.compile(each) for each in (r"Pid \d+ ", r"\d+ \* \[\d+\]", "  "))
        for line in result.out.splitlines():
            assert any(each.match(line) for each in (heading, group, stack)), line
        assert said in run("stacktraces", "describe", "--format", "text", path).out


def test_json_of_the_first_command_keeps_its_shape() -> None:
    core = EXAMPLE.with_name("cartd-core.gdb.txt")
    result = run("describe.py", "-l", core, "--format", "json")
    (process,) = json.loads(result.out)["processes"]
    assert process.keys() == {"processname", "pid", "exe", "threads", "threadgroups"}
    assert {key for each in process["threads"] for key in each} == {"frames", "tid", "state"}
    assert {key for each in process["threads"] for frame in each["frames"] for key in frame} <= {
        "id",
        "fn",
        "args",
        "vars",
    }
