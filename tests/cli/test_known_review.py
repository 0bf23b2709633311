"""``stacktraces known review``, ``mute`` and decisions that become rules, as commands."""

from __future__ import annotations

from pathlib import Path

from tests.cli.support import run
from tests.unit.test_issue_rules import log as log


def known(log: Path, command: str, *arguments: object, stdin: bytes = b"") -> tuple[int, str, str]:
    done = run("stacktraces", "known", command, *arguments, stdin=stdin, cwd=log.parent)
    return done.code, done.out, done.err


def test_answers_are_lines_where_there_is_no_terminal(log: Path) -> None:
    code, out, err = known(log, "review", log, stdin=b"x\nn\n\ni\n")
    assert (code, err) == (0, "")
    assert "[n]ew issue, [i]gnore, blank for later, [q]uit: new" in out
    assert out.splitlines()[-1] == "2 left"
    listed = run("stacktraces", "known", "list", cwd=log.parent).out
    assert sorted(line.split()[1] for line in listed.splitlines()[1:]) == ["ignored", "open"]


def test_it_can_be_ended_at_once(log: Path) -> None:
    assert known(log, "review", log, stdin=b"q\n")[1].splitlines()[-1] == "4 left"
    assert known(log, "review", log)[1].splitlines()[-1] == "4 left"


def test_answers_and_logs_do_not_share_standard_input(log: Path) -> None:
    code, out, err = known(log, "review", "-", stdin=b"n\n")
    assert (code, out, err) == (2, "", "Answers are read from standard input; name the files of the logs.\n")


def test_an_issue_is_muted_until_one_thing(log: Path) -> None:
    run("stacktraces", "log", log, "--known", "known-issues.toml", "--update", cwd=log.parent)
    issue = next(iter(run("stacktraces", "known", "list", cwd=log.parent).out.splitlines()[1:])).split()[0]
    assert known(log, "mute", issue, "--until", "2999-01-01")[0] == 0
    assert "muted until 2999-01-01" in run("stacktraces", "known", "list", cwd=log.parent).out
    assert known(log, "mute", issue)[2].startswith("Say until when: one of --until TIME")
    assert known(log, "mute", issue, "--until", "soon")[2].startswith("soon is no day and no time")
    assert "keeps no counts" in known(log, "mute", issue, "--until-count", "3")[2]


def test_decisions_become_rules(log: Path) -> None:
    run("stacktraces", "log", log, "--known", "known-issues.toml", "--update", cwd=log.parent)
    full = [
        line.split()[0]
        for line in run("stacktraces", "known", "list", cwd=log.parent).out.splitlines()
        if "No space left" in line
    ]
    out = known(log, "merge", *full, "--as-rule")[1]
    assert "issue-rules.toml has a new rule:\n[[rule]]\n" in out
    grouped = run("stacktraces", "log", log, "--known", "known-issues.toml", cwd=log.parent).out
    assert "KNOWN  3 × OSError: [Errno 28] No space left on device" in grouped
    known(log, "split", *full, "--as-rule")
    apart = run("stacktraces", "log", log, "--known", "known-issues.toml", cwd=log.parent).out
    assert "3 × OSError" not in apart
    assert known(log, "rules")[1].splitlines()[-1] == "2 rules"
