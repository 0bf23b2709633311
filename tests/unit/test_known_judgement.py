"""One judgement of fingerprint, likeness and message: what is known, and what only stands at the same place."""

from __future__ import annotations

from pathlib import Path

import pytest

from stacktraces.known import (
    Issue,
    Judgement,
    Stack,
    Store,
    StoreMatcher,
    group_traces,
    label,
    open_store,
    operations,
    record,
)
from stacktraces.model import Error, Group, Trace
from tests.known_support import error, put

PLACE = ("save", "upload", "handle", "serve", "main")


@pytest.fixture(params=["known.toml", "known.db"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Store:
    return open_store(tmp_path / str(request.param), create=True)


def group(message: str | None, kind: str = "OSError", *functions: str) -> Group:
    return group_of(error(*(functions or PLACE), kind=kind, message=message))


def group_of(found: Error) -> Group:
    (made,) = group_traces([Trace(found, "python", "python")])
    return made


def judge(store: Store, *groups: Group) -> list[Judgement]:
    found = {id(each.group): each.judgement for each in label(groups, store, matcher=StoreMatcher(store))}
    return [found[id(each)] for each in groups]


def learn(store: Store, *groups: Group) -> None:
    record(label(groups, store, matcher=StoreMatcher(store)), store)


OTHERS = [
    ("OSError", "[Errno 28] No space left on device: '/x'", "[Errno 13] Permission denied: '/x'"),
    ("ModuleNotFoundError", "No module named 'yaml'", "No module named 'toml'"),
    ("KeyError", "'price'", "'currency'"),
    ("AttributeError", "'Cart' object has no attribute 'total'", "'Cart' object has no attribute 'tax'"),
    ("HTTPError", "404 Client Error: for url: http://a/b", "500 Server Error: for url: http://a/b"),
    ("HTTPError", "status code 404", "status code 503"),
    ("OperationalError", "no such table: users", "no such table: orders"),
    ("UndefinedTable", 'relation "users" does not exist', 'relation "orders" does not exist'),
]


@pytest.mark.parametrize(("kind", "known", "other"), OTHERS)
def test_another_message_at_the_same_place_is_not_silently_known(
    store: Store, kind: str, known: str, other: str
) -> None:
    learn(store, group(known, kind))
    (same, different) = judge(store, group(known, kind), group(other, kind))
    assert (same.verdict, same.unsure) == ("known", False)
    assert (different.verdict, different.unsure) == ("similar", True)
    assert "other message: " in (different.reason or "")
    assert different.probability is not None
    assert same.probability is not None
    assert different.probability < same.probability


@pytest.mark.parametrize(
    ("known", "again"),
    [
        ("no price for 17", "no price for 18"),
        ("no answer from 10.0.0.1:80 in 3 s", "no answer from 10.0.0.9:81 in 4.5 s"),
        ("user 'jane' is unknown", "user 'joe' is unknown"),
        ("open /srv/a/b.txt", "open /home/joe/c.txt"),
        (None, None),
    ],
)
def test_another_value_is_the_same_message(store: Store, known: str | None, again: str | None) -> None:
    learn(store, group(known))
    (found,) = judge(store, group(again))
    assert (found.verdict, found.unsure) == ("known", False)


def test_each_message_that_was_recorded_is_known(store: Store) -> None:
    messages = ("disk full", "permission denied", "file name too long")
    for each in messages:
        learn(store, group(each))
    found = judge(store, *map(group, messages))
    assert [(each.verdict, each.unsure) for each in found] == [("known", False)] * 3
    assert len({each.issue.id for each in found if each.issue}) == 3
    for each in messages:
        learn(store, group(each))
    assert len(list(store.issues())) == 3


def test_messages_that_people_put_into_one_issue_do_not_count(store: Store) -> None:
    for each in ("cannot find the file of jane", "cannot find the file of joe"):
        learn(store, group(each))
    first, second = (each.id for each in store.issues())
    operations.merge(store, first, [second])
    (found,) = judge(store, group("cannot find the file of jim"))
    assert (found.verdict, found.unsure, found.issue and found.issue.id) == ("known", False, first)


def test_of_several_issues_with_one_fingerprint_the_message_decides(store: Store) -> None:
    full, denied = group("disk full"), group("permission denied")
    assert full.fingerprint == denied.fingerprint
    operations.add_exemplar(store, full)
    put(store, Issue("denied", "denied", stacks=[Stack("3-00", error("elsewhere"))]))
    operations.add_exemplar(store, denied, "denied")
    found = judge(store, full, denied)
    assert [each.issue and each.issue.id for each in found] == [full.fingerprint, "denied"]
    assert {each.verdict for each in found} == {"known"}


def test_what_says_something_else_is_added_as_an_issue_of_its_own(store: Store) -> None:
    added = [operations.add_exemplar(store, group(each)) for each in ("disk full", "permission denied")]
    again = [operations.add_exemplar(store, group(each)) for each in ("disk full", "permission denied")]
    assert [each.id for each in added] == [each.id for each in again]
    assert len(list(store.issues())) == 2


def test_a_fingerprint_that_was_added_by_hand_is_known(store: Store) -> None:
    seen = group("disk full")
    operations.add_fingerprint(store, seen.fingerprint, "a disk is full")
    (found,) = judge(store, seen)
    assert (found.verdict, found.unsure) == ("known", False)


def test_the_cause_counts_as_the_error_does(store: Store) -> None:
    def wrapped(message: str) -> Group:
        outer = error("run", "main", kind="JobError", message="the job failed")
        outer.cause = error(*PLACE, kind="OSError", message=message)
        return group_of(outer)

    learn(store, wrapped("disk full"))
    same, different = judge(store, wrapped("disk full"), wrapped("permission denied"))
    assert (same.verdict, same.unsure) == ("known", False)
    assert (different.verdict, different.unsure) == ("similar", True)


def test_what_was_recorded_with_a_weak_fingerprint_passes_the_next_check(store: Store) -> None:
    bare = group_of(Error(type="KeyError", message="'x y'"))
    learn(store, bare)
    (found,) = judge(store, bare)
    assert (found.verdict, found.unsure) == ("known", True)
    assert "weak: " in (found.reason or "")


def test_the_index_of_a_database_answers_as_one_in_memory_does(tmp_path: Path) -> None:
    """But for the order of sightings, which a baseline does not keep."""
    baseline, database = (open_store(tmp_path / name, create=True) for name in ("k.toml", "k.db"))
    groups = [
        group(f"reason {'x' * (number % 7)}", ("OSError", "KeyError")[number % 2], *names)
        for number in range(40)
        for names in [(f"f{number % 9}", f"g{number % 5}", f"h{number % 3}", "serve", "main")]
    ]
    for each in groups:
        learn(baseline, each)
        learn(database, each)
    asked = [*groups, group("reason x", "OSError", "f1", "g2", "other", "serve", "main")]
    for one, other in zip(judge(baseline, *asked), judge(database, *asked), strict=True):
        assert (one.verdict, one.unsure, one.issue, one.reason) == (
            other.verdict, other.unsure, other.issue, other.reason,
        )  # fmt: skip
        assert one.probability == pytest.approx(other.probability)
