"""What a small input can make a command hold in memory is bounded."""

from __future__ import annotations

import gzip
import os
import resource
import subprocess
import sys
from pathlib import Path

import pytest

from stacktraces.cli import _captures
from tests.cli.support import all_commands, refused, run

LOG = Path(__file__).parents[2] / "examples" / "python.log"
ARGUMENTS = {
    ("describe",): ("FILE",),
    ("describe-python-log",): ("FILE",),
    ("diff",): ("FILE", "FILE"),
    ("fingerprint",): ("FILE",),
    ("known", "add"): ("FILE", "-k", "STORE"),
    ("merge",): ("FILE",),
    ("push",): ("FILE", "--to", "http://127.0.0.1:9/", "--only", "ignored"),
    ("show",): ("1-", "FILE"),
    ("trace",): ("FILE",),
}
"""How each command with ``--max-bytes`` is told of a file."""


def test_every_command_with_the_option_is_tried() -> None:
    with_option = {
        name
        for name, command in all_commands().items()
        if any(each.name == "max_bytes" for each in command.params)
    }
    assert with_option == set(ARGUMENTS)


@pytest.fixture(scope="module")
def bomb(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A gzip file of 8.7 MB that unpacks to 9 GB: members that are alike follow each other."""
    path = tmp_path_factory.mktemp("bomb") / "app.log.gz"
    path.write_bytes(gzip.compress(bytes(64 << 20)) * 135)
    assert path.stat().st_size < 10_000_000
    return path


def _arguments(command: tuple[str, ...], path: Path, folder: Path) -> list[str]:
    words = {"FILE": str(path), "STORE": str(folder / "known.toml")}
    return [*command, *(words.get(each, each) for each in ARGUMENTS[command])]


@pytest.mark.parametrize("command", ARGUMENTS, ids=" ".join)
def test_a_bomb_is_refused_at_a_limit(command: tuple[str, ...], bomb: Path, tmp_path: Path) -> None:
    result = run("stacktraces", *_arguments(command, bomb, tmp_path))
    refused(result, f"{bomb} holds more than 536,870,912 bytes of text", "raise --max-bytes")
    assert not (tmp_path / "known.toml").exists()


@pytest.mark.parametrize("command", ARGUMENTS, ids=" ".join)
def test_the_limit_can_be_moved(command: tuple[str, ...], tmp_path: Path) -> None:
    content = LOG.read_bytes()
    if command in {("show",), ("diff",), ("merge",), ("push",)}:
        content = run("stacktraces", "log", LOG, "--format", "json").out.encode()
    elif command == ("describe",):
        content = (LOG.parent / "httpd-event-child.gdb.txt").read_bytes()
    path = tmp_path / "input"
    path.write_bytes(content)
    arguments = _arguments(command, path, tmp_path)
    refused(run("stacktraces", *arguments, "--max-bytes", len(content) - 1), str(path), "raise --max-bytes")
    for enough in (str(len(content)), "2M", "1GiB"):
        assert "raise --max-bytes" not in run("stacktraces", *arguments, "--max-bytes", enough).err
    for wrong in ("0", "-1", "many", "1X", "9" * 40):
        result = run("stacktraces", *arguments, f"--max-bytes={wrong}")
        assert result.code == 2
        assert "is no size" in result.err


def test_a_bomb_among_files_leaves_the_others(bomb: Path) -> None:
    capture = LOG.parent / "httpd-event-child.gdb.txt"
    result = run("stacktraces", "describe", bomb, capture)
    assert result.code == 3
    assert "22 * [23] MPM child worker thread" in result.out
    assert str(bomb) in result.err


def test_what_never_ends_is_refused() -> None:
    program = Path(sys.executable).with_name("stacktraces")
    with open("/dev/zero", "rb") as endless:
        done = subprocess.run(
            [program, "trace", "--max-bytes", "1M"], stdin=endless, capture_output=True, check=False
        )
    assert done.returncode == 2
    assert done.stderr.decode() == (
        f"Standard input holds more than 1,048,576 bytes of text; to read it all the same raise --max-bytes.{os.linesep}"
    )


CAPTURES = {
    "frames of six bytes": b"#0  a\n",
    "threads of nine bytes": b"#0  a ()\n",
    "frames of nine bytes": b"#1  a ()\n",
}


@pytest.mark.parametrize("unit", CAPTURES.values(), ids=CAPTURES)
def test_small_lines_do_not_become_large_snapshots(unit: bytes, tmp_path: Path) -> None:
    path = tmp_path / "capture.txt"
    path.write_bytes(b"#0  main ()\n" + unit * ((8 << 20) // len(unit)))
    program = Path(sys.executable).with_name("stacktraces")
    limit = 500 << 20
    done = subprocess.run(
        [program, "describe", path],
        capture_output=True,
        check=False,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_DATA, (limit, limit)),
    )
    assert done.returncode in (0, 2, 3)
    assert "memory" not in done.stderr.decode()
    assert "Traceback (" not in done.stderr.decode()


def test_more_snapshots_than_are_kept_are_told(monkeypatch: pytest.MonkeyPatch) -> None:
    session = "GNU gdb \n#0  a ()\n#1  main ()\n"
    monkeypatch.setattr(_captures, "MOST_WEIGHT", 50)
    found = _captures.read_snapshots(_captures.Capture("app.txt", (session * 9).encode()))
    assert len(found) == 4
    assert [each.uncertain for each in found] == [
        [],
        [],
        [],
        ["app.txt holds more snapshots than memory is sure to hold; those after the first 4 were left out."],
    ]
    assert len(_captures.read_snapshots(_captures.Capture("app.txt", (session * 3).encode()))) == 3
