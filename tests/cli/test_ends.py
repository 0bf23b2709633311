"""The ends of the road: streams that are closed or full, Ctrl-C at any moment, and other ways to start."""

from __future__ import annotations

import importlib
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from stacktraces import collect
from tests.cli.support import Result, run

ROOT = Path(__file__).parents[2]
LOG = ROOT / "examples" / "python.log"
CAPTURE = ROOT / "examples" / "httpd-event-child.gdb.txt"

COMMANDS = {
    "stacktraces log $LOG": 0,
    "stacktraces log $LOG --jobs 2 --format json": 0,
    "stacktraces log $LOG missing.log": 3,
    "stacktraces log missing.log": 2,
    "stacktraces log --no-such-option": 2,
    "stacktraces log $LOG --known known.toml --update --fail-on new": 1,
    "stacktraces describe $CAPTURE": 0,
    "stacktraces describe $CAPTURE --format raw": 0,
    "stacktraces trace $LOG": 3,
    "stacktraces known list": 2,
    "describe.py -l missing.txt": 2,
    "describe_python_log.py $LOG": 0,
    "collect.py -p 999999999 -l -": 2,
    "collect.py --no-such-option": 2,
    "python -m stacktraces log missing.log": 2,
}
"""How each ends where all is well with its streams."""
WELL = (
    "<&-",
    "2>&-",
    "<&- 2>&-",
    ">&-",
    ">&- 2>&-",
    "<&- >&- 2>&-",
    "0>written",
    "2</dev/null",
    "2>/dev/full",
)
"""What a command can do without: what is closed is nothing to read, and nobody who reads."""
UNWRITABLE = (">/dev/full", "1</dev/null", ">/dev/full 2>/dev/full", "1</dev/null 2>&-")


def pairs(streams: tuple[str, ...]) -> list[tuple[str, str]]:
    """Each command with each of ``streams``; with every third where not all of a matrix is tried."""
    step = 1 if "STACKTRACES_MATRIX" in os.environ else 3
    return [
        (command, each)
        for number, command in enumerate(COMMANDS)
        for place, each in enumerate(streams)
        if (number + place) % step == 0
    ]


def shell(command: str, folder: Path) -> Result:
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    environment = {**os.environ, "PATH": path, "LOG": str(LOG), "CAPTURE": str(CAPTURE)}
    done = subprocess.run(
        ["bash", "-c", command], capture_output=True, env=environment, cwd=folder, timeout=120, check=False
    )
    return Result(done.returncode, done.stdout.decode(), done.stderr.decode())


@pytest.mark.parametrize(("command", "streams"), pairs(WELL))
def test_closed_streams_change_no_exit_status(command: str, streams: str, tmp_path: Path) -> None:
    result = shell(f"{command} {streams}", tmp_path)
    assert result.code == COMMANDS[command]
    assert "Traceback" not in result.err
    assert "Exception" not in result.err


@pytest.mark.parametrize(("command", "streams"), pairs(UNWRITABLE))
def test_output_that_cannot_be_written_is_told(command: str, streams: str, tmp_path: Path) -> None:
    result = shell(f"{command} {streams}", tmp_path)
    assert result.code == 2
    assert "Traceback" not in result.err
    assert "Exception" not in result.err


def test_a_module_is_run_as_the_command_is() -> None:
    command = [sys.executable, "-m", "stacktraces"]
    for arguments in (
        ["log", str(LOG), "--format", "jsonl"],
        ["describe", str(CAPTURE)],
        ["trace", str(LOG)],
    ):
        done = subprocess.run([*command, *arguments], capture_output=True, text=True, check=False)
        assert Result(done.returncode, done.stdout, done.stderr) == run("stacktraces", *arguments)
    done = subprocess.run([*command, "--help"], capture_output=True, text=True, check=True)
    assert done.stdout.startswith("Usage: python -m stacktraces [OPTIONS] COMMAND")


