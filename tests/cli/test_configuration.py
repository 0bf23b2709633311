"""Defaults of options from files of the project and the user."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.support import run

LOG = '2026-03-01 10:00:00 ERROR x\nTraceback (most recent call last):\n  File "{file}", line 3, in f\n    g()\n{error}\n'


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project with a log in a folder below, and a user without configuration."""
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "home"))
    for name in ("STACKTRACES_KNOWN", "STACKTRACES_NO_CONFIG"):
        monkeypatch.delenv(name, raising=False)
    folder = tmp_path / "project"
    (folder / "logs").mkdir(parents=True)
    errors = ("KeyError: 1", "ValueError: x")
    text = "".join(LOG.format(file=f"{error[0]}.py", error=error) for error in errors)
    (folder / "logs" / "app.log").write_text(text)
    return folder


def configure(project: Path, text: str) -> None:
    (project / "pyproject.toml").write_text(f'[project]\nname = "shop"\n\n{text}')


def user(project: Path, text: str) -> Path:
    path = project.parent / "home" / "stacktraces" / "config.toml"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    return path


def test_a_project_sets_defaults_that_hold_below_it(project: Path) -> None:
    configure(project, '[tool.stacktraces.log]\nformat = "jsonl"\ntop = 1\n')
    done = run("stacktraces", "log", "app.log", cwd=project / "logs")
    assert (done.code, len(done.out.splitlines())) == (0, 1)
    assert json.loads(done.out)["count"] == 1


def test_what_is_typed_and_the_environment_count_more(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    configure(project, '[tool.stacktraces.log]\nformat = "jsonl"\nknown = "none.toml"\n')
    monkeypatch.setenv("STACKTRACES_KNOWN", "other.toml")
    done = run("stacktraces", "log", "app.log", "--format", "json", cwd=project / "logs")
    assert (done.code, done.out) == (2, "")
    assert done.err.startswith("other.toml does not exist")


def test_the_user_comes_last(project: Path) -> None:
    user(project, "[log]\ntop = 1\nformat = 'csv'\n")
    configure(project, '[tool.stacktraces.log]\nformat = "jsonl"\n')
    done = run("stacktraces", "log", "app.log", cwd=project / "logs")
    assert len(done.out.splitlines()) == 1
    assert done.out.startswith("{")
    assert run("stacktraces", "--no-config", "log", "app.log", cwd=project / "logs").out.count(" × ") == 2


def test_paths_are_relative_to_the_file_of_the_project(project: Path) -> None:
    configure(
        project,
        '[tool.stacktraces.log]\nknown = "known.toml"\n[tool.stacktraces.known]\nknown = "known.toml"\n',
    )
    assert run("stacktraces", "log", "app.log", "--update", cwd=project / "logs").code == 0
    assert (project / "known.toml").exists()
    assert len(run("stacktraces", "known", "list", cwd=project / "logs").out.splitlines()) == 3


WRONG = {
    "[tool.stacktraces.log]\ntopp = 1\n": "pyproject.toml:5: log has no option --topp; did you mean top?",
    '[tool.stacktraces.log]\ntop = "x"\n': "pyproject.toml:5: top: 'x' is not a valid integer",
    "[tool.stacktraces.log]\nformat = 3\n": "pyproject.toml:5: format: ",
    "[tool.stacktraces]\nlog = 3\n": "pyproject.toml:5: log is no table of a command's options",
    "[tool]\nstacktraces = 3 # tool.stacktraces\n": "pyproject.toml:5: stacktraces is no table",
    "[tool.stacktraces.log\n": "pyproject.toml:4: not valid TOML",
    '[tool.stacktraces.push]\nto = "https://elsewhere"\n': "push is set up in ",
}


@pytest.mark.parametrize("text", WRONG, ids=range(len(WRONG)))
def test_what_is_wrong_is_one_sentence_with_file_and_line(project: Path, text: str) -> None:
    configure(project, text)
    for command in (["log", "app.log"], ["config"]):
        done = run("stacktraces", *command, cwd=project / "logs")
        assert (done.code, done.out) == (2, ""), command
        assert done.err.count("\n") == 1
        assert WRONG[text] in done.err


def test_an_unknown_command_is_told_where_it_is_asked_for(project: Path) -> None:
    configure(project, "[tool.stacktraces.lgo]\ntop = 1\n")
    assert run("stacktraces", "log", "app.log", cwd=project / "logs").code == 0
    assert "pyproject.toml:5: there is no command lgo" in run("stacktraces", "config", cwd=project).err


def test_what_is_set_is_shown(project: Path) -> None:
    configure(
        project, '[tool.stacktraces.log]\nfail-on = ["new"]\n[tool.stacktraces.known]\nknown = "k.db"\n'
    )
    path = user(project, "[log]\njobs = 2\n")
    assert run("stacktraces", "config", cwd=project).out.splitlines() == [
        f"log --jobs 2  ({path}:2)",
        f"log --fail-on ['new']  ({project / 'pyproject.toml'}:5)",
        f"known --known 'k.db'  ({project / 'pyproject.toml'}:7)",
    ]


def test_the_first_versions_commands_take_none(project: Path) -> None:
    configure(project, "[tool.stacktraces.describe]\nrubbish = 1\n")
    done = run("describe.py", "-l", "logs/app.log", cwd=project)
    assert "rubbish" not in done.err
