"""A crash of each kind, looked at in every way: the same thread, function and signal, and the same fingerprint."""

from __future__ import annotations

import json
import re
import signal
import subprocess
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from tests.cli.support import run
from tests.conftest import need
from tests.live import programs

pytestmark = pytest.mark.live

SOURCE = r"""
#include <cassert>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <pthread.h>
#include <stdexcept>
#include <sys/mman.h>
#include <unistd.h>
static const char *how;
static volatile int zero = 0;
int dive(int depth) { volatile char frame[4096]; frame[0] = depth; return dive(depth + 1) + frame[0]; }
void weigh() {
  if (!strcmp(how, "segv")) *(volatile int *)(long)zero = 1;
  if (!strcmp(how, "assert")) assert(zero == 1);
  if (!strcmp(how, "terminate")) throw std::runtime_error("no plums");
  if (!strcmp(how, "heap")) { void *volatile plum = malloc(64); free(plum); free(plum); }
  if (!strcmp(how, "division")) zero = 7 / zero;
  if (!strcmp(how, "bus")) {
    char *page = (char *)mmap(0, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, fileno(tmpfile()), 0);
    page[0] = 1;
  }
  if (!strcmp(how, "overflow")) dive(0);
}
void *work(void *unused) { weigh(); return unused; }
void *idle(void *unused) { pause(); return unused; }
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
    "terminate": "SIGABRT",
    "heap": "SIGABRT",
    "division": "SIGFPE",
    "bus": "SIGBUS",
    "overflow": "SIGSEGV",
}
QUICK = {("segv", True), ("assert", False), ("terminate", True), ("division", True)}
"""What each run of the suite tries; the rest is for ``-m matrix``."""
WAYS = [
    pytest.param(how, threaded, marks=[] if (how, threaded) in QUICK else pytest.mark.matrix)
    for how in SIGNALS
    for threaded in (False, True)
]


# All that names a signal, or the thread that got it.
_WORDS = re.compile(
    r"^(?:REM .*|Program terminated.*|\[Current thread.*|\$.*si_signo.*)\n(?:#0 .*\n)?", re.MULTILINE
)


class Executables(NamedTuple):
    """One program three times: with all symbols, with those that the linker needs, and with none."""

    complete: Path
    exported: Path
    bare: Path


@pytest.fixture(scope="module")
def executables(tmp_path_factory: pytest.TempPathFactory) -> Executables:
    folder = tmp_path_factory.mktemp("crashes")
    (folder / "program.cpp").write_text(SOURCE)
    found = Executables(folder / "program", folder / "exported", folder / "bare")
    compiler = [need("g++"), "-g", "-O0", "-pthread", "program.cpp"]
    subprocess.run([*compiler, "-rdynamic", "-o", found.complete], cwd=folder, check=True)
    subprocess.run(["strip", "-o", found.exported, found.complete], check=True)
    # Its own link: without -rdynamic no function of the program keeps its name.
    subprocess.run([*compiler, "-s", "-o", found.bare], cwd=folder, check=True)
    return found


def run_in_gdb(program: Path, arguments: list[str], core: Path) -> bytes:
    """What gdb shows as the program crashes; the core file is written too."""
    command = ["gdb", "-nx", "-batch", "-ex", "run", "-ex", "thread apply all bt full"]
    command += ["-ex", f"generate-core-file {core}", "--args", str(program), *arguments]
    return subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, check=True).stdout


def collect_core(core: Path, executable: Path, capture: Path) -> Path:
    """The file that the collector writes of a core file."""
    collected = run("collect.py", "-c", core, "-e", executable, "-l", capture)
    assert collected.code == 0, collected.err
    return capture


def crash(path: Path) -> dict[str, Any]:
    """What describe says of the crash in a capture."""
    result = run("stacktraces", "describe", path, "--format", "json")
    assert result.code == 0, result.err
    (process,) = json.loads(result.out)["processes"]
    found: dict[str, Any] = process.get("crash") or {}
    return found


def fingerprint(path: Path) -> str:
    (line,) = run("stacktraces", "fingerprint", path).out.splitlines()
    return line.split()[0]


@pytest.mark.parametrize(("how", "threaded"), WAYS)
def test_a_crash_is_the_same_however_it_was_seen(
    how: str, threaded: bool, executables: Executables, tmp_path: Path
) -> None:
    need("gdb")
    core, live, pasted = tmp_path / "core.crash", tmp_path / "live.txt", tmp_path / "pasted.txt"
    arguments = [how, *(["thread"] if threaded else [])]
    live.write_bytes(run_in_gdb(executables.complete, arguments, core))
    captures = [live]
    for executable in (executables.complete, executables.exported):
        captures.append(collect_core(core, executable, tmp_path / f"{executable.name}.txt"))
    text = captures[1].read_text()
    pasted.write_text(text[text.index("Program terminated") :])
    captures.append(pasted)
    function = "dive" if how == "overflow" else "weigh"
    seen = [crash(each) for each in captures]
    assert [each["signal"] for each in seen] == [SIGNALS[how]] * len(seen)
    assert {each["fn"].partition("(")[0] for each in seen} == {function}
    assert len({each["lwp"] for each in seen}) == 1
    assert len({fingerprint(each) for each in captures}) == 1
    bare = tmp_path / "stacks.txt"
    bare.write_text(_WORDS.sub("", text[text.index("\nThread ") :]))
    if SIGNALS[how] == "SIGABRT":
        told = crash(bare)
        assert (told["signal"], told["fn"].partition("(")[0], told["lwp"]) == (
            "SIGABRT",
            "weigh",
            seen[0]["lwp"],
        )
        assert fingerprint(bare) == fingerprint(live)
    else:
        assert not crash(bare), "no thread is named without ground"


@pytest.mark.parametrize(
    ("how", "threaded"),
    [
        pytest.param(*way.values, marks=[] if way.values == ("segv", True) else pytest.mark.matrix)
        for way in WAYS
    ],
)
def test_a_crash_without_any_symbol_still_names_its_thread_and_signal(
    how: str, threaded: bool, executables: Executables, tmp_path: Path
) -> None:
    need("gdb")
    core = tmp_path / "core.crash"
    shown = run_in_gdb(executables.bare, [how, *(["thread"] if threaded else [])], core).decode()
    (number,) = re.findall(r'^Thread (\d+) "bare" received signal', shown, re.MULTILINE)
    (lwp,) = re.findall(rf"^Thread {number} \(.*LWP (\d+)\)?", shown, re.MULTILINE)
    seen = crash(collect_core(core, executables.bare, tmp_path / "bare.txt"))
    assert (seen["signal"], seen["lwp"]) == (SIGNALS[how], lwp)
    if SIGNALS[how] != "SIGABRT":
        assert "fn" not in seen, "the function has no name, and its callers in libc did not crash"


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
