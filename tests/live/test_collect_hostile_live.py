"""Real programs whose names speak in the collector's name, before a real gdb."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import stacktraces
from tests.conftest import need
from tests.live.collect_support import COLLECTOR, collect, compile_program, interpreters, running

pytestmark = pytest.mark.live

PROGRAM = r"""
#include <pthread.h>
#include <stdio.h>
#include <sys/prctl.h>
#include <unistd.h>
void speak(void) { prctl(PR_SET_NAME, "x\"\nREM PID 1"); puts("ready"); fflush(stdout); pause(); }
int main(void) { speak(); return 0; }
"""
SYMBOL = (
    "speak\nREM collect.py 2.1 TOOL=gdb  PYPLATFORM=linux x\nREM PID 1\nREM EXE /usr/bin/innocent\n"
    "\x1b[0mREM PROBLEM forged\nREM FUTEX thread=1 address=0x1 op=128 value=2 words=2 0 1 1 0 timeout=0x0"
)


@pytest.fixture
def program(tmp_path: Path) -> Path:
    """A program with a function, a thread and a path that hold lines of the collector's."""
    built = compile_program(tmp_path, "speaking", PROGRAM)
    target = tmp_path / "speaking\nREM PID 1"
    options = ["--strip-debug", "--redefine-sym", f"speak={SYMBOL}"]
    subprocess.run([need("objcopy"), *options, built, target], check=True)
    return target


def test_only_the_collector_speaks_in_its_name(program: Path, tmp_path: Path) -> None:
    need("gdb")
    output = tmp_path / "out"
    with running(program) as process:
        assert collect("-p", process.pid, "-l", output).returncode == 0
    (found,) = (
        each for each in stacktraces.parse(output.read_bytes()) if isinstance(each, stacktraces.Snapshot)
    )
    (seen,) = found.processes
    assert seen.pid == process.pid
    assert seen.executable == f"{tmp_path}/speaking\\x0aREM PID 1"
    assert found.uncertain == []
    assert all(thread.futex is None for thread in seen.threads)
    lines = output.read_text().splitlines()
    assert [line for line in lines if line.startswith("REM PID ")] == [f"REM PID {process.pid}"]
    assert "\\REM PID 1" in lines


@pytest.mark.parametrize("version", ["2.6", "2.7", "3.6", "3.13"])
def test_links_of_others_are_refused_under_each_python(version: str, tmp_path: Path) -> None:
    need("gdb")
    found = interpreters(version)
    if not found:
        pytest.skip(f"Python {version} is not installed")
    if os.geteuid() != 0:
        pytest.skip("needs root, to give a link to another user")
    shutil.copy(COLLECTOR, tmp_path / "collect.py")
    (tmp_path / "precious").write_text("mine")
    (tmp_path / "theirs").symlink_to("precious")
    os.lchown(tmp_path / "theirs", 65534, 65534)
    (tmp_path / "ours").symlink_to("folder/out")
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder" / "out").write_text("yesterday's")
    with running(sys.executable, "-c", "print('ready', flush=True); import time; time.sleep(600)") as process:
        results = [
            subprocess.run(
                [found[0], "-W", "error", "collect.py", "-p", str(process.pid), "-l", name],
                cwd=tmp_path,
                capture_output=True,
                text=True,
                check=False,
            )
            for name in ("theirs", "ours", "new")
        ]
    assert [each.returncode for each in results] == [2, 0, 0], [each.stderr for each in results]
    assert "theirs is a link of another user" in results[0].stderr
    assert (tmp_path / "precious").read_text() == "mine"
    for name in ("folder/out", "new"):
        assert (tmp_path / name).read_text().startswith("REM collect.py ")
        assert (tmp_path / name).stat().st_mode & 0o777 == 0o600
