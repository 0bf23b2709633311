"""A crash of each kind, looked at in every way: the same thread, function and signal, and the same fingerprint."""

from __future__ import annotations

import json
import signal
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests.cli.support import run
from tests.conftest import need
from tests.live import programs

pytestmark = pytest.mark.live

SOURCE = r"""
#include <assert.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>
static const char *how;
static volatile int zero = 0;
static int dive(int depth) { volatile char frame[4096]; frame[0] = depth; return dive(depth + 1) + frame[0]; }
void weigh(void) {
  if (!strcmp(how, "segv")) *(volatile int *)(long)zero = 1;
  if (!strcmp(how, "assert")) assert(zero == 1);
  if (!strcmp(how, "heap")) { void *volatile plum = malloc(64); free(plum); free(plum); }
  if (!strcmp(how, "division")) zero = 7 / zero;
  if (!strcmp(how, "bus")) {
    char *page = mmap(0, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, fileno(tmpfile()), 0);
    page[0] = 1;
  }
  if (!strcmp(how, "overflow")) dive(0);
}
static void *work(void *unused) { weigh(); return unused; }
static void *idle(void *unused) { pause(); return unused; }
int main(int count, char **arguments) {
  pthread_t thread;
  how = arguments[1];
  pthread_create(&thread, NULL, idle, NULL);
  usleep(50000);
  if (count > 2) { pthread_create(&thread, NULL, work, NULL); pthread_join(thread, NULL); }
  weigh();
  return 0;
}
"""
SIGNALS = {
    "segv": "SIGSEGV",
    "assert": "SIGABRT",
    "heap": "SIGABRT",
    "division": "SIGFPE",
    "bus": "SIGBUS",
    "overflow": "SIGSEGV",
}
QUICK = {("segv", True), ("assert", False), ("division", True)}
"""What each run of the suite tries; the rest is for ``-m matrix``."""
WAYS = [
    pytest.param(how, threaded, marks=[] if (how, threaded) in QUICK else pytest.mark.matrix)
    for how in SIGNALS
    for threaded in (False, True)
]


def crash(path: Path) -> dict[str, Any]:
    """What describe says of the crash in a capture."""
    result = run("stacktraces", "describe", path, "--format", "json")
    assert result.code == 0, result.err
    (process,) = json.loads(result.out)["processes"]
    found: dict[str, Any] = process["crash"]
    return found


def fingerprint(path: Path) -> str:
    (line,) = run("stacktraces", "fingerprint", path).out.splitlines()
    return line.split()[0]


@pytest.mark.parametrize(("how", "threaded"), WAYS)
def test_a_crash_is_the_same_however_it_was_seen(how: str, threaded: bool, tmp_path: Path) -> None:
    need("gdb")
    program = programs.compile_c(tmp_path, SOURCE, "-g", "-O0", "-pthread")
    stripped = program.with_name("stripped")
    subprocess.run(["objcopy", "--strip-debug", program, stripped], check=True)
    core, live = tmp_path / "core.crash", tmp_path / "live.txt"
    arguments = [str(program), how, *(["thread"] if threaded else [])]
    command = ["gdb", "-nx", "-batch", "-ex", "run", "-ex", "thread apply all bt full"]
    command += ["-ex", f"generate-core-file {core}", "--args", *arguments]
    done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, check=True)
    live.write_bytes(done.stdout)
    captures = [live]
    for executable in (program, stripped):
        captures.append(tmp_path / f"{executable.name}.txt")
        collected = run("collect.py", "-c", core, "-e", executable, "-l", captures[-1])
        assert collected.code == 0, collected.err
    pasted = tmp_path / "pasted.txt"
    text = captures[1].read_text()
    pasted.write_text(text[text.index("Program terminated") :])
    captures.append(pasted)
    function = "dive" if how == "overflow" else "weigh"
    seen = [crash(each) for each in captures]
    assert [each["signal"] for each in seen] == [SIGNALS[how]] * len(seen)
    assert {each["fn"].partition("(")[0] for each in seen} == {function}
    assert len({each["lwp"] for each in seen}) == 1
    assert len({fingerprint(each) for each in captures}) == 1


def test_a_stopped_process_says_so(tmp_path: Path) -> None:
    need("gdb")
    process = subprocess.Popen(["sleep", "60"])
    try:
        process.send_signal(signal.SIGSTOP)
        programs.wait_until(
            lambda: Path(f"/proc/{process.pid}/stat").read_text().rpartition(")")[2].split()[0] == "T",
            "the stop",
        )
        assert run("collect.py", "-p", process.pid, "-l", tmp_path / "out").code == 0
    finally:
        process.kill()
        process.wait()
    assert "stopped by a signal" in run("stacktraces", "describe", tmp_path / "out").out
