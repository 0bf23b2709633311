"""Verdicts: new, known, similar, regressed, ignored; what fails a run; what is recorded."""

from __future__ import annotations

from pathlib import Path

import pytest

from stacktraces.known import (
    Issue,
    Match,
    Run,
    Stack,
    Store,
    StoreMatcher,
    failing,
    group_traces,
    label,
    open_store,
    operations,
    record,
)
from stacktraces.known.versions import key
from stacktraces.model import Error, Group, Trace
from stacktraces.signatures.fingerprint import fingerprint
from tests.known_support import error, issue, put

RUN = Run(now="2026-07-10T12:00:00Z")
DEEP = ("parse", "load", "read", "open_cart", "cart", "checkout", "serve", "main")


@pytest.fixture(params=["known.toml", "known.db"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Store:
    return open_store(tmp_path / str(request.param), create=True)


def group(name: str, count: int = 1, **more: str) -> Group:
    return Group(fingerprint=name, error=error("f"), format="python", runtime="python", count=count, **more)


def grouped(errors: list[Error]) -> list[Group]:
    return group_traces(Trace(each, "python", "python") for each in errors)


class Answer:
    """A matcher that always gives the same answer."""

    def __init__(self, match: Match | None) -> None:
        self._match = match

    def match(self, _error: Error, _runtime: str | None, _name: str | None = None) -> Match | None:
        return self._match


def verdicts(store: Store, *groups: Group, run: Run = RUN) -> list[tuple[str, str]]:
    return [(each.group.fingerprint, each.judgement.verdict) for each in label(groups, store, run=run)]


def test_what_needs_attention_comes_first(store: Store) -> None:
    put(store, issue("1-a1"), issue("1-a2"), issue("1-a3"), issue("1-a4"))
    operations.change(store, "1-a1", operations.ignore)
    operations.change(store, "1-a2", lambda each: operations.resolve(each, when="2026-01-01"))
    groups = [
        group("1-a1", 9),
        group("1-a3"),
        group("1-a4", 5),
        group("1-a2"),
        group("1-b1"),
        group("1-b2", 7),
    ]
    assert verdicts(store, *groups) == [
        ("1-a2", "regressed"),
        ("1-b2", "new"),
        ("1-b1", "new"),
        ("1-a4", "known"),
        ("1-a3", "known"),
        ("1-a1", "ignored"),
    ]


def test_a_known_group_bears_title_and_link(store: Store) -> None:
    put(store, Issue("1-a1", "the title", link="https://example.org/1", stacks=[Stack("1-f1")]))
    (found,) = label([group("1-f1")], store, run=RUN)
    assert found.judgement.issue is not None
    assert (found.judgement.issue.id, found.judgement.issue.title, found.judgement.issue.link) == (
        "1-a1",
        "the title",
        "https://example.org/1",
    )


@pytest.mark.parametrize(
    ("status", "verdict", "unsure", "fails_on"),
    [
        ("open", "known", True, {"unsure"}),
        ("resolved", "regressed", False, {"regressed", "any"}),
        ("ignored", "ignored", False, set()),
    ],
)
def test_what_a_weak_fingerprint_proves(
    store: Store, status: str, verdict: str, unsure: bool, fails_on: set[str]
) -> None:
    """The second run after an update passes the usual checks, but the verdict says how little it stands on."""
    bare = Group(fingerprint="1-a1", error=Error(type="KeyError", message="'x'"), format="python", count=1)
    put(store, Issue("1-a1", "the title", status=status, resolved_at="2026-01-01", stacks=[Stack("1-a1")]))  # type: ignore[arg-type]
    (found,) = label([bare], store, run=RUN)
    assert (found.judgement.verdict, found.judgement.unsure) == (verdict, unsure)
    assert ("weak: " in (found.judgement.reason or "")) == (status != "ignored")
    assert {each for each in ("new", "regressed", "unsure", "any") if failing([found], [each])} == fails_on
    (strong,) = label([group("1-a1")], store, run=RUN)
    assert not strong.judgement.unsure
    assert "weak" not in (strong.judgement.reason or "")
    record([found], store, run=RUN)
    assert [each.id for each in store.issues()] == ["1-a1"]


@pytest.mark.parametrize(
    ("resolved_at", "last_seen", "verdict"),
    [
        ("2026-07-01", "2026-06-30T23:59:59Z", "known"),
        ("2026-07-01", "2026-07-01T18:00:00Z", "known"),
        ("2026-07-01", "2026-07-02T00:00:00Z", "regressed"),
        ("2026-07-01T10:00:00Z", "2026-07-01T11:59:00+02:00", "known"),
        ("2026-07-01T10:00:00Z", "2026-07-01T12:00:01+02:00", "regressed"),
        ("2026-07-01T10:00:00Z", None, "regressed"),
        ("2026-07-10T12:00:00Z", None, "regressed"),
        ("2026-07-10", None, "known"),
        ("2026-08-01", None, "known"),
    ],
)
def test_resolved_at_a_time(store: Store, resolved_at: str, last_seen: str | None, verdict: str) -> None:
    put(store, issue("1-a1"))
    operations.change(store, "1-a1", lambda each: operations.resolve(each, when=resolved_at))
    seen = group("1-a1")
    seen.last_seen = last_seen
    assert verdicts(store, seen) == [("1-a1", verdict)]


@pytest.mark.parametrize(
    ("resolved_in", "app_version", "verdict"),
    [
        ("2.0", "1.9", "known"),
        ("2.0", "2.0rc1", "known"),
        ("2.0", "2.0", "regressed"),
        ("2.0", "v2.0.0", "regressed"),
        ("2.0", "10.0", "regressed"),
        ("2.0", None, "regressed"),
    ],
)
def test_resolved_in_a_version(store: Store, resolved_in: str, app_version: str | None, verdict: str) -> None:
    put(store, issue("1-a1"))
    operations.change(
        store, "1-a1", lambda each: operations.resolve(each, version=resolved_in, when="2026-07-01T00:00:00Z")
    )
    assert verdicts(store, group("1-a1"), run=Run(RUN.now, app_version)) == [("1-a1", verdict)]


def test_a_log_from_before_the_resolution_is_no_regression_where_no_version_is_told(store: Store) -> None:
    put(store, issue("1-a1"))
    operations.change(
        store, "1-a1", lambda each: operations.resolve(each, version="2.0", when="2026-07-01T00:00:00Z")
    )
    assert verdicts(store, group("1-a1", last_seen="2026-06-01T00:00:00Z")) == [("1-a1", "known")]


def test_reopened_is_known_again(store: Store) -> None:
    put(store, issue("1-a1"))
    operations.change(store, "1-a1", lambda each: operations.resolve(each, when="2026-01-01"))
    operations.change(store, "1-a1", operations.reopen)
    assert verdicts(store, group("1-a1")) == [("1-a1", "known")]


@pytest.mark.parametrize(
    ("decision", "status", "verdict", "unsure"),
    [
        ("known", "open", "similar", False),
        ("unsure", "open", "similar", True),
        ("new", "open", "new", False),
        ("known", "ignored", "ignored", False),
        ("unsure", "ignored", "similar", True),
        ("known", "resolved", "regressed", False),
        ("unsure", "resolved", "similar", True),
    ],
)
def test_what_a_likeness_means(store: Store, decision: str, status: str, verdict: str, unsure: bool) -> None:
    known = issue("1-a1")
    known.status = status  # type: ignore[assignment]
    known.resolved_at = "2026-01-01" if status == "resolved" else None
    matcher = Answer(Match(known.heading, 0.75, decision, "agree: f (100%)"))  # type: ignore[arg-type]
    (found,) = label([group("1-b1")], store, matcher=matcher, run=RUN)
    assert (found.judgement.verdict, found.judgement.unsure) == (verdict, unsure)
    assert "agree: f (100%)" in found.judgement.reason
    assert found.judgement.probability == (None if decision == "new" else 0.75)


def test_what_fails(store: Store) -> None:
    put(store, issue("1-a1"), issue("1-a2"))
    operations.change(store, "1-a2", lambda each: operations.resolve(each, when="2026-01-01"))
    sure = Match(issue("1-a1").heading, 0.9, "known")
    unsure = Match(issue("1-a1").heading, 0.5, "unsure")
    labelled = [
        *label([group("1-a1"), group("1-a2"), group("1-b1")], store, run=RUN),
        *label([group("1-b2")], store, matcher=Answer(sure), run=RUN),
        *label([group("1-b3")], store, matcher=Answer(unsure), run=RUN),
    ]

    def names(*fail_on: str) -> list[str]:
        return [each.group.fingerprint for each in failing(labelled, fail_on)]  # type: ignore[arg-type]

    assert names() == []
    assert names("new") == ["1-b1"]
    assert names("regressed") == ["1-a2"]
    assert names("unsure") == ["1-b3"]
    assert names("new", "unsure") == ["1-b1", "1-b3"]
    assert names("any") == ["1-a2", "1-b1", "1-b3"]


def test_what_was_recorded_is_known(store: Store) -> None:
    errors = [error(*DEEP, message="user 17"), error("a", kind="OSError"), error("b", kind="ValueError")]
    groups = grouped(errors)
    record(label(groups, store, run=RUN), store, run=RUN)
    assert {verdict for _, verdict in verdicts(store, *groups)} == {"known"}
    fresh = grouped([*errors, error("c", kind="ValueError")])
    assert [each for each in verdicts(store, *fresh) if each[1] == "new"] == [(fresh[-1].fingerprint, "new")]


def test_a_recorded_exemplar_holds_no_values_and_keeps_its_fingerprint(store: Store) -> None:
    secret = error(*DEEP, message="token 5f4dcc3b5aa765d61d8327deb882cf99 of 10.0.0.1 refused")
    secret.frames[0].locals = {"password": "hunter2"}
    secret.frames[0].source = "login('hunter2')"
    secret.frames[0].args = "password='hunter2'"
    (seen,) = grouped([secret])
    record(label([seen], store, run=RUN), store, run=RUN)
    found = store.issue(seen.fingerprint)
    assert found is not None
    (exemplar,) = found.exemplars
    assert fingerprint(exemplar, exemplar.runtime) == seen.fingerprint
    for value in ("5f4dcc3b", "10.0.0.1", "hunter2"):
        assert value not in repr(found)


def test_merging_teaches_what_is_like_either(store: Store) -> None:
    other = ("flush", "write_row", "save_all", "commit", "job", "worker", "loop", "main")
    groups = grouped([error(*DEEP), error(*other)])
    record(label(groups, store, run=RUN), store, run=RUN)
    operations.merge(store, groups[0].fingerprint, [groups[1].fingerprint])
    truncated = [error(*DEEP[:6]), error(*other[:6])]
    found = label(grouped(truncated), store, matcher=StoreMatcher(store), run=RUN)
    assert [
        (each.judgement.verdict, each.judgement.issue.id if each.judgement.issue else None) for each in found
    ] == [
        ("similar", groups[0].fingerprint),
        ("similar", groups[0].fingerprint),
    ]
    reasons = " ".join(each.judgement.reason for each in found)
    assert "agree: " in reasons
    assert "parse" in reasons
    assert "flush" in reasons
    assert "only in the known one: " in reasons


def test_what_surely_is_like_an_issue_becomes_part_of_it(store: Store) -> None:
    (first,) = grouped([error(*DEEP)])
    record(label([first], store, run=RUN), store, run=RUN)
    (like,) = grouped([error("other_parse", *DEEP[:6])])
    (found,) = label(
        [like], store, matcher=Answer(Match(issue(first.fingerprint).heading, 0.9, "known")), run=RUN
    )
    record([found], store, run=RUN)
    assert verdicts(store, like) == [(like.fingerprint, "known")]
    assert [each.id for each in store.issues()] == [first.fingerprint]


def test_what_may_be_like_an_issue_gets_its_own(store: Store) -> None:
    (first,) = grouped([error(*DEEP)])
    record(label([first], store, run=RUN), store, run=RUN)
    (like,) = grouped([error("other_parse", *DEEP[:6])])
    unsure = Answer(Match(issue(first.fingerprint).heading, 0.5, "unsure"))
    record(label([like], store, matcher=unsure, run=RUN), store, run=RUN)
    assert {each.id for each in store.issues()} == {first.fingerprint, like.fingerprint}


@pytest.mark.parametrize(
    ("lower", "higher"),
    [
        ("1.9", "1.10"),
        ("1.2rc1", "1.2"),
        ("2.0.0rc1", "2"),
        ("2.0rc1", "2.0.1"),
        ("1.2.dev3", "1.2a1"),
        ("1.2a1", "1.2b1"),
        ("1.2-beta.2", "1.2-rc.1"),
        ("1.2-rc.1", "1.2-rc.2"),
        ("1.2", "1.2.post1"),
        ("1.2", "1.2-3-gabcdef"),
        ("1.2.post1", "1.2.1"),
        ("1.2-SNAPSHOT", "1.2"),
        ("2026.01.31", "2026.2.1"),
        ("9" * 5000, "9" * 5000 + ".1"),
    ],
)
def test_the_order_of_versions(lower: str, higher: str) -> None:
    assert key(lower) < key(higher)


@pytest.mark.parametrize(
    ("one", "other"), [("1.2", "v1.2.0"), ("1.2+build5", "1.2"), ("1.2", "1.2.Final"), ("1.2RC1", "1.2-rc1")]
)
def test_versions_that_are_the_same(one: str, other: str) -> None:
    assert key(one) == key(other)
