"""``describe.py`` and ``stacktraces describe``: what the threads of a process are and do."""

from __future__ import annotations

import itertools
import os
import shutil
import sys
from collections import deque
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import click
import msgspec

from ..errors import InputError, UsageError
from ..model import Snapshot
from ..render._safe import printable
from ..render.snapshots import Output, Shown, find, names
from ._captures import Capture, CaptureReader, from_files, from_target
from ._color import wants_color
from ._crashes import CrashJudge
from ._input import max_bytes_option
from ._issue_rules import issue_rules_for, issue_rules_option
from ._known_options import judging, labelling_options
from ._run import PARTIAL, SETTINGS, complain, examples, while_read

if TYPE_CHECKING:
    from ..rules import RuleSet

_VALUES_FROM = 4
"""The level of information at which local variables are shown."""
_FEW_PROCESSES = 5
"""Processes in one file without the collector's header that are shown one after the other."""


@click.command(
    "describe",
    context_settings=SETTINGS,
    short_help="Say what the threads of processes do.",
    epilog=examples(
        "stacktraces describe snapshot.txt",
        "stacktraces describe -p 4711",
        "stacktraces describe snapshots/ --format html",
    ),
)
@click.argument("files", metavar="[FILE]...", nargs=-1)
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
    type=click.Choice(sorted((*names(), "raw"))),
    help="text, or tree for processes in several FILEs; raw is what the debugger wrote, safe to show.",
)
@click.option(
    "--host-folders",
    is_flag=True,
    help="The folder of each FILE is named after its host, where the file does not tell it.",
)
@click.option("--similar", is_flag=True, help="Group threads whose stacks are alike, not only equal ones.")
@click.option("--show-values", is_flag=True, help="In html: show arguments and local variables.")
@click.option(
    "--rules", metavar="FILE", multiple=True, help="Your own rules, asked before the built-in ones."
)
@issue_rules_option
@max_bytes_option
@labelling_options()
def command(
    files: tuple[str, ...],
    debuglog: str | None,
    pid: int | None,
    follow: bool,
    corefile: str | None,
    exe: str | None,
    level: int,
    output: str | None,
    host_folders: bool,
    similar: bool,
    show_values: bool,
    rules: tuple[str, ...],
    issue_rules: str | None,
    max_bytes: int,
    first_version: bool = False,
    **labelling: Any,
) -> int:
    """Say what the threads of processes are and do, alike ones together.

    FILEs hold what a debugger or collect.py wrote; a folder stands for all files in it. Several processes
    are shown as one tree, unless a few were pasted into one file, and those that stand out are named. Of
    several looks at a process (collect.py --samples) it is told what moved and what is stuck. With --known
    it is said of what ended a process whether it is known or new (text, tree, table, html, json).

    Arguments and local variables (levels 3 and 4, raw, json, --show-values) can hold secrets.
    """
    _check(files, debuglog, pid, follow, corefile)
    rule_set = _rules(rules)
    missing: list[str] = []
    paths = _paths(files) if files else [debuglog] if debuglog is not None else []
    captures = from_files(paths, max_bytes) if paths else from_target(pid, follow, corefile, exe, missing)
    if output == "raw":
        return _write_raw(captures, labelling, missing)
    chosen = find("_first_version" if first_version and output == "json" else output) if output else None
    own_rules = issue_rules_for(issue_rules, labelling["known"])
    with judging(**labelling) as judge:
        crashes = CrashJudge(judge, own_rules) if judge else None
        label = crashes.label if crashes else None
        every_look = chosen is not None and chosen.every_look
        # Values are seen there, and a known issue keeps what it was recorded with.
        values = level >= _VALUES_FROM or show_values or output == "json" or judge is not None
        reader = CaptureReader(
            rule_set,
            every_look=every_look,
            missing=missing,
            label=label,
            values=values,
            host_folders=host_folders,
        )
        snapshots = reader.describe_files(paths, max_bytes) if paths else reader.describe_captures(captures)
        if chosen is None:
            chosen, snapshots = (
                _choose(snapshots, paths == list(files)[:1]) if files else (find("text"), snapshots)
            )
        shown = Shown(
            level=level,
            values=show_values,
            width=_width(),
            color=wants_color(),
            aside=complain if first_version else None,
        )
        _write(chosen, _begun(snapshots), shown, similar)
        if crashes:
            # A verdict is on all that there is, even where the reader of the output had enough.
            deque(snapshots, maxlen=0)
        code = _end(missing)
        return crashes.conclude(code) if crashes else code


