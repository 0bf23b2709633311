"""The commands on terrible input: one clear sentence, the right exit status, nothing understood lost."""

from __future__ import annotations

import gzip
import json
import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.cli.support import Result, refused, run
from tests.conftest import zstd

ROOT = Path(__file__).parents[2]
LOG = ROOT / "examples" / "python.log"
CAPTURE = ROOT / "examples" / "httpd-event-child.gdb.txt"
COMMANDS = {
    "log": ("stacktraces", "log"),
    "describe": ("describe.py", "-l"),
    "describe as json": ("stacktraces", "describe", "--format", "json"),
    "python log": ("describe_python_log.py",),
    "python log as json": ("describe_python_log.py", "--format", "json"),
    "trace": ("stacktraces", "trace"),
    "fingerprint": ("stacktraces", "fingerprint"),
    "show": ("stacktraces", "show", "1-"),
}
UNREADABLE = {
    "missing": lambda path: None,
    "a folder": lambda path: path.mkdir(),
    "cut gzip": lambda path: path.write_bytes(gzip.compress(b"x")[:9]),
    "cut zstd": lambda path: path.write_bytes(zstd.compress(b"x")[:7]),
}


def trace(error: str = "KeyError: 1", function: str = "f", frames: int = 1) -> str:
    frame = f'  File "/srv/a.py", line 3, in {function}\n    g()\n'
    return f"Traceback (most recent call last):\n{frame * frames}{error}\n"


def document(*arguments: object, code: int = 0) -> dict:
    result = run("stacktraces", "log", *arguments, "--format", "json")
    assert result.code == code, result.err
    return json.loads(result.out)


def shell(script: str, **environment: str) -> Result:
    """Run a line of shell with our commands on PATH; ``$LOG`` and ``$CAPTURE`` name the examples."""
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    names = {"PATH": path, "LOG": str(LOG), "CAPTURE": str(CAPTURE), **environment}
    done = subprocess.run(
        ["bash", "-c", script], capture_output=True, env={**os.environ, **names}, timeout=120, check=False
    )
    return Result(done.returncode, done.stdout.decode(), done.stderr.decode())


@pytest.mark.parametrize("kind", UNREADABLE)
@pytest.mark.parametrize("command", COMMANDS)
def test_what_cannot_be_read_gets_a_sentence_and_nothing_else(
    command: str, kind: str, tmp_path: Path
) -> None:
    path = tmp_path / "input"
    UNREADABLE[kind](path)
    refused(run(*COMMANDS[command], path), str(path))


@pytest.mark.parametrize(
    "name", ["describe", "describe as json", "python log", "python log as json", "trace"]
)
@pytest.mark.parametrize(
    "content", [b"", b"\x7fELF\x02\x01\x01" + bytes(range(256)) * 200, b"\x89PNG\r\n" + bytes(range(256))]
)
def test_what_holds_nothing_gets_a_sentence(name: str, content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "input"
    path.write_bytes(content)
    refused(run(*COMMANDS[name], path))


@pytest.mark.parametrize("command", ["log", "python log", "trace", "fingerprint"])
@pytest.mark.parametrize("stored", ["utf-16", "gzip", "packed twice", "crlf", "bom", "latin-1", "nul"])
def test_text_however_it_is_stored(command: str, stored: str, tmp_path: Path) -> None:
    plain = trace("KeyError: 'kumquat'", "price_of")
    content = {
        "utf-16": plain.encode("utf-16"),
        "gzip": gzip.compress(plain.encode()),
        "packed twice": gzip.compress(gzip.compress(plain.encode())),
        "crlf": plain.replace("\n", "\r\n").encode(),
        "bom": plain.encode("utf-8-sig"),
        "latin-1": plain.encode() + b"caf\xe9\n",
        "nul": bytes(300) + b"\n" + plain.encode(),
    }[stored]
    (tmp_path / "input").write_bytes(content)
    result = run(*COMMANDS[command], tmp_path / "input")
    assert result.code == 0, result.err
    assert "KeyError" in result.out


def test_folders_with_things_that_cannot_be_read(tmp_path: Path) -> None:
    (tmp_path / "good.log").write_text(trace())
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "dangling").symlink_to("nothing")
    (tmp_path / "loop").symlink_to("loop")
    (tmp_path / "bad.gz").write_bytes(b"\x1f\x8b\x08junk")
    result = run("stacktraces", "log", tmp_path, "--format", "json")
    assert result.code == 3
    assert json.loads(result.out)["stats"]["traces"] == 1
    assert sorted(line.split()[0].rpartition("/")[2] for line in result.err.splitlines()) == [
        "bad.gz",
        "dangling",
        "loop",
    ]
    (tmp_path / "empty").mkdir()
    refused(run("stacktraces", "log", tmp_path / "empty"), "holds no file")


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything; run as another user")
def test_what_may_not_be_read_is_named(tmp_path: Path) -> None:
    (tmp_path / "good.log").write_text(trace())
    (tmp_path / "secret").mkdir(mode=0)
    (tmp_path / "secret.log").touch(mode=0)
    result = run("stacktraces", "log", tmp_path)
    assert result.code == 3
    assert result.err.count("may not be read by this user") == 2


