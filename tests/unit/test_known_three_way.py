"""Two branches change a baseline: git merges it issue by issue."""

from __future__ import annotations

import os
import random
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from stacktraces.errors import StoreError
from stacktraces.known import Issue, Sighting, Store, open_store, operations
from stacktraces.known.baseline import read_text
from stacktraces.known.three_way import merge
from tests.cli.support import run
from tests.known_support import error, ids, issue, put

MARKS = ("<<<<<<< HEAD", "=======", ">>>>>>> other")


def text_of(path: Path, *issues: Issue) -> str:
    path.unlink(missing_ok=True)
    put(open_store(path, create=True), *issues)
    return read_text(path)


def sightings(chance: random.Random, count: int) -> list[Sighting]:
    """Sightings of bugs that share frames, as those of one program do."""
    names = (f"4-{chance.getrandbits(64):016x}" for _ in range(count))
    return [
        Sighting(
            name, f"title {name}", error(*(f"f{chance.randrange(9)}" for _ in range(9)), "serve", "main")
        )
        for name in names
    ]


@pytest.mark.parametrize("seed", range(20))
def test_branches_that_add_issues_merge(seed: int, tmp_path: Path) -> None:
    chance = random.Random(seed)
    base, ours, theirs = (tmp_path / name for name in ("base.toml", "ours.toml", "theirs.toml"))
    open_store(base, create=True).record(sightings(chance, 10))
    for each in (ours, theirs):
        shutil.copy(base, each)
        open_store(each).record(sightings(chance, 5))
    merged = merge(*map(read_text, (base, ours, theirs)), "known.toml")
    assert merged.conflicts == []
    wanted = sorted({*ids(open_store(ours).issues()), *ids(open_store(theirs).issues())})
    assert len(wanted) == 20
    (tmp_path / "merged.toml").write_text(merged.text, encoding="utf-8")
    assert ids(open_store(tmp_path / "merged.toml").issues()) == wanted


Change = Callable[[Store], object]


def changed(*steps: Callable[[Issue], None]) -> Issue:
    made = issue("1-aa", "1-aa", "1-bb")
    made.aliases = ["1-xx"]
    for step in steps:
        step(made)
    return made


def drop_alias(found: Issue) -> None:
    found.aliases = []


def drop_stack(found: Issue) -> None:
    found.stacks = [each for each in found.stacks if each.fingerprint != "1-bb"]


def add_stack(found: Issue) -> None:
    found.stacks += issue("1-cc").stacks


def noted(found: Issue) -> None:
    operations.note(found, text="mine", link="https://example.org/1")


@pytest.mark.parametrize(
    ("one", "two"),
    [
        ((noted,), (operations.ignore,)),
        ((drop_alias,), (add_stack, noted)),
        ((drop_stack,), (add_stack,)),
        ((drop_stack, noted), (drop_stack,)),
    ],
)
def test_changes_of_one_issue_that_go_together(
    tmp_path: Path, one: tuple[Callable[[Issue], None]], two: tuple[Callable[[Issue], None]]
) -> None:
    path = tmp_path / "known.toml"
    texts = [text_of(path, changed(*steps)) for steps in ((), one, two)]
    wanted = text_of(path, changed(*dict.fromkeys((*one, *two))))
    for ours, theirs in ((texts[1], texts[2]), (texts[2], texts[1])):
        assert merge(texts[0], ours, theirs, "k") == (wanted, [])


def test_changes_that_do_not_go_together_are_conflicts(tmp_path: Path) -> None:
    path = tmp_path / "known.toml"
    resolve = changed(lambda each: operations.resolve(each, version="2.0", when="2026-01-01"))
    texts = [
        text_of(path, changed(), issue("1-dd")),
        text_of(path, resolve, issue("1-dd")),
        text_of(path, changed(operations.ignore), issue("1-dd"), issue("1-ee")),
    ]
    merged = merge(*texts, "k")
    assert merged.conflicts == ["1-aa"]
    assert merged.text.count("1-ee") > 0
    path.write_text(merged.text, encoding="utf-8")
    with pytest.raises(StoreError, match=r"known.toml:\d+: the conflict marker <<<<<<< of a merge"):
        open_store(path)
    removed = merge(texts[0], text_of(path, issue("1-dd")), texts[2], "k")
    assert removed.conflicts == ["1-aa"]


@pytest.mark.parametrize("mark", MARKS)
def test_a_conflict_marker_that_was_left_is_named(tmp_path: Path, mark: str) -> None:
    path = tmp_path / "known.toml"
    lines = text_of(path, issue("1-aa")).splitlines()
    path.write_text("\n".join([*lines[:6], mark, *lines[6:]]), encoding="utf-8")
    with pytest.raises(StoreError, match=rf"known.toml:7: the conflict marker {mark[:7]} of a merge"):
        open_store(path)


def git(folder: Path, *arguments: str) -> None:
    identity = ("-c", "user.name=Jane", "-c", "user.email=jane@example.org")
    programs = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    command = ["git", "-C", str(folder), *identity, *arguments]
    subprocess.run(command, check=True, capture_output=True, env={**os.environ, "PATH": programs})


@pytest.mark.skipif(shutil.which("git") is None, reason="git is missing")
def test_git_uses_the_driver(tmp_path: Path) -> None:
    path, chance = tmp_path / "known.toml", random.Random(3)
    git(tmp_path, "init", "--quiet", "--initial-branch=main")
    assert run("stacktraces", "known", "merge-driver", "--install", str(path)).code == 0
    assert run("stacktraces", "known", "merge-driver", "--install", str(path)).code == 0
    assert (tmp_path / ".gitattributes").read_text(encoding="utf-8") == "known.toml merge=stacktraces\n"
    open_store(path, create=True).record(sightings(chance, 10))
    git(tmp_path, "add", "--all")
    git(tmp_path, "commit", "--quiet", "--message=base")
    git(tmp_path, "checkout", "--quiet", "-b", "other")
    open_store(path).record(sightings(chance, 30))
    git(tmp_path, "commit", "--quiet", "--all", "--message=other")
    git(tmp_path, "checkout", "--quiet", "main")
    open_store(path).record(sightings(chance, 30))
    git(tmp_path, "commit", "--quiet", "--all", "--message=main")
    git(tmp_path, "merge", "--quiet", "--message=merged", "other")
    assert len(list(open_store(path).issues())) == 70


def test_the_driver_needs_three_files() -> None:
    assert run("stacktraces", "known", "merge-driver", "a.toml").code == 2
