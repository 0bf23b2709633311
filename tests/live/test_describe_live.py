"""``describe.py`` on real processes and core files."""

from __future__ import annotations

import json
import re
import subprocess
from pathlib import Path

import pytest

from tests.cli.support import run
from tests.conftest import need
from tests.live import programs

pytestmark = pytest.mark.live

THREADED = "ThreadsPerChild 25\nMinSpareThreads 1\nMaxSpareThreads 100\n"

CRASH = """
#include <pthread.h>
#include <unistd.h>
static void *wait_for_ever(void *unused) { for (;;) pause(); }
static int crash(int *where) { return *where; }
int main(void) {
    pthread_t thread;
    for (int i = 0; i < 5; i++) pthread_create(&thread, 0, wait_for_ever, 0);
    sleep(1);
    return crash((int *) 8);
}
"""


@pytest.fixture(autouse=True)
def gdb() -> str:
    return need("gdb")


def test_httpd_parent_alone_and_with_its_children(tmp_path: Path) -> None:
    with programs.httpd(tmp_path, "event", THREADED) as (pid, _):
        parent, family = run("describe.py", "-p", pid), run("describe.py", "-p", pid, "-f")
        expected = [pid, *programs.children(pid)]
    assert (parent.code, parent.err) == (0, "")
    assert re.match(
        rf"Pid {pid} Executable \S*apache2 \n1 \* \[1\] .*MPM parent \(idle\)\n  apr_sleep, ", parent.out
    )
    assert (family.code, family.err) == (0, "")
    assert [int(each) for each in re.findall(r"^Pid (\d+) ", family.out, re.MULTILINE)] == expected
    assert re.search(r"^25 \* \[\d+\].*\n  .*ap_queue_pop_something, ", family.out, re.MULTILINE)
    assert "(waiting for termination event)" in family.out


def test_core_file_names_the_thread_that_crashed(tmp_path: Path) -> None:
    program = programs.compile_c(tmp_path, CRASH, "-g", "-O0")
    core = tmp_path / "core.crash"
    subprocess.run(
        ["gdb", "-nx", "-batch", "-ex", "run", "-ex", f"generate-core-file {core}", str(program)],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        check=True,
    )
    result = run("describe.py", "-c", core, "-e", program)
    assert (result.code, result.err) == (0, "")
    assert re.search(r"^5 \* \[\d\].*\n  .*pause, wait_for_ever, ", result.out, re.MULTILINE)
    assert re.search(r"^1 \* \[\d\] .*crashed with SIGSEGV.*\n  crash, main, $", result.out, re.MULTILINE)
    assert run("describe.py", "-c", core).out == result.out


def test_python_process_as_json() -> None:
    code = "import threading,time\nthreading.Thread(target=time.sleep, args=(60,)).start()\nprint(flush=True)\ntime.sleep(60)"
    with programs.python(code) as pid:
        result = run("describe.py", "-p", pid, "--format", "json")
    (process,) = json.loads(result.out)["processes"]
    assert process["pid"] == str(pid)
    assert "python" in process["exe"]
    assert len(process["threads"]) == 2
    assert sum(len(group["thread_ids"]) for group in process["threadgroups"]) == 2


def test_collected_file_is_described_like_the_process(tmp_path: Path) -> None:
    with programs.httpd(tmp_path, "worker", THREADED) as (pid, _):
        child = programs.children(pid)[0]
        collected = run("collect.py", "-p", child, "-l", tmp_path / "out")
        live = run("describe.py", "-p", child)
    assert (collected.code, collected.err) == (0, "")
    assert run("describe.py", "-l", tmp_path / "out").out == live.out


def test_process_that_is_gone() -> None:
    process = subprocess.Popen(["true"])
    process.wait()
    result = run("describe.py", "-p", process.pid)
    assert result.code == 2
    assert result.err.count("\n") == 1