def test_names_of_files_never_steer_the_terminal(tmp_path: Path) -> None:
    names = [b"new\nline", b"esc\x1b[31m", b"sur\xff\xfe", "bidi\u202e".encode(), b"-dash", b"[glob]*"]
    for name in names:
        Path(os.fsdecode(os.fsencode(tmp_path) + b"/" + name + b".log")).write_text(trace())
        Path(os.fsdecode(os.fsencode(tmp_path) + b"/" + name + b".gz")).write_bytes(b"\x1f\x8bjunk")
    for arguments in ((), ("--each",), ("--format", "json"), ("--color", "always", "--top", "0")):
        result = run("stacktraces", "log", tmp_path, *arguments)
        assert result.code == 3
        assert len(result.err.splitlines()) == len(names)
        for raw in ("\x1b[31m.", "\u202e", "new\nline"):
            assert raw not in result.out + result.err


def test_json_never_steers_the_terminal(tmp_path: Path) -> None:
    path = tmp_path / "input"
    path.write_text(trace("KeyError: \x9b31m \u202e \u2028 \x7f"))
    for name in ("log", "python log as json", "fingerprint"):
        arguments = (*COMMANDS[name], path, *(("--format", "json") if name != "python log as json" else ()))
        result = run(*arguments)
        assert result.code == 0
        assert not set(result.out) & set("\x9b\u202e\u2028\x7f")
        json.loads(result.out)


@pytest.mark.parametrize("size", [20 << 20])
def test_lines_of_any_length(size: int, tmp_path: Path) -> None:
    path = tmp_path / "app.log"
    long = "x" * size
    path.write_text(trace() + long + "\n" + trace(f"KeyError: {long}") + trace("OSError: late", "late"))
    found = document(path)
    assert {group["error"]["type"] for group in found["groups"]} == {"KeyError", "OSError"}
    path.write_text(
        json.dumps({"log": long}) + "\n" + json.dumps({"log": trace(), "stream": "stdout"}) + "\n"
    )
    assert document(path)["stats"]["traces"] == 1


def test_stacks_chains_and_groups_without_end(tmp_path: Path) -> None:
    path = tmp_path / "app.log"
    join = "\nDuring handling of the above exception, another exception occurred:\n\n"
    nested = "".join(
        f"{'  ' * depth}{'| ' if depth else '  + '}Exception Group Traceback (most recent call last):\n"
        f"{'  ' * (depth + 1)}| ExceptionGroup: g (1 sub-exception)\n"
        f"{'  ' * (depth + 1)}+-+---------------- 1 ----------------\n"
        for depth in range(400)
    )
    for text in (
        trace(frames=60_000),
        join.join([trace()] * 5_000),
        nested + "  " * 401 + "| ValueError: x\n",
    ):
        path.write_text(text)
        saved = tmp_path / "result.json"
        result = run("stacktraces", "log", path, "--format", "json")
        assert result.code == 0, result.err
        saved.write_text(result.out)
        (group, *_) = json.loads(result.out)["groups"]
        assert run("stacktraces", "show", group["fingerprint"], saved).code == 0
        for command in ("python log", "trace", "fingerprint"):
            assert run(*COMMANDS[command], path).code == 0


