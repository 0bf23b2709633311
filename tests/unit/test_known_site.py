"""The known issues of a site do what every store does, and judge as the store itself."""

from __future__ import annotations

import os
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from stacktraces import scan
from stacktraces.errors import StoreError
from stacktraces.known import (
    VERDICTS,
    Run,
    Store,
    StoreMatcher,
    _index,
    label,
    open_store,
    operations,
    record,
)
from stacktraces.known.mute import Mute
from stacktraces.known.schema import POSTING, STACK
from stacktraces.known.schema import TOKEN as OF_INDEX
from stacktraces.model import Group, GroupRule
from stacktraces.serve.moving import records
from stacktraces.serve.store import SiteStore
from stacktraces.serve.store.tables import PROJECT, TOKEN
from stacktraces.signatures.fingerprint import fingerprint
from tests.known_contract import StoreContract
from tests.known_support import error, issue, put, sighting
from tests.serve_site import RunningSite, running_site
from tests.team_flow import play


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningSite]:
    with running_site(tmp_path_factory.mktemp("site")) as site:
        yield site


def empty(site: RunningSite) -> None:
    """Forget all but projects and tokens."""
    store = SiteStore(site.database)
    with store.known.connection(writes=True) as connection:
        for table in (*reversed(records.tables()), STACK, POSTING, OF_INDEX):
            if table not in (PROJECT, TOKEN):
                connection.execute(table.delete())
        _index.rebuild(connection)
    store.close()


@pytest.fixture
def target(site: RunningSite, monkeypatch: pytest.MonkeyPatch) -> str:
    empty(site)
    store = SiteStore(site.database)
    monkeypatch.setenv("STACKTRACES_TOKEN", store.add_token("default", "change", "test"))
    store.close()
    return f"{site.url}/"


@pytest.mark.api
class TestSiteAsAnyStore(StoreContract):
    def test_days_are_counted_and_forgotten(self, store: Store, target: str) -> None:
        """Days are of all projects: they are for administrators to forget."""
        store.record([sighting("1-aa", 2, last_seen="2025-12-31T23:59:59Z"), sighting("1-bb")])
        assert store.days(["1-aa", "1-cc"]) == {"2025-12-31": 2}
        with pytest.raises(StoreError, match="This token may not do what administrators do"):
            store.forget_days("2026-01-01")


class TestSite:
    @pytest.fixture
    def store(self, target: str) -> Iterator[Store]:
        store = open_store(target)
        yield store
        store.close()

    def test_an_issue_comes_back_as_it_was(self, store: Store, target: str) -> None:
        StoreContract().test_an_issue_comes_back_as_it_was(store, target)

    def test_hostile_text_is_only_text(self, store: Store, target: str) -> None:
        StoreContract().test_hostile_text_is_only_text(store, target)

    def test_merging_teaches_both_and_splitting_takes_out(self, store: Store) -> None:
        StoreContract().test_merging_teaches_both_and_splitting_takes_out(store)

    def test_what_is_recorded_again_counts_once(self, site: RunningSite, store: Store) -> None:
        """As where the answer to the first request was lost."""
        body = msgspec.json.encode({"id": "x" * 16, "sightings": [sighting("1-aa", 3)]})
        token = {"Authorization": f"Bearer {os.environ['STACKTRACES_TOKEN']}"}
        for _ in range(2):
            request = urllib.request.Request(f"{site.url}/api/known/record", body, token)
            urllib.request.urlopen(request).close()
        found = store.issue("1-aa")
        assert found is not None
        assert found.count == 3

    def test_what_comes_in_meanwhile_is_not_lost(self, store: Store) -> None:
        put(store, issue("1-aa"), issue("1-bb"))
        with store.edit() as edit:
            first, second = edit.issue("1-aa"), edit.issue("1-bb")
            assert first is not None
            assert second is not None
            store.record([sighting("1-aa", 2), sighting("1-bb", 3)])
            operations.absorb(first, second)
            edit.remove(second.id)
            edit.put(first)
        found = store.issue("1-aa")
        assert found is not None
        assert found.count == 5

    def test_two_people_do_not_undo_each_other(self, store: Store) -> None:
        put(store, issue("1-aa"))

        def change() -> None:
            with store.edit() as edit:
                found = edit.issue("1-aa")
                assert found is not None
                operations.change(store, "1-aa", operations.ignore)
                edit.put(found)

        with pytest.raises(StoreError, match="Somebody else changed 1-aa meanwhile; try again"):
            change()
        found = store.issue("1-aa")
        assert found is not None
        assert found.status == "ignored"

    def test_what_is_recorded_and_put_is_seen_on_the_site(self, site: RunningSite, store: Store) -> None:
        store.record([sighting("1-aa", 4, error=error("total"), last_seen="2026-01-02T10:00:00Z")])
        put(store, issue("1-bb"))
        operations.merge(store, "1-bb", ["1-aa"])
        (shown,) = site.get("/api/issues")["issues"]
        assert (shown["id"], shown["count"]) == ("1-bb", 4)
        assert sum(each["count"] for each in site.occurrences("1-bb")) == 4

    def test_other_projects_issues_are_known_and_left_alone(
        self, site: RunningSite, store: Store, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        put(store, issue("1-aa"))
        own = SiteStore(site.database)
        own.add_project("other", "Other")
        monkeypatch.setenv("STACKTRACES_TOKEN", own.add_token("other", "change", "test"))
        own.close()
        other = open_store(site.url)
        assert other.find(["1-aa"]).keys() == {"1-aa"}
        assert (other.ids(), list(other.issues()), other.issue("1-aa")) == ([], [], None)
        with pytest.raises(StoreError, match="The issue 1-aa is of other projects"):
            put(other, issue("1-aa", title="mine"))


def test_the_site_judges_as_its_store_does(site: RunningSite, target: str) -> None:
    """Known, new, alike, regressed, muted, ignored, and by a rule."""
    logs = sorted((Path(__file__).parents[1] / "corpus").glob("*/*.txt"))
    groups = list(scan(logs[::40]).groups)
    assert len(groups) > 20
    names = [f"work_out_step_{number}" for number in range(12)]
    for place, first in ((0, "begin_to_bill"), (1, "go_on_with_bills")):
        stack = error(first, *names, message="no such bill")
        groups.insert(place, Group(fingerprint(stack, "python"), stack, "python_traceback", "python"))
    store = open_store(target)
    run = Run(now="2026-06-01T00:00:00Z", app_version="2.0")
    record(label(groups[::2], store, matcher=StoreMatcher(store), run=run), store, run=run)
    names = store.ids()
    operations.change(store, names[0], lambda each: operations.resolve(each, version="1.9"))
    operations.change(store, names[1], lambda each: operations.mute(each, Mute("count", "1")))
    operations.change(store, names[2], operations.ignore)
    groups.append(msgspec.structs.replace(groups[2], rule=GroupRule("mine", ignore=True)))
    own = SiteStore(site.database)
    mine = label(groups, own.known, matcher=StoreMatcher(own.known), run=run)
    theirs = label(groups, store, matcher=StoreMatcher(store), run=run)
    assert theirs == mine
    assert {each.judgement.verdict for each in theirs} == set(VERDICTS)
    own.close()


@pytest.mark.api
def test_a_team_works_with_a_site(target: str, tmp_path: Path) -> None:
    play(tmp_path, target)
