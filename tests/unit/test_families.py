"""Groups that differ in who called alone are one line, one block and one issue."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import stacktraces
from stacktraces.known import Run, failing, label, open_store, record
from stacktraces.signatures.families import families
from tests.cli.support import run

TRACE = """\
2026-03-01 10:00:00 ERROR failed
Traceback (most recent call last):
  File "/srv/shop/view{number}.py", line {number}, in view{number}
    opts.get("speed")
  File "/srv/shop/options.py", line 30, in {function}
    raise RemovedOption("speed")
shop.RemovedOption: {message}
"""
MESSAGE = "the option 'speed' was removed in {version}"


def traces(number: int, start: int = 1, **changes: str) -> list[str]:
    given = {"function": "get", "message": MESSAGE} | changes
    return [
        TRACE.format(
            number=each, function=given["function"], message=given["message"].format(version=each % 3)
        )
        for each in range(start, start + number)
    ]


@pytest.fixture
def log(tmp_path: Path) -> Path:
    path = tmp_path / "many.log"
    path.write_text(
        "".join([*traces(12), *traces(1, 50, message="no such option"), *traces(2, function="set")])
    )
    return path


def test_what_is_raised_at_one_place_and_says_the_same_is_one_family(log: Path) -> None:
    groups = stacktraces.scan(log).groups
    found = families(groups)
    ((name, members),) = found.items()
    assert len(groups) == 15
    assert (len(members), members[0].fingerprint) == (12, name)
    assert {each.error.frames[0].function for each in members} == {"get"}


@pytest.mark.parametrize("message", ["", "12", "{version}"])
def test_a_message_without_a_word_makes_none(tmp_path: Path, message: str) -> None:
    path = tmp_path / "many.log"
    path.write_text("".join(traces(5, message=message)))
    assert families(stacktraces.scan(path).groups) == {}


@pytest.mark.parametrize("kind", ["known.toml", "known.db"])
def test_new_ones_are_recorded_as_one_issue(log: Path, kind: str) -> None:
    store = open_store(log.parent / kind, create=True)
    now = Run(now="2026-03-02T00:00:00Z")
    record(label(stacktraces.scan(log).groups, store, run=now), store, run=now)
    assert sorted(len(each.fingerprints) for each in store.issues()) == [1, 1, 1, 12]
    again = label(stacktraces.scan(log).groups, store, run=now)
    assert failing(again, ["any"]) == []
    store.close()


def test_outputs_show_one_and_name_the_others(log: Path) -> None:
    text = run("stacktraces", "log", log).out
    assert "    alike   11 groups, 11 occurrences, that differ in who called alone:\n" in text
    assert text.count("× shop.RemovedOption: ") == 4
    assert "            and 6 more\n" in text
    screen = run("stacktraces", "log", log, "--color", "always").out
    assert "12 callers of op" in screen
    assert "15 distinct errors" in screen
    assert "11 groups more, 11 ×" in run("stacktraces", "log", log, "--color", "always", "--full").out
    groups = json.loads(run("stacktraces", "log", log, "--format", "json").out)["groups"]
    assert len(groups) == 15
    assert sorted(map(str, {each["family"] for each in groups}))[1:] == ["None"]


def test_a_build_that_fails_names_one(log: Path) -> None:
    store = log.parent / "known.toml"
    store.write_text("format = 2\n")
    done = run("stacktraces", "log", log, "--known", store, "--fail-on", "new")
    assert done.code == 1
    assert len(done.err.splitlines()) == 5
    assert sum(line.endswith(" and 11 alike") for line in done.err.splitlines()) == 1
