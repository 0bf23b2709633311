"""What collect.py reads of CPython is what CPython says from inside, on each one that is found."""

from __future__ import annotations

import contextlib
import os
import re
import resource
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from stacktraces.model import Snapshot, ThreadGroup
from stacktraces.parsing import parse
from stacktraces.snapshots.describing import describe
from stacktraces.snapshots.joining import join
from stacktraces.snapshots.locks import with_locks
from tests.conftest import need
from tests.live import programs
from tests.live.collect_support import (
    COLLECTOR,
    collect,
    interpreters,
    is_traced,
    kill_now,
    running,
    start_collector,
    state_of,
)
from tests.live.programs import children, wait_until
from tests.live.python_shapes import PROGRAM

pytestmark = pytest.mark.live

VERSIONS = ("2.7", "3.6", "3.7", "3.8", "3.9", "3.10", "3.11", "3.12", "3.13", "3.14")
EVERYWHERE = [pytest.param(version, marks=pytest.mark.matrix) for version in VERSIONS]
HERE = [pytest.param(sys.executable, id="this"), pytest.param("/usr/bin/python3", id="system")]
Stacks = dict[int, list[tuple[str, str, int]]]


def interpreter(wanted: str) -> str:
    if wanted.startswith("/"):
        return need(wanted)
    found = interpreters(wanted)
    if not found:
        pytest.skip(f"Python {wanted} is not found")
    return found[0]


@contextlib.contextmanager
def shapes(program: str, folder: Path) -> Iterator[tuple[int, Stacks]]:
    """The program that waits in stacks of every shape: its process and what it says of its threads."""
    script, told = folder / "shapes.py", folder / "told"
    script.write_text(PROGRAM)
    before = resource.getrlimit(resource.RLIMIT_CORE)
    resource.setrlimit(resource.RLIMIT_CORE, (before[1], before[1]))
    try:
        with running(interpreter(program), script, told) as process:
            yield process.pid, read_told(told)
    finally:
        resource.setrlimit(resource.RLIMIT_CORE, before)


def read_told(path: Path) -> Stacks:
    stacks: Stacks = {}
    for line in path.read_text("utf-8").splitlines():
        handle, function, file, number = line.split("\t")
        stacks.setdefault(int(handle, 16), []).append((function, file, int(number)))
    return stacks


def read(text: str) -> Stacks:
    """The stacks in what the collector wrote, without the main thread's."""
    (snapshot,) = parse(text.encode("utf-8", "surrogateescape"))
    assert isinstance(snapshot, Snapshot)
    return {
        int(thread.handle or "", 16): [
            (frame.function or "", frame.file or "", frame.line or 0) for frame in thread.frames
        ]
        for process in snapshot.processes
        for thread in process.threads
        if thread.frames[-1].function != "<module>"
    }


@pytest.mark.parametrize("program", HERE + EVERYWHERE)
@pytest.mark.parametrize("options", [(), ("--nonblocking",)], ids=["held", "running"])
def test_a_live_process(program: str, options: tuple[str, ...], tmp_path: Path) -> None:
    with shapes(program, tmp_path) as (pid, told):
        done = collect("-p", pid, "--python-only", "-l", "-", *options)
        assert (done.returncode, done.stderr) == (0, "")
        assert state_of(pid) == "S"
        assert not is_traced(pid)
    assert len(told) >= 13
    assert read(done.stdout) == told
    assert ("REM STOPPED" in done.stdout) == (not options)


@pytest.mark.parametrize("program", HERE[1:] + EVERYWHERE)
def test_a_core_that_gcore_wrote(program: str, tmp_path: Path) -> None:
    need("gcore")
    with shapes(program, tmp_path) as (pid, told):
        subprocess.run(["gcore", "-o", tmp_path / "core", str(pid)], check=True, capture_output=True)
    done = collect("-c", tmp_path / f"core.{pid}", "--python-only", "-l", "-")
    assert (done.returncode, done.stderr) == (0, "")
    assert read(done.stdout) == told


