"""Real programs that hang without a crash: leaked goroutines, deadlocks, and uninterruptible sleep."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.cli.support import run
from tests.conftest import need
from tests.live import lock_programs, programs
from tests.live.collect_support import collect, state_of

pytestmark = pytest.mark.live

GO = """
package main

import (
	"fmt"
	"os"
	"runtime/pprof"
	"sync"
	"time"
)

type feed struct{ prices chan int }

//go:noinline
func (f *feed) fetch() { f.prices <- 1 }

//go:noinline
func poll() { go (&feed{make(chan int)}).fetch() }

//go:noinline
func transfer(from, to *sync.Mutex, both *sync.WaitGroup) {
	from.Lock()
	both.Done()
	both.Wait()
	to.Lock()
}

func main() {
	var ledger, journal sync.Mutex
	var both sync.WaitGroup
	switch os.Args[1] {
	case "leak", "dump":
		for i := 0; i < 5; i++ {
			poll()
		}
	default:
		both.Add(2)
		go transfer(&ledger, &journal, &both)
		go transfer(&journal, &ledger, &both)
	}
	time.Sleep(200 * time.Millisecond)
	switch os.Args[1] {
	case "dump":
		pprof.Lookup("goroutine").WriteTo(os.Stdout, 2)
	case "asleep":
		select {}
	default:
		fmt.Println("ready")
		time.Sleep(time.Minute)
	}
}
"""

RUST = """
use std::sync::{Arc, Barrier, Mutex};
use std::thread;

#[inline(never)]
fn transfer(from: &Mutex<u64>, to: &Mutex<u64>, both: &Barrier) {
    let _taken = from.lock().unwrap();
    both.wait();
    let _wanted = to.lock().unwrap();
}

fn main() {
    let (ledger, journal) = (Arc::new(Mutex::new(0)), Arc::new(Mutex::new(0)));
    let both = Arc::new(Barrier::new(2));
    let mut threads = vec![];
    for (name, from, to) in [("book", &ledger, &journal), ("audit", &journal, &ledger)] {
        let (from, to, both) = (from.clone(), to.clone(), both.clone());
        let work = move || transfer(&from, &to, &both);
        threads.push(thread::Builder::new().name(name.into()).spawn(work).unwrap());
    }
    println!("ready");
    for each in threads {
        each.join().unwrap();
    }
}
"""

VFORK = r"""
#include <unistd.h>
int start_helper(void) {
  pid_t child = vfork();
  if (child == 0) { write(1, "ready\n", 6); for (;;) pause(); }
  return child;
}
"""

PYTHON = """
import ctypes, sys
def restart_helper():
    ctypes.CDLL(sys.argv[1]).start_helper()
