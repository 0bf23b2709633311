"""What people do with issues, moving them between stores, and what a new algorithm does to them."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from stacktraces.errors import StoreError
from stacktraces.known import Issue, Stack, Store, check, open_store, operations, transfer
from stacktraces.known.exemplar import reduce
from stacktraces.known.issue import MAX_EXEMPLARS, TITLE_LENGTH, consolidated, title_of
from stacktraces.model import Error, Frame
from stacktraces.signatures.fingerprint import fingerprint
from tests.known_support import error, ids, issue, put, sighting


@pytest.fixture(params=["known.toml", "known.db"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Store:
    return open_store(tmp_path / str(request.param), create=True)


def made(name: str, *errors: Error, stored_as: str | None = None) -> Issue:
    """An issue with these exemplars, under today's fingerprints or all ``stored_as`` one."""
    return Issue(
        name, name, stacks=[Stack(stored_as or fingerprint(each, "python"), each) for each in errors]
    )


@pytest.mark.parametrize("key", ["1-aabb", "1-aa", "aa", "1-old", "1-ff"])
def test_issues_are_found_by_whatever_names_just_one(store: Store, key: str) -> None:
    put(store, msgspec.structs.replace(issue("1-aabb", "1-ff"), aliases=["1-old"]), issue("1-abcd"))
    assert operations.locate(store, key).id == "1-aabb"


@pytest.mark.parametrize(
    ("key", "says"),
    [("1-a", "start of 2 issues"), ("zz", "No issue is called zz"), ("", "No issue is called")],
)
def test_names_of_none_or_several(store: Store, key: str, says: str) -> None:
    put(store, issue("1-aabb"), issue("1-abcd"))
    with pytest.raises(StoreError, match=says):
        operations.locate(store, key)


def test_merging_with_itself_is_refused(store: Store) -> None:
    put(store, issue("1-aa"), issue("1-bb"))
    with pytest.raises(StoreError, match="1-aa cannot be merged into itself"):
        operations.merge(store, "1-aa", ["1-bb", "aa"])
    assert ids(store.issues()) == ["1-aa", "1-bb"]


def test_merging_keeps_links_and_notes(store: Store) -> None:
    first, second = issue("1-aa"), issue("1-bb")
    first.note, second.note, second.link = "first", "second", "https://example.org/2"
    put(store, first, second)
    merged = operations.merge(store, "1-aa", ["1-bb"])
    assert (merged.note, merged.link) == ("first\nsecond", "https://example.org/2")


@pytest.mark.parametrize(
    ("fingerprint", "says"),
    [("1-zz", "no fingerprint of"), ("1-", "not just one of"), ("", "not just one of")],
)
def test_splitting_needs_one_fingerprint_of_several(store: Store, fingerprint: str, says: str) -> None:
    put(store, issue("1-aa", "1-aa", "1-bb"), issue("1-cc"))
    with pytest.raises(StoreError, match=says):
        operations.split(store, "1-aa", fingerprint)
    with pytest.raises(StoreError, match="has only this fingerprint"):
        operations.split(store, "1-cc", "1-cc")


def test_consolidated_stacks_tell_once_what_was_seen() -> None:
    one, two = error("a"), error("b")
    stacks = [
        Stack("f", one, 2, "2026-01-02", "2026-01-03", ["1"]),
        Stack("f", two, 3, "2026-01-01", "2026-01-05", ["2"]),
        Stack("f", one),
        *(Stack("f", error(f"x{number}")) for number in range(20)),
    ]
    first, second, *others = consolidated(stacks)
    assert first == Stack("f", one, 5, "2026-01-01", "2026-01-05", ["1", "2"])
    assert second == Stack("f", two)
    assert len(others) == MAX_EXEMPLARS - 2


def test_titles_are_short_and_hold_no_nul() -> None:
    long = error("f" * 1000, kind="K" * 1000, message="m\x00\ud800" * 1000)
    assert len(title_of(long)) <= TITLE_LENGTH
    assert title_of(error("f", message="a\x00\nb")) == "KeyError: a\ufffd in f"
    assert title_of(Error()) == "error"


def test_exemplars_of_deep_recursion_are_short_and_keep_their_fingerprint() -> None:
    deep = error(*["walk"] * 900, "start", "main", kind="RecursionError")
    deep.frames = [Frame(function=each.function, file=each.file) for each in deep.frames]
    small = reduce(deep, "python")
    assert fingerprint(small, small.runtime) == fingerprint(deep, "python")
    assert len(small.frames) <= 50


