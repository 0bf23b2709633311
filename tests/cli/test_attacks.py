"""No command shows hostile text raw: whatever it reads, in whichever format, and whatever it is told."""

from __future__ import annotations

import itertools
import json
import os
import random
import re
import shutil
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import click
import msgspec
import pytest

from stacktraces.carriers import all_carriers
from stacktraces.known.issue import Issue
from stacktraces.model import Group
from tests.attacks import ATTACK, LINES, filled, raw
from tests.cli.support import Result, all_commands
from tests.cli.within import run

ROOT = Path(__file__).parents[2]
CORPUS = ROOT / "tests" / "corpus"
NAME = os.fsdecode(ATTACK.replace("/", "").replace("\0", "").encode()[:150] + b"\xff\n.log")
"""A file's name."""

READS = {
    ("collect",): (),
    ("config",): (),
    ("describe",): ("FILE",),
    ("describe-python-log",): ("FILE",),
    ("diff",): ("FILE", "OTHER"),
    ("fingerprint",): ("FILE",),
    ("known",): (),
    ("known", "add"): ("FILE", "-k", "STORE"),
    ("known", "check"): ("-k", "STORE"),
    ("known", "export"): ("-k", "STORE"),
    ("known", "ignore"): ("ISSUE", "-k", "STORE"),
    ("known", "import"): ("LINES", "-k", "STORE"),
    ("known", "list"): ("-k", "STORE"),
    ("known", "merge-driver"): ("STORE", "STORE", "STORE"),
    ("known", "merge"): ("ISSUE", "OTHER_ISSUE", "-k", "STORE"),
    ("known", "mute"): ("ISSUE", "--until", "2030-01-01", "-k", "STORE"),
    ("known", "note"): ("ISSUE", ATTACK, "-k", "STORE"),
    ("known", "prune"): ("--not-in", "RESULT", "--dry-run", "-k", "STORE"),
    ("known", "reopen"): ("ISSUE", "-k", "STORE"),
    ("known", "resolve"): ("ISSUE", "-k", "STORE"),
    ("known", "review"): ("FILE", "-k", "STORE"),
    ("known", "rules"): ("FILE", "--try", "STORE"),
    ("known", "show"): ("ISSUE", "-k", "STORE"),
    ("known", "sightings"): ("ISSUE", "-k", "STORE"),
    ("known", "split"): ("ISSUE", "FINGERPRINT", "-k", "STORE"),
    ("log",): ("FILE", "-k", "STORE"),
    ("mcp",): (),
    ("merge",): ("RESULT", "RESULT", "-k", "STORE"),
    ("push",): ("RESULT", "--to", "nowhere"),
    ("serve",): ("--listen", ATTACK),
    ("show",): ("a", "RESULT"),
    ("trace",): ("FILE",),
}
"""What stands behind each command, for it to read what is hostile."""
_NOT_TRIED = {"follow", "help", "version"}


def test_every_command_is_tried() -> None:
    assert set(READS) == set(all_commands())


def variants(command: click.Command) -> Iterator[list[str]]:
    """The options that make a command show something else: formats, flags, and the pairs that show more."""
    formats = [[]]
    flags = [[]]
    for each in command.params:
        if isinstance(each, click.Option) and each.name not in _NOT_TRIED:
            if isinstance(each.type, click.Choice) and not each.multiple:
                formats += [[each.opts[-1], choice] for choice in each.type.choices]
            elif each.is_flag:
                flags.append([each.opts[-1]])
            elif each.name == "level":
                flags.append([each.opts[-1], "4"])
    showing = [each for each in flags if each[1:] or any("--show" in word for word in each)]
    yield from formats
    yield from flags[1:]
    yield from ([*chosen, *flag] for chosen, flag in itertools.product(formats[1:], showing))
    if any("json" in each for each in formats):
        yield from (["--format", "json", *flag] for flag in flags[1:])


