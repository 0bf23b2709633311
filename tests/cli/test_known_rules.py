"""``stacktraces known rules`` and the rules beside a list of known issues."""

from __future__ import annotations

from pathlib import Path

from tests.cli.support import run
from tests.unit.test_issue_rules import DISK, FULL, RULES
from tests.unit.test_issue_rules import log as log


def test_rules_beside_the_baseline_are_taken(log: Path) -> None:
    (log.parent / "issue-rules.toml").write_text(RULES)
    done = run("stacktraces", "log", log, "--known", log.parent / "known.toml", "--update")
    assert done.code == 0, done.err
    assert "rule    disk full: owner storage, severity high" in done.out
    assert "why     rule cart" in done.out
    again = run("stacktraces", "log", log, "--known", log.parent / "known.toml", "--fail-on", "any")
    assert again.code == 0


def test_trying_them_tells_which_groups_would_change(log: Path) -> None:
    path = log.parent / "mine.toml"
    path.write_text(RULES + '[[rule]]\nname = "idle"\nmatch = { type = "Nope" }\nignore = true\n')
    done = run("stacktraces", "known", "rules", "--try", path, log)
    assert done.out.splitlines()[0].endswith(
        "mine.toml:1): 2 groups become the group 'disk full', owner 'storage', severity 'high'"
    )
    assert done.out.splitlines()[-2:] == ["matching nothing: idle", "3 groups would change"]
    store = log.parent / "known.toml"
    run("stacktraces", "log", log, "--known", store, "--update")
    of_store = run("stacktraces", "known", "rules", "--try", path, "--known", store)
    assert of_store.out.splitlines()[-1] == "3 groups would change"


def test_occurrences_that_match_are_found_behind_others_of_their_group(log: Path) -> None:
    path = log.parent / "mine.toml"
    path.write_text('[[rule]]\nname = "y"\nmatch = { message = "\'y\'" }\nignore = true\n')
    traces = (
        DISK.format(second=second, file="cart", function="total", error=f"KeyError: '{key}'")
        for second, key in enumerate("xyx")
    )
    log.write_text("".join(traces))
    assert "3 × KeyError" in run("stacktraces", "log", log).out
    done = run("stacktraces", "known", "rules", "--try", path, log)
    assert done.out.splitlines()[-1] == "1 group would change"


def test_a_wrong_file_is_one_sentence(log: Path) -> None:
    path = log.parent / "wrong.toml"
    path.write_text('[[rule]]\nname = "a"\nmatch = { type = "X" }\n')
    for command in (["log", log, "--issue-rules", path], ["known", "rules", "--try", path]):
        done = run("stacktraces", *command)
        assert (done.code, done.out) == (2, "")
        assert done.err.count("\n") == 1
        assert "wrong.toml:1: rule 'a' does nothing" in done.err


def test_a_fingerprint_is_told_by_the_rules(log: Path) -> None:
    path = log.parent / "mine.toml"
    path.write_text(RULES)
    trace = log.parent / "one.txt"
    trace.write_text(DISK.format(second=0, file="disk", function="write", error=FULL).partition("\n")[2])
    done = run("stacktraces", "fingerprint", "--issue-rules", path, trace)
    assert done.out.startswith("group-")