class TestCheck:
    """``stored_as`` stands for what an older algorithm made of the same exemplars."""

    def test_nothing_changes_under_the_same_algorithm(self, store: Store) -> None:
        put(store, made("1-aa", reduce(error("a"), "python"), reduce(error("b", "c"), "python")))
        assert check.check(store) == []
        assert check.migrate(store) == []

    def test_a_fingerprint_moves(self, store: Store) -> None:
        now = fingerprint(error("a"), "python")
        put(store, made("0-aa", error("a"), stored_as="0-aa"))
        assert check.check(store) == [check.Change("move", ["0-aa"], ["0-aa"], [now])]
        check.migrate(store)
        found = store.issue("0-aa")
        assert found is not None
        assert found.fingerprints == [now]
        assert check.check(store) == []

    def test_a_fingerprint_splits(self, store: Store) -> None:
        put(store, made("0-aa", error("a"), error("b"), stored_as="0-aa"))
        (change,) = check.check(store)
        assert (change.kind, change.before) == ("split", ["0-aa"])
        assert sorted(change.after) == sorted(
            [fingerprint(error("a"), "python"), fingerprint(error("b"), "python")]
        )
        check.migrate(store)
        found = store.issue("0-aa")
        assert found is not None
        assert found.fingerprints == sorted(change.after)

    def test_issues_merge_into_the_one_that_was_seen_most(self, store: Store) -> None:
        now = fingerprint(error("a"), "python")
        put(store, made("0-aa", error("a"), stored_as="0-aa"), made("0-bb", error("a"), stored_as="0-bb"))
        store.record([sighting("0-bb", 5), sighting("0-aa", 2)])
        survivor, other = ("0-bb", "0-aa") if store.counts else ("0-aa", "0-bb")
        assert check.Change("merge", [survivor, other], ["0-aa", "0-bb"], [now]) in check.check(store)
        check.migrate(store)
        (found,) = store.issues()
        assert (found.id, found.aliases, found.fingerprints) == (survivor, [other], [now])
        assert found.count == (7 if store.counts else 0)

    def test_chains_of_merges_end_in_one_issue(self, store: Store) -> None:
        put(
            store,
            made("0-aa", error("a"), stored_as="0-aa"),
            made("0-bb", error("a"), error("b"), stored_as="0-bb"),
            made("0-cc", error("b"), stored_as="0-cc"),
        )
        check.migrate(store)
        (found,) = store.issues()
        assert found.fingerprints == sorted(
            [fingerprint(error("a"), "python"), fingerprint(error("b"), "python")]
        )
        assert sorted([found.id, *found.aliases]) == ["0-aa", "0-bb", "0-cc"]

    def test_what_has_no_exemplar_is_stale_and_stays(self, store: Store) -> None:
        put(store, Issue("0-aa", "t", stacks=[Stack("0-aa")]), Issue("4-bb", "t", stacks=[Stack("4-bb")]))
        assert check.check(store) == [check.Change("stale", ["0-aa"], ["0-aa"], [])]
        check.migrate(store)
        assert ids(store.issues()) == ["0-aa", "4-bb"]


class TestTransfer:
    @pytest.mark.parametrize(
        ("line", "says"),
        [
            ("{", "no known issue"),
            ("[]", "no known issue"),
            ('{"id":"1-bb"}', "missing required field `title`"),
            ('{"id":"","title":"t"}', "the id is empty"),
            ('{"id":"1-bb","title":"t","status":"closed"}', "no known issue"),
            ('{"id":"1-bb","title":"t","resolved_at":"soon"}', "'soon' is no time"),
            ("[" * 100_000, "no known issue"),
        ],
    )
    def test_a_bad_line_is_named_and_changes_nothing(self, store: Store, line: str, says: str) -> None:
        lines = [*transfer.to_lines([issue("1-aa")]), "", line]
        with pytest.raises(StoreError, match="^file:3: ") as caught:
            transfer.add(transfer.from_lines(lines, "file"), store)
        assert says in str(caught.value)
        assert ids(store.issues()) == []

    def test_what_is_there_learns_and_keeps_what_people_said(self, store: Store) -> None:
        put(store, msgspec.structs.replace(issue("1-aa"), title="mine", note="mine"))
        other = msgspec.structs.replace(
            issue("1-aa", "1-aa", "1-bb"), title="theirs", link="l", note="theirs"
        )
        transfer.add([other], store)
        found = store.issue("1-aa")
        assert found is not None
        assert (found.title, found.note, found.link, found.fingerprints) == (
            "mine",
            "mine",
            "l",
            ["1-aa", "1-bb"],
        )
        transfer.add([other], store, replace=True)
        found = store.issue("1-aa")
        assert found is not None
        assert (found.title, found.note) == ("theirs", "theirs")

    def test_for_review_leaves_out_what_changes_at_each_run(self) -> None:
        stack = Stack("1-aa", error("a"), 7, "2026-01-01T10:00:00Z", "2026-02-01T10:00:00Z", ["1.10", "1.9"])
        reviewed = transfer.for_review(Issue("1-aa", "t", stacks=[stack]))
        assert reviewed.stacks == [Stack("1-aa", error("a"), first_seen="2026-01-01", versions=["1.9"])]
