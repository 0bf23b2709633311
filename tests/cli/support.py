"""Running the installed commands as a user does."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

import click

from stacktraces.cli._root import stacktraces


class Result(NamedTuple):
    code: int
    out: str
    err: str


def run(command: str, *arguments: object, stdin: bytes = b"", cwd: Path | None = None) -> Result:
    """Run an installed command in a process of its own."""
    program = Path(sys.executable).with_name(command)
    done = subprocess.run(
        [program, *map(str, arguments)], input=stdin, capture_output=True, cwd=cwd, timeout=300, check=False
    )
    return Result(done.returncode, done.stdout.decode(), done.stderr.decode())


def refused(result: Result, *words: str) -> None:
    """Assert one clear sentence on standard error, exit 2, nothing on standard output, no traceback of ours."""
    assert result.code == 2
    assert result.out == ""
    assert '  File "' not in result.err
    assert result.err.strip().count("\n") == 0, result.err
    for word in words:
        assert word in result.err


def all_commands(
    group: click.Group = stacktraces, name: tuple[str, ...] = ()
) -> dict[tuple[str, ...], click.Command]:
    """The commands below ``group``, with their subcommands, by the words that name them."""
    found: dict[tuple[str, ...], click.Command] = {}
    with click.Context(group) as context:
        for each in group.list_commands(context):
            command = group.get_command(context, each)
            assert command is not None
            found[*name, each] = command
            if isinstance(command, click.Group):
                found |= all_commands(command, (*name, each))
    return found