INTERRUPTING = """
import os, signal, sys

class Finder:
    "Presses Ctrl-C as a module is looked for, the one that the environment tells."
    count = 0
    def find_spec(self, name, path=None, target=None):
        if hasattr(sys.modules.get("stacktraces.cli"), "main"):
            self.count += 1
            if self.count == int(os.environ["PRESS_AT"]):
                os.kill(os.getpid(), signal.SIGINT)

sys.meta_path.insert(0, Finder())
"""


def interrupted(command: list[str], at: int, folder: Path) -> Result:
    """``command``, interrupted as it imports its module number ``at``, and well if there are fewer."""
    (folder / "sitecustomize.py").write_text(INTERRUPTING)
    program, *arguments = command
    done = subprocess.run(
        [sys.executable, Path(sys.executable).with_name(program), *arguments],
        capture_output=True,
        env={**os.environ, "PYTHONPATH": str(folder), "PRESS_AT": str(at)},
        check=False,
    )
    return Result(done.returncode, done.stdout.decode(), done.stderr.decode())


@pytest.mark.parametrize(
    "command",
    [
        ["stacktraces", "log", str(LOG), "--color", "always"],
        ["stacktraces", "known", "list", "-k", "sqlite:///:memory:"],
        ["describe.py", "-l", str(CAPTURE)],
        ["describe_python_log.py", str(LOG)],
        ["describe_python_stacktrace.py", str(LOG)],
    ],
    ids=lambda command: " ".join(command[:2]),
)
def test_an_interrupt_within_the_imports_ends_quietly(command: list[str], tmp_path: Path) -> None:
    at, ended = 1, False
    while not ended:
        result = interrupted(command, at, tmp_path)
        # Past the last import the command ends as ever.
        ended = result.code not in (130, -signal.SIGINT)
        # click begins a new line for what the shell prints next; a reader names what it did not read.
        assert ended or result.err.strip() in ("", f"{LOG} was not read: interrupted."), (at, result.err)
        assert "KeyboardInterrupt" not in result.err, (at, result.err)
        at += 1 if at < 4 else 23
    assert at > 30


def test_an_interrupt_while_python_ends_is_quiet(tmp_path: Path) -> None:
    (tmp_path / "sitecustomize.py").write_text(
        "import atexit, os, signal\natexit.register(lambda: os.kill(os.getpid(), signal.SIGINT))\n"
    )
    done = subprocess.run(
        [Path(sys.executable).with_name("stacktraces"), "log", LOG],
        capture_output=True,
        env={**os.environ, "PYTHONPATH": str(tmp_path)},
        check=False,
    )
    assert done.returncode == -signal.SIGINT
    assert b"KeyError" in done.stdout
    assert b"Traceback" not in done.stderr
    assert b"KeyboardInterrupt" not in done.stderr


def test_the_collector_knows_no_clock_that_can_be_set(monkeypatch: pytest.MonkeyPatch) -> None:
    try:
        for clock in ("monotonic", "none"):
            with monkeypatch.context() as patch:
                if clock == "none":
                    patch.delattr(time, "monotonic")
                module = importlib.reload(collect)
                before = module.now()
                patch.setattr(time, "time", lambda: 0.0)
                assert 0 <= module.now() - before < 60
    finally:
        importlib.reload(collect)


def test_looks_whose_clock_went_back_tell_no_time(tmp_path: Path) -> None:
    text = CAPTURE.read_text()
    header = "REM collect.py 2.1 TOOL=gdb PLATFORM=linux PID=14316\nREM TIME 2026-01-01T00:00:{}Z\n"
    for name, second in (("a.txt", "30"), ("b.txt", "10")):
        (tmp_path / name).write_text(header.format(second) + text)
    result = run("stacktraces", "diff", tmp_path / "a.txt", tmp_path / "b.txt")
    assert result.code == 0
    assert "2 looks: " in result.out