def _first_version(**options: Any) -> int:
    result: int = command.callback(**options, first_version=True) if command.callback else 0
    return result


first_version_command = click.Command(
    "describe.py",
    context_settings=SETTINGS,
    params=command.params,
    callback=_first_version,
    help=command.help,
    short_help=command.short_help,
)
"""``describe.py``: what the first version did not print stands on standard error, and JSON has its shape."""


def _write_raw(captures: Iterator[Capture], labelling: dict[str, Any], missing: list[str]) -> int:
    if labelling["update"] or labelling["fail_on"]:
        raise UsageError("--format raw shows what was not read yet: choose another one for known issues.")
    for capture in captures:
        if sys.stdout.isatty():
            sys.stdout.write(printable(bytes(capture.text).decode("utf-8", "backslashreplace")))
        else:
            sys.stdout.buffer.write(capture.text)
    return _end(missing)


def _check(
    files: tuple[str, ...], debuglog: str | None, pid: int | None, follow: bool, corefile: str | None
) -> None:
    if sum(given is not None for given in (files or None, debuglog, pid, corefile)) != 1:
        raise UsageError("Give FILEs, or one of -l FILE, -p PID or -c CORE; --help lists the options.")
    if follow and pid is None:
        raise UsageError("-f goes with -p PID: only a running process has child processes.")


def _rules(paths: tuple[str, ...]) -> RuleSet:
    from ..rules import RuleSet, load_pack

    return RuleSet([load_pack(path) for path in paths])


def _paths(files: tuple[str, ...]) -> list[str]:
    from ..sources.paths import expand

    paths = expand(files)
    if not paths:
        raise InputError(f"{files[0]} holds no file; name one that holds a debugger's output.")
    return paths


def _choose(snapshots: Iterator[Snapshot], one_file: bool) -> tuple[Output, Iterator[Snapshot]]:
    """The tree for several processes, the text for one and for a few that were pasted into one file.

    And all the snapshots.
    """
    most = _FEW_PROCESSES if one_file else 1
    head: list[Snapshot] = []
    processes = 0
    for each in snapshots:
        head.append(each)
        processes += len(each.processes)
        most = most if each.tool is None else 1
        if processes > most:
            break
    return find("tree" if processes > most else "text"), itertools.chain(head, snapshots)


def _begun(snapshots: Iterator[Snapshot]) -> Iterator[Snapshot]:
    """The same, the first one read already: where there is none, this fails before anything is written."""
    return itertools.chain(list(itertools.islice(snapshots, 1)), snapshots)


def _write(chosen: Output, snapshots: Iterator[Snapshot], shown: Shown, similar: bool) -> None:
    if similar:
        from ..snapshots.similar_stacks import join_similar, similar_groups

        replace = msgspec.structs.replace
        shown = replace(shown, combine=join_similar)
        if not chosen.merges:
            snapshots = (
                replace(each, processes=[similar_groups(process) for process in each.processes])
                for each in snapshots
            )
    with while_read():
        for piece in chosen.pieces(snapshots, shown):
            sys.stdout.buffer.write(piece)


def _width() -> int | None:
    """Columns of the terminal, or what COLUMNS says; ``None`` where nothing limits them."""
    if sys.stdout.isatty() or os.environ.get("COLUMNS", "").isdecimal():
        return shutil.get_terminal_size().columns
    return None


def _end(missing: list[str]) -> int:
    for sentence in missing:
        complain(sentence)
    return PARTIAL if missing else 0