@pytest.mark.parametrize("program", HERE[1:] + EVERYWHERE)
def test_a_core_of_an_abort(program: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    if Path("/proc/sys/kernel/core_pattern").read_text().startswith(("|", "/")):
        pytest.skip("the kernel writes no core file into the current folder")
    monkeypatch.chdir(tmp_path)
    with shapes(program, tmp_path) as (pid, told):
        os.kill(pid, signal.SIGABRT)
        wait_until(lambda: state_of(pid) == "Z", "the end of the process")
    cores = list(tmp_path.glob("core*"))
    done = collect("-c", cores[0], "--python-only", "-l", "-")
    assert (done.returncode, done.stderr) == (0, "")
    assert read(done.stdout) == told


WAITING = """
import queue, threading, time
lock = threading.Lock()
def take():
    queue.Queue().get()
def write():
    with lock:
        time.sleep(600)
def read():
    with lock:
        pass
for name, function in (("taker", take), ("writer", write), ("reader", read)):
    threading.Thread(target=function, name=name, daemon=True).start()
    time.sleep(0.1)
print("ready", flush=True)
time.sleep(600)
"""


def described(text: str) -> dict[str | None, ThreadGroup]:
    """The groups of the one process in what the collector wrote, by their names."""
    snapshots = [each for each in parse(text.encode()) if isinstance(each, Snapshot)]
    (snapshot,) = join(snapshots)
    (process,) = describe(with_locks(snapshot)).processes
    return {group.name: group for group in process.groups}


def functions(group: ThreadGroup) -> list[str | None]:
    return [frame.function for frame in group.frames if frame.address is None]


@pytest.mark.parametrize("options", [("--python-only",), ("--no-locals",)], ids=["python", "gdb"])
@pytest.mark.parametrize("program", HERE[1:] + EVERYWHERE[1:])
def test_idle_workers_are_idle_and_waiting_ones_name_the_holder(
    program: str, options: tuple[str, ...]
) -> None:
    need("gdb")
    with running(interpreter(program), "-c", WAITING) as process:
        done = collect("-p", process.pid, "-l", "-", *options)
    assert (done.returncode, done.stderr) == (0, "")
    groups = described(done.stdout)
    assert functions(groups["taker"])[:3] == ["wait", "get", "take"]
    assert (groups["taker"].state, groups["taker"].idle) == ("waiting for an item of a queue", True)
    assert functions(groups["reader"])[0] == "read"
    assert (groups["reader"].state, groups["reader"].idle) == ("waiting for a Python lock", False)
    assert re.fullmatch(
        r'likely held by thread \d+ "writer", .*in write at <string>:8', groups["reader"].wait or ""
    )


@pytest.mark.skipif(os.geteuid() != 0, reason="only root may make namespaces and change users")
def test_a_process_in_namespaces_of_its_own() -> None:
    words = [need("unshare"), "--mount", "--pid", "--fork", "--mount-proc", "/usr/bin/python3", "-c", WAITING]
    with running(*words) as process:
        (inner,) = children(process.pid)
        done = collect("-p", inner, "--python-only", "-l", "-")
    groups = described(done.stdout)
    assert {"taker", "writer", "reader"} <= groups.keys()
    assert groups["reader"].state == "waiting for a Python lock"


@pytest.mark.skipif(os.geteuid() != 0, reason="only root may make namespaces and change users")
def test_another_user_is_refused_and_the_same_one_is_not(tmp_path: Path) -> None:
    tmp_path.chmod(0o755)
    copy = Path(tempfile.mkdtemp()) / "collect.py"
    copy.parent.chmod(0o755)
    shutil.copy(COLLECTOR, copy)

    def look(user: str, pid: int) -> subprocess.CompletedProcess[str]:
        words = ["/usr/bin/python3", str(copy), "-p", str(pid), "--python-only", "-l", "-"]
        return subprocess.run(
            words, capture_output=True, text=True, check=False, user=user, group=0, extra_groups=[]
        )

    process = subprocess.Popen(
        ["/usr/bin/python3", "-c", WAITING], stdout=subprocess.PIPE, user="daemon", group=0
    )
    try:
        assert process.stdout is not None
        assert process.stdout.readline() == b"ready\n"
        assert "taker" in described(look("daemon", process.pid).stdout)
        refused = look("nobody", process.pid)
        assert (refused.returncode, refused.stdout) == (2, "")
        assert refused.stderr.endswith("Run as that user or as root.\n")
    finally:
        process.kill()
        process.communicate()
        shutil.rmtree(copy.parent)


def test_a_stopped_process_says_so_and_stays_stopped() -> None:
    with running("/usr/bin/python3", "-c", WAITING) as process:
        process.send_signal(signal.SIGSTOP)
        wait_until(lambda: state_of(process.pid) == "T", "the stop")
        done = collect("-p", process.pid, "--python-only", "-l", "-")
        assert state_of(process.pid) == "T"
        assert not is_traced(process.pid)
    assert {group.wait for group in described(done.stdout).values() if group.name != "reader"} == {
        "stopped by a signal"
    }


def test_a_collector_that_is_killed_leaves_the_process_running(tmp_path: Path) -> None:
    with running("/usr/bin/python3", "-c", WAITING) as process:
        words = (
            "-p",
            process.pid,
            "--python-only",
            "--samples",
            500,
            "--interval",
            0,
            "-l",
            tmp_path / "out",
        )
        for _ in range(5):
            with start_collector(*words) as collector:
                wait_until(lambda: is_traced(process.pid), "the look")
                kill_now(collector)
            wait_until(
                lambda: not is_traced(process.pid) and state_of(process.pid) == "S", "the end of the look"
            )


def test_a_process_that_runs_no_python() -> None:
    with running("/bin/sh", "-c", "echo ready; sleep 600; :") as process:
        done = collect("-p", process.pid, "--python-only", "-l", "-")
    assert (done.returncode, done.stdout) == (2, "")
    assert "no CPython was found in it" in done.stderr


def test_samples_are_a_profile(tmp_path: Path) -> None:
    program = (
        "def burn():\n  while True: pass\nprint('ready', flush=True)\nimport time; time.sleep(0.2)\nburn()"
    )
    with running(sys.executable, "-c", program) as process:
        wait_until(lambda: state_of(process.pid) == "R", "the loop")
        done = collect(
            "-p", process.pid, "--python-only", "--samples", 20, "--interval", 0.01, "-l", tmp_path / "out"
        )
        assert (done.returncode, done.stderr) == (0, "")
    words = [sys.executable, "-m", "stacktraces", "describe", "--format", "folded", str(tmp_path / "out")]
    shown = subprocess.run(words, capture_output=True, text=True, check=True).stdout
    counts = [int(line.rpartition(" ")[2]) for line in shown.splitlines() if ";burn " in line]
    assert sum(counts) == 20


@pytest.mark.parametrize("version", ["2.7", "3.6", "3.13"])
def test_the_collector_reads_the_same_under_any_python(version: str, tmp_path: Path) -> None:
    with shapes("/usr/bin/python3", tmp_path) as (pid, told):
        words = [interpreter(version), str(COLLECTOR), "-p", str(pid), "--python-only", "-l", "-"]
        done = subprocess.run(words, capture_output=True, check=False, env={**os.environ, "LC_ALL": "C"})
    assert (done.returncode, done.stderr) == (0, b"")
    assert read(done.stdout.decode()) == told


def test_sub_interpreters() -> None:
    program = """
import threading
try:
    import _interpreters as interpreters
    run = interpreters.exec
except ImportError:
    import _xxsubinterpreters as interpreters
    run = interpreters.run_string
code = "import time\\ndef inside():\\n    time.sleep(600)\\ninside()"
threading.Thread(target=lambda: run(interpreters.create(), code), daemon=True).start()
import time
time.sleep(0.5)
print("ready", flush=True)
time.sleep(600)
"""
    with running("/usr/bin/python3", "-c", program) as process:
        done = collect("-p", process.pid, "--python-only", "-l", "-")
    assert (done.returncode, done.stderr) == (0, "")
    (snapshot,) = parse(done.stdout.encode())
    assert isinstance(snapshot, Snapshot)
    stacks = [[frame.function for frame in thread.frames] for thread in snapshot.processes[0].threads]
    assert ["inside", "<module>"] in stacks
    assert ["<module>"] in stacks


VIEW = """import time


def view(environment):
    time.sleep(600)


def application(environment, start):
    if environment["PATH_INFO"] == "/slow":
        view(environment)
    start("200 OK", [])
    return [b""]
"""
SERVERS = [
    ("gunicorn", "-b 127.0.0.1:{port} slow_application"),
    (
        "uwsgi",
        "--plugin python3 --http-socket 127.0.0.1:{port} --master --die-on-term --wsgi-file slow_application.py",
    ),
]


@pytest.mark.parametrize(("name", "options"), SERVERS, ids=[name for name, _ in SERVERS])
@pytest.mark.parametrize("look", ["--python-only", pytest.param("--no-locals", marks=pytest.mark.matrix)])
def test_the_view_that_a_server_is_stuck_in(name: str, options: str, look: str) -> None:
    need("gdb")

    def places(worker: int) -> list[tuple[str | None, int | None]]:
        done = collect("-p", worker, "-l", "-", look)
        (snapshot,) = join(each for each in parse(done.stdout.encode()) if isinstance(each, Snapshot))
        (process,) = describe(snapshot).processes
        return [(group.place.function, group.place.line) for group in process.groups if group.place]

    with (
        programs.wsgi(name, *options.split(), application=VIEW) as (pid, port),
        socket.create_connection(("127.0.0.1", port)) as client,
    ):
        client.sendall(b"GET /slow HTTP/1.0\r\n\r\n")
        wait_until(lambda: ("view", 5) in places(children(pid)[0]), "the view")
