"""What every store of known issues has to do; each store's tests run these."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from stacktraces.errors import StoreError
from stacktraces.known import Issue, KnownIssue, Stack, Store, open_store, operations, transfer
from tests.known_support import error, ids, issue, put, sighting, write_from_processes

HOSTILE = "'; DROP TABLE stacktraces_issue; -- \x1b[31m \u202e \" \\ ''' \"\"\" \n[issues.x]\n\x07 ü 😀"


class StoreContract:
    """Subclasses give a fixture ``target``: a path or URL at which there is no store yet."""

    @pytest.fixture
    def store(self, target: str) -> Iterator[Store]:
        store = open_store(target, create=True)
        yield store
        store.close()

    def reopened(self, store: Store, target: str) -> Store:
        store.close()
        return open_store(target)

    def test_a_new_store_is_empty(self, store: Store) -> None:
        assert list(store.issues()) == []
        assert store.issue("1-aa") is None
        assert store.find(["1-aa"]) == {}

    def test_the_latest_issues_come_in_pages(self, store: Store) -> None:
        for number in range(5):
            name = f"1-a{number}"
            put(store, Issue(name, "a title", stacks=[Stack(name, last_seen=f"2026-01-0{9 - number}")]))
        pages = [[each.id for each in store.latest((), 2, skip)] for skip in (0, 2, 4, 6)]
        assert pages == [["1-a0", "1-a1"], ["1-a2", "1-a3"], ["1-a4"], []]
        assert [each.id for each in store.latest(("open",), None, 3)] == ["1-a3", "1-a4"]

    def test_days_are_counted_and_forgotten(self, store: Store, target: str) -> None:
        for moment, count in (("2025-12-31T23:59:59Z", 2), ("2026-01-01", 3), ("2026-01-01T08:00:00Z", 4)):
            store.record([sighting("1-aa", count, last_seen=moment), sighting("1-bb", last_seen=moment)])
        store.record([sighting("1-aa", last_seen="0001-02-03")])
        if not store.counts:
            assert (store.days(["1-aa"]), store.forget_days("2027-01-01")) == ({}, 0)
            return
        again = self.reopened(store, target)
        assert again.days(["1-aa"]) == {"0001-02-03": 1, "2025-12-31": 2, "2026-01-01": 7}
        assert again.days(["1-aa", "1-bb"])["2026-01-01"] == 9
        assert again.forget_days("2026-01-01") == 3
        assert again.days(["1-aa"]) == {"2026-01-01": 7}
        found = again.issue("1-aa")
        assert found is not None
        assert found.count == 10
        again.record([sighting("1-aa", last_seen="2025-12-31")])
        assert again.days(["1-aa"]) == {"2025-12-31": 1, "2026-01-01": 7}

    def test_an_issue_comes_back_as_it_was(self, store: Store, target: str) -> None:
        cause = error("inner", kind="ValueError", message="bad")
        outer = error("a", "b", message="x")
        outer.cause, outer.cause_kind, outer.children = cause, "context", [error("child")]
        given = Issue(
            id="1-aa",
            title="a title",
            status="resolved",
            resolved_at="2026-01-31T12:00:00Z",
            resolved_in="1.2",
            link="https://example.org/1",
            note="two\nlines",
            aliases=["1-xx", "1-yy"],
            stacks=[
                Stack("1-aa", outer, first_seen="2026-01-01", versions=["1.0"]),
                Stack("1-aa", error("another", "exemplar")),
                Stack("1-bb"),
            ],
        )
        put(store, given)
        again = self.reopened(store, target)
        assert list(again.issues()) == [given]
        for key in ("1-aa", "1-xx", "1-bb"):
            assert again.issue(key) == given
        found = again.find(["1-aa", "1-bb", "1-cc", "1-xx"])
        assert {key: (each.id, each.resolved_in) for key, each in found.items()} == {
            "1-aa": ("1-aa", "1.2"),
            "1-bb": ("1-aa", "1.2"),
        }
        assert {type(each) for each in found.values()} == {KnownIssue}, "a verdict shows no stacks"
        again.close()

    def test_hostile_text_is_only_text(self, store: Store, target: str) -> None:
        given = issue("1-aa", title=HOSTILE)
        given.note = given.link = HOSTILE
        given.stacks = [Stack("1-aa", error(HOSTILE, kind=HOSTILE, message=HOSTILE))]
        put(store, given, issue("1-bb"))
        store.record([sighting("1-cc", error=error(HOSTILE))])
        again = self.reopened(store, target)
        assert again.issue("1-aa") == given
        assert again.issue(HOSTILE) is None
        assert again.find([HOSTILE]) == {}
        assert again.issue("\x00") is None
        assert ids(again.issues()) == ["1-aa", "1-bb", "1-cc"]
        again.close()

    def test_many_are_found_at_once(self, store: Store) -> None:
        names = [f"1-{number:016x}" for number in range(2500)]
        store.record([sighting(name) for name in names])
        assert {key: value.id for key, value in store.find([*names, "1-zz"]).items()} == dict(
            zip(names, names, strict=True)
        )

    def test_the_issues_seen_last_come_first(self, store: Store) -> None:
        days = {"1-aa": "2026-01-02", "1-bb": "2026-01-03", "1-cc": "2026-01-01"}
        store.record([sighting(name, last_seen=f"{day}T00:00:00Z") for name, day in days.items()])
        operations.change(store, "1-bb", operations.ignore)
        by_time = ["1-bb", "1-aa", "1-cc"] if store.counts else ["1-aa", "1-bb", "1-cc"]
        assert ids(store.latest((), None)) == by_time
        assert ids(store.latest((), 2)) == by_time[:2]
        assert ids(store.latest(("open",), None)) == ["1-aa", "1-cc"]
        assert store.ids() == ["1-aa", "1-bb", "1-cc"]

    def test_what_is_unknown_is_created_with_its_exemplar(self, store: Store) -> None:
        seen = error("seen")
        store.record([sighting("1-aa", error=seen, first_seen="2026-01-01T10:00:00Z", version="1.0")])
        found = store.issue("1-aa")
        assert found is not None
        assert (found.title, found.status, found.exemplars) == ("title of 1-aa", "open", [seen])
        assert (found.first_seen or "").startswith("2026-01-01")
        assert found.versions == ["1.0"]

    def test_what_is_known_keeps_its_exemplar_and_title(self, store: Store) -> None:
        given = issue("1-aa")
        put(store, given)
        store.record([sighting("1-aa", error=error("other"))])
        found = store.issue("1-aa")
        assert found is not None
        assert (found.title, found.exemplars) == (given.title, given.exemplars)

    def test_a_sighting_can_teach_an_issue_a_fingerprint(self, store: Store) -> None:
        put(store, issue("1-aa"))
        store.record([sighting("1-bb", error=error("like"), issue_id="1-aa")])
        found = store.issue("1-bb")
        assert found is not None
        assert (found.id, found.fingerprints) == ("1-aa", ["1-aa", "1-bb"])

    def test_a_sighting_for_an_issue_that_was_merged_goes_to_the_survivor(self, store: Store) -> None:
        put(store, issue("1-aa"), issue("1-bb"))
        operations.merge(store, "1-aa", ["1-bb"])
        store.record([sighting("1-cc", issue_id="1-bb")])
        assert ids(store.issues()) == ["1-aa"]

    def test_a_fingerprint_that_names_an_issue_belongs_to_it(self, store: Store) -> None:
        named = issue("1-aa", "1-ff")
        named.aliases = ["1-bb"]
        put(store, named)
        store.record([sighting("1-aa"), sighting("1-bb")])
        assert ids(store.issues()) == ["1-aa"]
        found = store.issue("1-aa")
        assert found is not None
        assert found.fingerprints == ["1-aa", "1-bb", "1-ff"]

    def test_sightings_are_counted_where_a_store_counts(self, store: Store) -> None:
        times = {"first_seen": "2026-01-02T00:00:00Z", "last_seen": "2026-01-03T00:00:00Z"}
        store.record([sighting("1-aa", 2, **times), sighting("1-aa", 3), sighting("1-bb")])
        store.record(
            [sighting("1-aa", 5, first_seen="2026-01-01T00:00:00Z", last_seen="2026-01-01T00:00:00Z")]
        )
        found = store.issue("1-aa")
        assert found is not None
        if store.counts:
            assert (found.count, found.first_seen) == (10, "2026-01-01T00:00:00Z")
            assert found.last_seen == "2026-01-03T00:00:00Z"
        else:
            assert (found.count, found.first_seen, found.last_seen) == (0, "2026-01-02", None)

    def test_a_failed_change_changes_nothing(self, store: Store, target: str) -> None:
        put(store, issue("1-aa"))

        def change() -> None:
            with store.edit() as edit:
                edit.put(issue("1-bb"))
                edit.remove("1-aa")
                raise ZeroDivisionError

        with pytest.raises(ZeroDivisionError):
            change()
        assert ids(store.issues()) == ["1-aa"]
        again = self.reopened(store, target)
        assert ids(again.issues()) == ["1-aa"]
        again.close()

    @pytest.mark.parametrize(
        "other",
        [issue("1-xx"), Issue(id="1-cc", title="t", aliases=["1-aa"])],
        ids=["id", "alias"],
    )
    def test_no_name_belongs_to_two_issues(self, store: Store, other: Issue) -> None:
        first = issue("1-aa")
        first.aliases = ["1-xx"]
        put(store, first)
        with pytest.raises(StoreError, match="belongs to the issue 1-aa"):
            put(store, other)
        assert list(store.issues()) == [first]

    def test_a_fingerprint_may_belong_to_several_issues(self, store: Store, target: str) -> None:
        full, denied = error("save", message="disk full"), error("save", message="permission denied")
        put(store, Issue("1-aa", "full", stacks=[Stack("1-aa", full)]))
        store.record([sighting("1-aa", error=denied, apart=True), sighting("1-aa", error=denied, apart=True)])
        store.record([sighting("1-aa", error=denied, apart=True)])
        again = self.reopened(store, target)
        assert {each.id: each.exemplars for each in again.issues()} == {"1-aa": [full], "1-aa.2": [denied]}
        assert {each.id for each in again.owners("1-aa")} == {"1-aa", "1-aa.2"}
        operations.change(again, "1-aa.2", operations.ignore)
        again.record([sighting("1-aa", issue_id="1-aa.2"), sighting("1-aa")])
        assert ids(again.issues()) == ["1-aa", "1-aa.2"]
        with again.edit() as edit:
            edit.remove("1-aa")
        assert ids(again.owners("1-aa")) == ["1-aa.2"]
        again.close()

    def test_merging_teaches_both_and_splitting_takes_out(self, store: Store) -> None:
        put(store, issue("1-aa"), issue("1-bb", "1-bb", "1-bc"))
        merged = operations.merge(store, "1-aa", ["1-bb"])
        assert merged.fingerprints == ["1-aa", "1-bb", "1-bc"]
        assert len(merged.exemplars) == 3
        assert store.issue("1-bb") == merged.copy()
        new = operations.split(store, "1-aa", "1-bb")
        assert new.id == "1-bb"
        assert ids(store.issues()) == ["1-aa", "1-bb"]
        kept = store.issue("1-aa")
        assert kept is not None
        assert (kept.fingerprints, kept.aliases) == (["1-aa", "1-bc"], [])

    def test_splitting_off_the_founding_fingerprint_makes_a_new_id(self, store: Store) -> None:
        put(store, issue("1-aa", "1-aa", "1-bb"))
        assert operations.split(store, "1-aa", "1-aa").id == "1-aa.2"
        assert {key: value.id for key, value in store.find(["1-aa", "1-bb"]).items()} == {
            "1-aa": "1-aa.2",
            "1-bb": "1-aa",
        }

    def test_counts_go_with_the_fingerprint(self, store: Store) -> None:
        if not store.counts:
            pytest.skip("this store does not count")
        store.record([sighting("1-aa", 2), sighting("1-bb", 3)])
        assert operations.merge(store, "1-aa", ["1-bb"]).count == 5
        store.record([sighting("1-bb", 4)])
        assert operations.split(store, "1-aa", "1-bb").count == 7

    def test_prune_forgets_what_is_unwanted(self, store: Store) -> None:
        put(store, issue("1-aa"), issue("1-bb"))
        assert ids(operations.prune(store, lambda each: each.id == "1-aa", dry_run=True)) == ["1-aa"]
        assert ids(operations.prune(store, lambda each: each.id == "1-aa")) == ["1-aa"]
        assert ids(store.issues()) == ["1-bb"]

    def test_transfer_is_complete_and_repeatable(self, store: Store) -> None:
        given = issue("1-aa", "1-aa", "1-bb")
        given.aliases = ["1-old"]
        given.stacks[0].first_seen = "2026-01-01"
        lines = list(transfer.to_lines([given]))
        for _ in range(2):
            transfer.add(transfer.from_lines(lines, "lines"), store)
            assert list(store.issues()) == [given]

    def test_eight_writers_lose_nothing(self, store: Store, target: str) -> None:
        put(store, issue("1-aa"))
        write_from_processes(target, writers=8, batches=5, own=10)
        again = self.reopened(store, target)
        issues = {each.id: each for each in again.issues()}
        again.close()
        assert len(issues) == 1 + 20 + 8 * 10
        shared = issues["1-" + "0" * 16]
        if again.counts:
            assert shared.count == 8 * 5
            assert sum(each.count for each in issues.values()) == 8 * 5 * (20 + 10)
            assert shared.versions == [f"1.{number}" for number in range(1, 9)]
