"""``describe.py`` and ``stacktraces describe``: what the threads of a process are and do."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING

import click

from ..cursor import Buffer
from ..errors import StacktracesError, UnknownFormatError, UsageError
from ..model import Snapshot
from ._run import PARTIAL, SETTINGS, complain, run

if TYPE_CHECKING:
    from ..rules import RuleSet


@click.command("describe", context_settings=SETTINGS)
@click.option("-l", "--debuglog", metavar="FILE", help="Read a debugger's output; - is standard input.")
@click.option("-p", "--pid", type=click.IntRange(min=1), help="Look at this running process.")
@click.option("-f", "--follow", is_flag=True, help="With -p: look at its child processes as well.")
@click.option("-c", "--corefile", metavar="CORE", help="Look at this core file.")
@click.option("-e", "--exe", metavar="EXE", help="The executable of the process or core file.")
@click.option(
    "-i",
    "--infolevel",
    "level",
    metavar="LEVEL",
    type=click.IntRange(0, 4),
    default=0,
    show_default=True,
    help="0 groups of threads, 1 threads, 2 frames, 3 arguments, 4 local variables.",
)
@click.option(
    "--format",
    "output",
    type=click.Choice(["text", "raw", "json"]),
    default="text",
    show_default=True,
    help="raw is the debugger's own output.",
)
@click.option(
    "--rules", metavar="FILE", multiple=True, help="Your own rules, asked before the built-in ones."
)
def command(
    debuglog: str | None,
    pid: int | None,
    follow: bool,
    corefile: str | None,
    exe: str | None,
    level: int,
    output: str,
    rules: tuple[str, ...],
) -> int:
    """Say what the threads of a process are and do, alike ones together.

    Arguments and local variables (levels 3 and 4, raw, json) can hold secrets.
    """
    from ..rules import RuleSet, load_pack

    if sum(given is not None for given in (debuglog, pid, corefile)) != 1:
        raise UsageError("Give one of -l FILE, -p PID or -c CORE; --help lists the options.")
    if follow and pid is None:
        raise UsageError("-f goes with -p PID: only a running process has child processes.")
    rule_set = RuleSet([load_pack(path) for path in rules])
    missing: list[str] = []
    texts = _read(debuglog) if debuglog is not None else _collect(pid, follow, corefile, exe, missing)
    if output == "raw":
        for text in texts:
            sys.stdout.buffer.write(text)
    else:
        snapshots = [each for text in texts for each in _snapshots(text, debuglog, missing)]
        _show(snapshots, rule_set, level, output)
    for sentence in missing:
        complain(sentence)
    return PARTIAL if missing else 0


def _read(path: str) -> Iterator[Buffer]:
    from ..sources.whole import read_whole

    yield read_whole(path)


def _collect(
    pid: int | None, follow: bool, corefile: str | None, exe: str | None, missing: list[str]
) -> Iterator[Buffer]:
    """The debugger's text of each process; a child that cannot be looked at is named in ``missing``."""
    from .. import collect

    children = collect.children_of(pid) if follow and pid is not None else []
    for each in (pid, *children):
        try:
            yield collect.collect(pid=each, corefile=corefile, exe=exe if each == pid else None)
        except collect.CollectError as error:
            if each == pid:
                raise StacktracesError(str(error)) from None
            missing.append(str(error))


def _snapshots(text: Buffer, path: str | None, missing: list[str]) -> list[Snapshot]:
    from ..parsing import parse

    try:
        found = [each for each in parse(text) if isinstance(each, Snapshot)]
    except UnknownFormatError:
        found = []
    if not found:
        raise UnknownFormatError(_nothing_found(path or "the debugger's output", text))
    for snapshot in found:
        missing += snapshot.uncertain
    return found


def _nothing_found(name: str, text: Buffer) -> str:
    from ..formats import all_formats

    if b"\0" in text[:8192]:
        return f"{name} is a binary file, not a debugger's output; for a core file use -c."
    titles = ", ".join(each.title for each in all_formats())
    return f"{name} holds no snapshot of threads that is recognised; the formats known are: {titles}."


def _show(snapshots: list[Snapshot], rule_set: RuleSet, level: int, output: str) -> None:
    from ..describing import describe
    from ..render import seed

    processes = [process for each in snapshots for process in describe(each, rule_set).processes]
    if output == "json":
        for piece in seed.process_group(processes):
            sys.stdout.buffer.write(piece)
        click.echo()
        return
    for process in processes:
        for line in seed.process_text(process, level):
            click.echo(line)


def main() -> None:
    """The entry point ``describe.py``."""
    sys.exit(run(command, name="describe.py"))