@pytest.mark.parametrize("nesting", ['{"log":', "[", '{"a":['])
def test_json_without_end(nesting: str, tmp_path: Path) -> None:
    path = tmp_path / "app.log"
    path.write_text(
        nesting * 10_000 + "\n" + json.dumps({"log": trace(), "stream": "stdout"}) + "\n" + trace()
    )
    assert document(path)["stats"]["traces"] == 2
    refused(run("stacktraces", "show", "1-", path), "no result of")


def test_numbers_without_end(tmp_path: Path) -> None:
    path = tmp_path / "app.log"
    digits = "9" * 5_000
    path.write_text(trace().replace("line 3", f"line {digits}") + trace("OSError: late", "late"))
    for jobs in (1, 2):
        assert document(path, "--jobs", jobs)["stats"]["traces"] == 2
    capture = CAPTURE.read_text().replace("LWP 14343", f"LWP {digits}").replace(":3", f":{digits}")
    path.write_text(capture)
    assert run("describe.py", "-l", path, "-i", 4).code == 0


def test_a_header_that_ends_the_input(tmp_path: Path) -> None:
    path = tmp_path / "app.log"
    whole = trace("OSError: late", "late")
    for size in range(len(whole)):
        path.write_text(trace() + "2026-03-01 12:00:00 next\n" + whole[:size])
        result = run("stacktraces", "log", path, "--format", "json") if size % 40 == 0 else None
        if result is not None:
            assert result.code == 0
            assert "KeyError" in {group["error"]["type"] for group in json.loads(result.out)["groups"]}


def test_more_stacks_than_are_kept(tmp_path: Path) -> None:
    path = tmp_path / "app.log"
    letters = "abcdefghij"
    path.write_text(
        "".join(trace(function="f" + "".join(letters[int(digit)] for digit in str(n))) for n in range(3_000))
    )
    found = {jobs: run("stacktraces", "log", path, "--max-groups", 10, "--jobs", jobs) for jobs in (1, 2)}
    assert found[1].err == "2,990 traces of further groups were counted only; raise --max-groups.\n"
    assert found[2].err == found[1].err
    assert "3,000 traces, 10 distinct" in found[1].out


@pytest.mark.parametrize(
    "command",
    [
        "stacktraces log $LOG --format json",
        "stacktraces log $LOG --each",
        "describe_python_log.py $LOG",
        "describe.py -l $CAPTURE -i 4",
        "stacktraces describe $CAPTURE --format json",
        "stacktraces --help",
    ],
)
def test_output_that_nobody_takes(command: str) -> None:
    closed_pipe = shell(f"set -o pipefail; for n in 1 2 3; do {command} | true; done")
    assert (closed_pipe.code, closed_pipe.err) == (0, "")
    full = shell(f"{command} > /dev/full")
    sentence = "The output cannot be written: No space left on device. Write it elsewhere.\n"
    assert (full.code, full.err) == (2, sentence)
    closed = shell(f"{command} >&-")
    assert closed.code == 0
    assert "Traceback" not in closed.err


