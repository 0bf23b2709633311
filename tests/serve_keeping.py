"""What holds of what a site keeps on every database: no table grows without bound, and counts stay exact."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import func, select

from stacktraces.known import Sighting, operations
from stacktraces.model import Context, Error, Frame, Trace
from stacktraces.serve.accounts import Accounts
from stacktraces.serve.spool import Spool
from stacktraces.serve.store import Filter, SiteStore, StoredOccurrence, keeping, limits, thinning
from stacktraces.serve.store.adding import MOST_VALUES, OTHER
from stacktraces.serve.store.keeping import Keeping, kept, kept_of
from stacktraces.serve.store.limits import Limits
from stacktraces.serve.store.room import FURTHER
from stacktraces.serve.store.tables import FACET, HOUR, OCCURRENCE, TAKEN
from stacktraces.serve.worker import Worker
from tests.serve_contract import TRACE

ISSUE = "4-00000000000000aa"


def stored(second: int, *, issue: str = ISSUE, release: str = "1", host: str = "h1") -> StoredOccurrence:
    error = Error(
        type="KeyError", message="'x'", frames=[Frame(function="total", file="/srv/shop/cart.py", line=3)]
    )
    trace = Trace(error=error, format="test", runtime="python", context=Context(host=host))
    seen = f"2026-03-01T{second // 3600:02}:{second // 60 % 60:02}:{second % 60:02}Z"
    return StoredOccurrence("", "shop", issue, seen, trace, release=release)


def take(store: SiteStore, found: list[StoredOccurrence]) -> None:
    seen = {
        (each.fingerprint, each.release): Sighting(each.fingerprint, "KeyError", version=each.release)
        for each in found
    }
    store.take([], list(seen.values()), found)


def rows(store: SiteStore, table: object) -> int:
    with store.known.connection(writes=False) as connection:
        return connection.scalar(select(func.count()).select_from(table)) or 0


class KeepingContract:
    """A subclass has the fixture ``database``, which names one of no tables."""

    @pytest.fixture
    def store(self, database: str) -> Iterator[SiteStore]:
        store = SiteStore(database)
        store.add_project("shop", "Shop")
        yield store
        store.close()

    def test_so_many_occurrences_are_not_summed_up(
        self, store: SiteStore, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(keeping, "_MOST_SUMMED", 3)
        take(store, [stored(second) for second in range(3)])
        assert kept_of(store.known, ISSUE) == 3
        take(store, [stored(3)])
        assert kept_of(store.known, ISSUE) is None

    def test_a_sample_keeps_the_first_the_latest_and_what_is_rare(self, store: SiteStore) -> None:
        found = [stored(second) for second in range(300)]
        found[40] = stored(40, release="0")
        found[50] = stored(50, host="h9")
        take(store, found)
        take(store, [stored(second, issue="4-bb") for second in range(10)])
        Keeping(store.known, Limits(days=10_000, of_issue=40)).now()
        left = store.occurrences(ISSUE, most=100)
        assert len(left) == 40
        assert [each.seen for each in left[:10]] == [each.seen for each in found[:-11:-1]]
        assert left[-1].seen == found[0].seen
        assert {each.release for each in left} == {"0", "1"}
        assert {each.trace.context.host for each in left} == {"h1", "h9"}
        halves = [each.seen < found[150].seen for each in left[10:]]
        assert 0.3 < sum(halves) / len(halves) < 0.7
        assert len(store.occurrences("4-bb")) == 10
        assert sum(store.counts([ISSUE])[ISSUE].values()) == 300
        assert store.facets(ISSUE)["release"] == {"0": 1, "1": 299}
        what = kept(store.known)
        assert (what.counted, what.occurrences, what.dropped) == (310, 50, {"count": 260})
        assert kept_of(store.known, ISSUE) == 40

    def test_a_limit_of_all_takes_from_those_that_have_most(self, store: SiteStore) -> None:
        for issue, number in (("4-aa", 100), ("4-bb", 50), ("4-cc", 5)):
            take(store, [stored(second, issue=issue) for second in range(number)])
        Keeping(store.known, Limits(days=10_000, occurrences=60)).now()
        assert [kept_of(store.known, each) for each in ("4-aa", "4-bb", "4-cc")] == [24, 24, 5]

    def test_old_occurrences_are_forgotten_and_stay_counted(
        self, store: SiteStore, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("stacktraces.serve.store.forgetting.PORTION", 3)
        take(store, [stored(second) for second in range(10)])
        take(store, [msgspec.structs.replace(stored(0), seen="2999-01-01T00:00:00Z")])
        Keeping(store.known, Limits(days=1)).now()
        assert [each.seen for each in store.occurrences(ISSUE)] == ["2999-01-01T00:00:00Z"]
        assert kept(store.known).dropped == {"age": 10}
        assert kept(store.known).counted == 11

    def test_hours_that_are_long_past_become_days(self, store: SiteStore) -> None:
        take(store, [stored(3600 * hour) for hour in range(24)])
        Keeping(store.known, Limits(days=10_000)).now()
        assert store.counts([ISSUE]) == {ISSUE: {"2026-03-01T00": 24}}
        assert rows(store, HOUR) == 1

    def test_names_of_what_was_stored_are_forgotten(
        self, store: SiteStore, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(limits, "NAMES", 2)
        for number in range(5):
            store.take([f"shop/{number}"], [], [])
            with store.known.connection(writes=True) as connection:
                at = f"2999-01-01T00:00:0{number}Z"
                connection.execute(TAKEN.update().where(TAKEN.c.entry == f"shop/{number}").values(at=at))
        Keeping(store.known, Limits()).now()
        assert store.taken([f"shop/{number}" for number in range(5)]) == {"shop/2", "shop/3", "shop/4"}

    def test_log_ins_that_fail_do_not_push_out_what_people_did(
        self, store: SiteStore, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(limits, "AUDITED", 20)
        people = Accounts(store.known)
        people.did("anna", "set up the site", "")
        for number in range(25):
            people.did("", "log-in failed", f"try {number}")
        Keeping(store.known, Limits()).now()
        assert [each.subject for each in people.log()] == ["try 24", "try 23", ""]

    def test_a_facet_of_ever_new_values_has_an_end(self, store: SiteStore) -> None:
        for start in (0, 150):
            take(store, [stored(each, host=f"h{each}") for each in range(start, start + 150)])
        hosts = store.facets(ISSUE)["host"]
        assert len(hosts) == MOST_VALUES + 1
        assert hosts[OTHER] == 300 - MOST_VALUES
        assert rows(store, FACET) == len(hosts) + 4

    def test_ever_new_errors_become_one_issue(self, store: SiteStore, tmp_path: Path) -> None:
        spool = Spool(tmp_path / "spool")
        worker = Worker(spool, store, limits=Limits(issues=3))

        def send(*names: str) -> None:
            traces = [TRACE.replace("cart", each).replace("in total", f"in {each}_of") for each in names]
            spool.put("shop", "text", "".join(traces).encode())
            worker.empty()

        words = ["amber", "birch", "cedar", "delta", "ember", "fjord", "grove", "heath"]
        send(*words[:2])
        for _ in range(2):
            send(*words)
        page = store.issues(Filter(project="shop"))
        assert page.total == 4
        by_id = {each.id: each for each in page.issues}
        assert by_id[FURTHER].title.startswith("Further errors")
        assert by_id[FURTHER].count == 10
        assert sorted(each.count for each in page.issues if each.id != FURTHER) == [2, 3, 3]
        assert sum(store.counts([FURTHER])[FURTHER].values()) == 10
        assert kept_of(store.known, FURTHER) == 10

    def test_issues_that_nobody_touched_make_room(self, store: SiteStore, tmp_path: Path) -> None:
        spool = Spool(tmp_path / "spool")
        worker = Worker(spool, store, limits=Limits(issues=100))
        words = ["amber", "birch", "cedar"]
        for each in words:
            text = TRACE.replace("cart", each).replace("in total", f"in {each}_of")
            spool.put("shop", "text", text.encode())
        worker.empty()
        touched = next(store.known.issues())
        operations.change(store.known, touched.id, lambda issue: operations.note(issue, text="mine"))
        Keeping(store.known, Limits(issues=2, days=1)).now()
        assert store.issues(Filter()).total == 2
        Keeping(store.known, Limits(issues=1, days=1)).now()
        assert [each.id for each in store.issues(Filter()).issues] == [touched.id]
        assert [each.id for each in store.known.issues()] == [touched.id]
        assert rows(store, OCCURRENCE) == 0


@given(
    st.dictionaries(st.integers(1, 1000), st.integers(1, 50), min_size=1, max_size=9), st.integers(1, 20_000)
)
def test_a_level_is_the_largest_that_fits(sizes: dict[int, int], wanted: int) -> None:
    level = thinning._level(list(sizes.items()), wanted)

    def left(most: int) -> int:
        return sum(min(size, most) * issues for size, issues in sizes.items())

    assert level == 1 or left(level) <= wanted
    assert left(level) == left(10**6) or left(level + 1) > wanted