restart_helper()
"""


@pytest.fixture(scope="module")
def go_program(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("feed")
    (folder / "feed.go").write_text(GO)
    command = [need("go"), "build", "-o", "feed", "feed.go"]
    subprocess.run(command, cwd=folder, check=True, capture_output=True, timeout=600)
    return folder / "feed"


def go_dump(program: Path, shape: str, path: Path) -> Path:
    """What the program prints of its goroutines: at SIGQUIT where it says that it is ready, else by itself."""
    with subprocess.Popen([program, shape], stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        try:
            assert process.stdout is not None
            assert process.stderr is not None
            if shape in ("leak", "mutexes"):
                assert process.stdout.readline() == b"ready\n"
                process.send_signal(signal.SIGQUIT)
            source = process.stdout if shape == "dump" else process.stderr
            path.write_bytes(source.read())
        finally:
            process.kill()
    return path


def described(path: Path) -> dict[str, Any]:
    """The one process of a capture, as describe gives it to programs."""
    result = run("stacktraces", "describe", path, "--format", "json")
    assert result.code == 0, result.err
    (process,) = json.loads(result.out)["processes"]
    found: dict[str, Any] = process
    return found


@pytest.mark.parametrize("shape", ["leak", "dump"])
def test_leaked_goroutines_are_one_group_with_what_they_wait_for(
    shape: str, go_program: Path, tmp_path: Path
) -> None:
    path = go_dump(go_program, shape, tmp_path / "dump.txt")
    lines = run("stacktraces", "describe", path).out.splitlines()
    (number,) = [at for at, line in enumerate(lines) if line.startswith("5 * ")]
    assert lines[number].endswith("started by main.poll (waiting to send to a channel)")
    assert "main.(*feed).fetch" in lines[number + 1]


def test_a_deadlock_that_go_finds_itself_is_what_ended_the_process(go_program: Path, tmp_path: Path) -> None:
    path = go_dump(go_program, "asleep", tmp_path / "dump.txt")
    assert described(path)["crash"]["message"] == "all goroutines are asleep - deadlock!"
    text = run("stacktraces", "describe", path).out
    assert "all goroutines are asleep - deadlock!" in text.splitlines()[0]
    assert "2 * [" in text
    assert "started by main.main (waiting for a mutex)" in text


def test_goroutines_that_wait_for_each_others_mutex(go_program: Path, tmp_path: Path) -> None:
    path = go_dump(go_program, "mutexes", tmp_path / "dump.txt")
    waiting = [each for each in described(path)["threads"] if each.get("state") == "waiting for a mutex"]
    assert len(waiting) == 2
    for thread in waiting:
        assert "main.transfer" in [frame.get("fn") for frame in thread["frames"]]


def test_a_deadlock_of_two_rust_mutexes(tmp_path: Path) -> None:
    need("gdb")
    (tmp_path / "bank.rs").write_text(RUST)
    command = [need("rustc"), "-g", "--edition", "2021", "bank.rs"]
    subprocess.run(command, cwd=tmp_path, check=True, capture_output=True, timeout=600)
    capture = tmp_path / "capture.txt"
    with lock_programs.waiting(tmp_path / "bank", threads=3, folder=tmp_path) as pid:
        assert run("collect.py", "-p", pid, "-l", capture).code == 0
    first = run("stacktraces", "describe", capture).out.splitlines()[0]
    assert first.startswith(f"Deadlock in process {pid}: ")
    assert "(book)" in first
    assert "(audit)" in first
    assert first.count("waits in bank::transfer at bank.rs:9 for Rust mutex") == 2


@pytest.mark.parametrize("tool", ["gdb", "eu-stack"])
def test_what_the_kernel_says_of_uninterruptible_sleep_is_kept_where_no_debugger_gets_in(
    tool: str, tmp_path: Path
) -> None:
    need(tool)
    program = programs.compile_c(tmp_path, VFORK + "int main(void) { return start_helper(); }\n")
    with programs.in_vfork(program) as pid:
        done = collect("-p", pid, "--tool", tool, "--timeout", "2", "-l", tmp_path / "capture.txt")
        assert state_of(pid) == "D"
    assert done.returncode == 3
    assert f"Process {pid} is in uninterruptible sleep" in done.stderr
    assert "vfork" in done.stderr
    described = run("stacktraces", "describe", tmp_path / "capture.txt")
    assert described.code == 3
    assert "(in uninterruptible sleep in " in described.out
    assert f"Pid {pid} Executable {program.resolve()}" in described.out


def test_python_in_uninterruptible_sleep_is_read_without_a_debugger(tmp_path: Path) -> None:
    library = programs.compile_c(tmp_path, VFORK, "-shared", "-fPIC")
    (tmp_path / "parent.py").write_text(PYTHON)
    capture = tmp_path / "capture.txt"
    with programs.in_vfork(sys.executable, tmp_path / "parent.py", library) as pid:
        done = collect("-p", pid, "--python-only", "-l", capture)
        assert done.returncode == 0, done.stderr
    text = run("stacktraces", "describe", capture).out
    assert "in uninterruptible sleep" in text
    assert "restart_helper" in text