@pytest.mark.parametrize(
    "command",
    [
        "stacktraces log $LOG $MANY --known $KNOWN --fail-on new",
        "stacktraces log $LOG $MANY --known $KNOWN --fail-on new --format json",
        "stacktraces describe $CAPTURE $CORE --known $KNOWN --fail-on new --format text",
        "stacktraces diff --exit-code $BEFORE $AFTER",
    ],
)
def test_a_check_fails_though_nobody_reads_on(command: str, tmp_path: Path) -> None:
    many = tmp_path / "many.log"
    many.write_text("".join(trace(function=f"f_{'x' * n}") for n in range(1_000)))
    (tmp_path / "known.toml").write_text("")
    names = {
        "MANY": many,
        "KNOWN": tmp_path / "known.toml",
        "BEFORE": tmp_path / "a",
        "AFTER": tmp_path / "b",
    }
    environment = {name: str(path) for name, path in names.items()}
    environment["CORE"] = str(Path(__file__).parents[2] / "examples" / "cartd-core.gdb.txt")
    shell(
        "stacktraces log $LOG --format json > $BEFORE; stacktraces log $MANY --format json > $AFTER",
        **environment,
    )
    for reader in ("true", "head -c 1"):
        result = shell(f"set -o pipefail; {command} | {reader}", **environment)
        assert result.code == 1
        assert "Traceback" not in result.err


def test_what_cannot_be_written_to_a_file_is_said(tmp_path: Path) -> None:
    folder = tmp_path / "missing"
    result = run("stacktraces", "known", "add", LOG, "-k", folder / "known.toml")
    refused(result, "known.toml", "its folder is missing")


@pytest.mark.parametrize(
    ("environment", "colored"),
    [
        ({}, False),
        ({"FORCE_COLOR": "1"}, True),
        ({"FORCE_COLOR": ""}, False),
        ({"FORCE_COLOR": "0"}, False),
        ({"CLICOLOR_FORCE": "1"}, True),
        ({"CLICOLOR": "1"}, False),
        ({"FORCE_COLOR": "1", "CLICOLOR": "0"}, True),
        ({"FORCE_COLOR": "1", "NO_COLOR": "1"}, False),
        ({"FORCE_COLOR": "1", "NO_COLOR": ""}, True),
        ({"FORCE_COLOR": "1", "TERM": "dumb"}, True),
    ],
)
def test_colors_of_a_pipe_are_as_the_environment_says(environment: dict[str, str], colored: bool) -> None:
    plain = shell("stacktraces log $LOG --top 1", **{**_NO_COLORS, "NO_COLOR": "1"}).out.splitlines()[:-1]
    for command in ("stacktraces log $LOG --top 1", "stacktraces describe $CAPTURE --format table"):
        result = shell(command, **{**_NO_COLORS, **environment})
        assert ("\x1b[" in result.out) == colored
        if "log" in command:
            # Colours change no word, so that what reads a log of CI still finds its lines.
            assert re.sub(r"\x1b\[[0-9;]*m", "", result.out).splitlines()[:-1] == plain
        assert "\x1b[" in shell("stacktraces log $LOG --color always", **environment).out
        assert "\x1b[" not in shell("stacktraces log $LOG --color never", **environment).out


_NO_COLORS = {
    "NO_COLOR": "",
    "FORCE_COLOR": "",
    "CLICOLOR": "",
    "CLICOLOR_FORCE": "",
    "TERM": "xterm-256color",
}


@pytest.mark.parametrize("command", ["stacktraces trace", "describe.py -l -", "stacktraces fingerprint"])
def test_standard_input_that_is_closed(command: str) -> None:
    result = shell(f"{command} <&-")
    assert (result.code, result.err) == (
        2,
        "Standard input is empty; pipe the text of a stack trace into the command.\n",
    )


@pytest.mark.parametrize(
    "environment", [{"LC_ALL": "C"}, {"COLUMNS": "0"}, {"COLUMNS": "1"}, {"COLUMNS": "x"}]
)
def test_odd_terminals(environment: dict[str, str]) -> None:
    result = shell("stacktraces log $LOG --top 1 --color always", **environment)
    assert (result.code, result.err) == (0, "")
    assert "Key" in result.out