@cache
def mutated(path: Path, seed: int) -> str:
    """A corpus file with hostile text in some of its words."""
    chance = random.Random(f"{path.name} {seed}")
    share = chance.choice((0.03, 0.1, 0.3))

    def mutate(word: re.Match[str]) -> str:
        if word[0] in _KEYWORDS or chance.random() > share:
            return word[0]
        middle = chance.randrange(1, len(word[0]))
        return f"{word[0][:middle]}{chance.choice(_PARTS)}{word[0][middle:]}"

    return re.sub(r"[A-Za-z]{3,}", mutate, path.read_bytes().decode("utf-8", "replace"))


_KEYWORDS = {
    "Traceback",
    "most",
    "recent",
    "call",
    "last",
    "File",
    "line",
    "Thread",
    "LWP",
    "from",
    "Current",
    "thread",
}
_PARTS = [ATTACK[at : at + 12].replace("\0", "") for at in range(0, len(ATTACK), 12)]


def texts(*rooms: str) -> list[Path]:
    """Corpus files of formats."""
    return sorted(path for room in rooms for path in (CORPUS / room).glob("*.txt"))


SNAPSHOTS = texts("gdb", "eu_stack", "lldb", "jstack", "pyspy", "pystack", "coredumpctl", "locks")
LOGS = texts(
    "python", "nested", "prefixed", "service_logs", "loguru", "structlog", "json_logger", "ipython", "dask"
)


def in_carriers(text: str) -> Iterator[bytes]:
    """``text`` as each carrier would write it, and hostile text in what the carrier says itself."""
    line = text.splitlines()[0]
    for carrier in all_carriers():
        for sample in carrier.samples:
            yield re.sub(
                rb"[A-Za-z]{4,}", lambda word: word[0][:2] + ATTACK.encode() + word[0][2:], sample.line
            )
            yield sample.line + b"\n" + line.encode()


class Inputs:
    """Files that hold what is hostile."""

    def __init__(self, folder: Path, text: bytes) -> None:
        self.folder = folder
        (folder / NAME).write_bytes(text)
        (folder / f"other {NAME}").write_bytes(text + text)
        groups = [filled(Group, ATTACK), filled(Group, LINES)]
        (folder / "result.json").write_bytes(msgspec.json.encode({"groups": groups}))
        issues = [_issue(f"1-{each}", ATTACK.replace("\x00", "")) for each in "ab"]  # No store takes NUL.
        (folder / "lines.jsonl").write_bytes(b"\n".join(map(msgspec.json.encode, issues)))
        self.words = {
            "FILE": str(folder / NAME),
            "OTHER": str(folder / f"other {NAME}"),
            "RESULT": str(folder / "result.json"),
            "LINES": str(folder / "lines.jsonl"),
            "ISSUE": issues[0].id,
            "OTHER_ISSUE": issues[1].id,
            "FINGERPRINT": issues[0].stacks[0].fingerprint,
        }

    def store(self, suffix: str) -> None:
        """Have a store of known issues as no command has changed it yet."""
        path, full = self.folder / f"known{suffix}", self.folder / f"full{suffix}"
        if not full.exists():
            imported = run("", "known", "import", self.words["LINES"], "-k", full)
            assert imported.code == 0, imported.err
        shutil.copyfile(full, path)
        self.words["STORE"] = str(path)

    def arguments(self, name: tuple[str, ...]) -> list[str]:
        return [*name, *(self.words.get(each, each) for each in READS[name])]


def _issue(key: str, text: str) -> Issue:
    issue = filled(Issue, text)
    key += ATTACK.replace("\0", "")
    issue.id, issue.resolved_at, issue.status = key, "2026-01-31", "open"
    issue.aliases = [f"alias {issue.id}"]
    for stack in issue.stacks:
        stack.fingerprint = key
        stack.first_seen = stack.last_seen = "2026-01-31T12:00:00Z"
    return issue


