"""What a team does with its known issues over time: the same on a baseline, in SQLite and in PostgreSQL."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

from tests.cli.support import run

TRACE = """\
2026-03-0{day} 10:00:0{second} ERROR request failed
Traceback (most recent call last):
  File "/srv/shop/web.py", line 12, in handle
    view(request)
  File "/srv/shop/{place}.py", line 3{second}, in {place}
    return step(request)
{error}
"""


def log(folder: Path, name: str, *errors: tuple[str, str], day: int = 1) -> Path:
    """A log in which each of ``errors`` is raised at its place."""
    path = folder / name
    path.write_text(
        "".join(
            TRACE.format(day=day, second=number, place=place, error=error)
            for number, (place, error) in enumerate(errors)
        )
    )
    return path


CART, DISK, PAY = (
    ("cart", "KeyError: 'price'"),
    ("disk", "OSError: disk is full"),
    ("pay", "TimeoutError: bank"),
)
STOCK, SEARCH = ("stock", "ValueError: negative"), ("search", "SyntaxError: near x")


class Team:
    """Commands on one store, in one folder."""

    def __init__(self, folder: Path, store: str) -> None:
        self.folder = folder
        self.store = store

    def known(self, command: str, *arguments: object, stdin: bytes = b"") -> str:
        done = run(
            "stacktraces", "known", command, *arguments, "--known", self.store, stdin=stdin, cwd=self.folder
        )
        assert done.code == 0, done.err
        return done.out

    def label(self, path: Path, *options: object) -> tuple[int, dict[str, dict[str, Any]]]:
        """The exit status, and each group by the name of its place."""
        done = run(
            *("stacktraces", "log", path, "--known", self.store, "--format", "json", *options),
            cwd=self.folder,
        )
        assert done.code in (0, 1), done.err
        groups = json.loads(done.out)["groups"]
        return done.code, {each["error"]["frames"][0]["function"]: each for each in groups}

    def verdicts(self, path: Path, *options: object) -> dict[str, str]:
        return {place: group["verdict"] for place, group in self.label(path, *options)[1].items()}

    def ids(self) -> dict[str, str]:
        """The id of each issue, by the place that its title ends with."""
        issues = json.loads(self.known("list", "--format", "json"))["issues"]
        return {each["title"].rpartition(" ")[2]: each["id"] for each in issues}


def two_branches(team: Team) -> None:
    """Two branches add what they see; afterwards the list has all of it."""
    folder = team.folder
    team.label(log(folder, "base.log", CART), "--update")
    if not team.store.endswith(".toml"):
        writers = [
            subprocess.Popen(["stacktraces", "log", path, "--known", team.store, "--update"], cwd=folder)
            for path in (log(folder, "one.log", CART, DISK), log(folder, "two.log", CART, PAY, STOCK))
        ]
        assert [each.wait() for each in writers] == [0, 0]
        return

    def git(*arguments: str) -> None:
        named = ("-c", "user.name=t", "-c", "user.email=t@example.org")
        subprocess.run(["git", *named, *arguments], cwd=folder, check=True, capture_output=True)

    git("init", "-q", "-b", "main")
    git("add", team.store)
    git("commit", "-qm", "base")
    for branch, errors in (("one", (CART, DISK)), ("two", (CART, PAY, STOCK))):
        git("checkout", "-qb", branch, "main")
        team.label(log(folder, f"{branch}.log", *errors), "--update")
        git("commit", "-qam", branch)
    git("checkout", "-q", "main")
    git("merge", "-q", "one")
    git("merge", "-q", "--no-edit", "two")


def play(folder: Path, store: str) -> None:
    """Two branches, a merge, a release that resolves, a regression, a split, a review."""
    team = Team(folder, store)
    two_branches(team)
    everything = log(folder, "all.log", CART, DISK, PAY, STOCK)
    assert set(team.verdicts(everything).values()) == {"known"}

    team.known("resolve", team.ids()["cart"], "--in", "2.0")
    assert team.label(everything, "--app-version", "1.9", "--fail-on", "regressed")[0] == 0
    code, groups = team.label(everything, "--app-version", "2.1", "--fail-on", "regressed")
    assert (code, groups["cart"]["verdict"]) == (1, "regressed")
    assert groups["cart"]["reason"].startswith("resolved in 2.0; seen in 2.1 since 2026-03-01T10:00:00Z")
    team.known("reopen", team.ids()["cart"])

    ids = team.ids()
    team.known("merge", ids["disk"], ids["pay"])
    assert team.label(everything)[1]["pay"]["issue"]["id"] == ids["disk"]
    team.known("split", ids["disk"], ids["pay"])
    for _ in range(2):
        groups = team.label(everything, "--update")[1]
        assert [groups[place]["issue"]["id"] for place in ("disk", "pay")] == [ids["disk"], ids["pay"]]

    team.known("mute", ids["stock"], "--until", "2026-03-05")
    later = log(folder, "later.log", STOCK, SEARCH, CART, day=7)
    assert team.verdicts(everything)["stock"] == "ignored"
    assert team.verdicts(later) == {"stock": "regressed", "search": "new", "cart": "known"}
    shown = team.known("review", later, stdin=b"o\nn\n")
    assert shown.splitlines()[-1] == "Nothing is left that needs attention."
    assert set(team.verdicts(later).values()) == {"known"}