@pytest.mark.parametrize("jobs", [1, 2])
def test_an_interrupt_ends_quietly(jobs: int, tmp_path: Path) -> None:
    path = tmp_path / "app.log"
    path.write_bytes(b"".join(trace(function=f"f{n % 40}").encode() for n in range(400)) * 500)
    command = [
        Path(sys.executable).with_name("stacktraces"),
        "log",
        path,
        path,
        "--jobs",
        str(jobs),
        "--each",
    ]
    if jobs == 2:
        command.remove("--each")
    process = subprocess.Popen(
        command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, start_new_session=True
    )
    time.sleep(0.4)
    os.killpg(process.pid, signal.SIGINT)
    _, complaint = process.communicate(timeout=60)
    assert "Traceback" not in complaint
    assert process.returncode in (130, 0, -signal.SIGINT)


def test_a_capture_cut_anywhere_is_described_or_refused(tmp_path: Path) -> None:
    text = CAPTURE.read_bytes()
    path = tmp_path / "capture"
    for size in range(500, len(text), len(text) // 12):
        path.write_bytes(text[:size])
        result = run("describe.py", "-l", path)
        assert result.code in (0, 2, 3)
        assert "Traceback" not in result.err
        assert bool(result.out) is (result.code != 2)


def test_a_file_that_shrinks_while_it_is_read(tmp_path: Path) -> None:
    path = tmp_path / "app.log"
    path.write_bytes(LOG.read_bytes() * 4_000)
    process = subprocess.Popen(
        [Path(sys.executable).with_name("describe_python_log.py"), path],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )
    time.sleep(0.15)
    os.truncate(path, 100)
    _, complaint = process.communicate(timeout=60)
    assert process.returncode in (0, 2, 3), complaint
    assert "Traceback (most recent call last):\n  File" not in complaint


@pytest.mark.parametrize("option", ["--rules", "--known", "--carrier"])
@pytest.mark.parametrize(
    "content",
    [
        b"\xff\xfe",
        b"a = " + b"[" * 50_000,
        b"a." * 50_000 + b"a = 1",
        b"a = " + b"9" * 9_999,
        b'"\x1b[31m" = 1',
    ],
)
def test_toml_that_is_hostile(option: str, content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "hostile.toml"
    path.write_bytes(content)
    if option == "--rules":
        result = run("describe.py", "-l", CAPTURE, option, path)
    else:
        result = run("stacktraces", "log", LOG, option, path)
    refused(result, "hostile.toml:1:")
    assert "\x1b" not in result.err
    assert path.read_bytes() == content


def test_help_of_every_command_fits_a_terminal_of_80_columns() -> None:
    """No line is cut short with dots, and a mistyped command is told its likely name."""
    for command in ("stacktraces", "stacktraces known"):
        listed = shell(f"{command} --help", COLUMNS="80")
        assert listed.code == 0
        assert "..." not in listed.out.partition("Commands:")[2]
        assert max(map(len, listed.out.splitlines())) <= 80
    assert "Did you mean 'log'?" in shell("stacktraces lgo").err
    assert "Did you mean" not in shell("stacktraces zzzz").err


def test_who_waits_for_a_terminal_says_so(tmp_path: Path) -> None:
    for command in ("log", "trace", "fingerprint", "known add -k known.toml"):
        program = Path(sys.executable).with_name("stacktraces")
        master, slave = os.openpty()
        process = subprocess.Popen(
            [program, *command.split()],
            stdin=slave,
            stderr=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            cwd=tmp_path,
        )
        try:
            assert process.stderr is not None
            assert process.stderr.readline().startswith(b"Reading from the terminal: ")
        finally:
            process.kill()
            process.communicate()
            os.close(master)
            os.close(slave)


def test_a_result_and_a_capture_are_not_compared(tmp_path: Path) -> None:
    (tmp_path / "result.json").write_text(run("stacktraces", "log", LOG, "--format", "json").out)
    for pair in ((tmp_path / "result.json", CAPTURE), (CAPTURE, tmp_path / "result.json")):
        refused(run("stacktraces", "diff", *pair), CAPTURE.name, "two results, or two captures")