def check(result: Result, *, is_json: bool = False, colored: bool = False) -> None:
    assert raw(result.out, colored=colored) is None, raw(result.out, colored=colored)
    assert raw(result.err) is None, raw(result.err)
    assert "Traceback (most recent call last):\n  File" not in result.err
    if is_json and result.code in (0, 1):
        json.loads(result.out)


@pytest.mark.parametrize("terminal", [False, True], ids=["pipe", "terminal"])
@pytest.mark.parametrize("name", READS, ids=" ".join)
def test_no_command_shows_hostile_text(name: tuple[str, ...], terminal: bool, tmp_path: Path) -> None:
    command = all_commands()[name]
    text = mutated(SNAPSHOTS[0], 1) if name == ("describe",) else mutated(LOGS[0], 1)
    inputs = Inputs(tmp_path, text.encode())
    for suffix in (".toml", ".db"):
        if "STORE" not in READS[name] and suffix == ".db":
            continue
        for options in variants(command):
            inputs.store(suffix)
            if "raw" in options and not terminal:
                continue  # Bytes as they are, for another program.
            result = run("", *inputs.arguments(name), *options, terminal=terminal)
            check(result, is_json="json" in options, colored=terminal or "always" in options)


@pytest.mark.parametrize("path", SNAPSHOTS, ids=[f"{path.parent.name}/{path.stem}" for path in SNAPSHOTS])
def test_no_snapshot_steers_a_terminal(path: Path, tmp_path: Path) -> None:
    for seed in range(2):
        (tmp_path / NAME).write_text(mutated(path, seed))
        for options in (
            ["-i", "4"],
            ["--format", "tree"],
            ["--format", "html", "--show-values"],
            ["--format", "json"],
        ):
            check(run("", "describe", tmp_path / NAME, *options), is_json="json" in options)


@pytest.mark.parametrize("path", LOGS, ids=[f"{path.parent.name}/{path.stem}" for path in LOGS])
def test_no_log_steers_a_terminal(path: Path, tmp_path: Path) -> None:
    for seed in range(2):
        (tmp_path / NAME).write_text(mutated(path, seed))
        for options in (["--each", "--show-locals"], ["--format", "json", "--show-locals"], ["--top", "0"]):
            check(run("", "log", tmp_path / NAME, *options), is_json="json" in options)
        check(run("", "fingerprint", tmp_path / NAME, "--explain"))


def test_no_carrier_steers_a_terminal(tmp_path: Path) -> None:
    trace = 'Traceback (most recent call last):\n  File "a.py", line 3, in f\n    g()\nKeyError: '
    for number, text in enumerate(in_carriers(trace)):
        (tmp_path / f"{number}.log").write_bytes(text + b"\n" + trace.encode() + ATTACK.encode() + b"\n")
    for options in (["--each"], ["--each", "--format", "jsonl"], ["--format", "json"]):
        check(run("", "log", tmp_path, *options), is_json=options == ["--format", "json"])


@pytest.mark.parametrize("name", READS, ids=" ".join)
def test_no_argument_is_shown_raw(name: tuple[str, ...], tmp_path: Path) -> None:
    command = all_commands()[name]
    missing = str(tmp_path / NAME)
    given = [[missing], [missing, missing], [f"--{ATTACK}"], [ATTACK, ATTACK, ATTACK, ATTACK]]
    for each in command.params:
        if isinstance(each, click.Option) and not each.is_flag and each.name not in _NOT_TRIED:
            given.append([f"{each.opts[-1]}={ATTACK}", missing])
            given.append([f"{each.opts[-1]}={missing}", missing])
    for arguments in given:
        check(run("", *name, *(each.replace("\0", "") for each in arguments), cwd=tmp_path))


def test_no_name_of_a_command_is_shown_raw() -> None:
    check(run("", ATTACK.replace("\0", "")))
    check(run("", "known", ATTACK.replace("\0", "")))
