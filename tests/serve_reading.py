"""What is asked of a site's store on every database, against a plain look at all that was stored."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator
from itertools import product
from pathlib import Path
from typing import Any, NamedTuple, get_args

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from stacktraces.errors import StoreError
from stacktraces.known import Sighting, operations
from stacktraces.model import Context, Error, Frame, Trace
from stacktraces.serve import changes
from stacktraces.serve.store import Filter, SiteStore, StoredOccurrence, adding, reading
from stacktraces.serve.store.records import Order
from stacktraces.serve.store.tables import FACET, WORD
from stacktraces.serve.store.words import searched, words_of

_VALUES: dict[str, tuple[str | None, ...]] = {
    "project": ("shop", "mail"),
    "environment": ("production", "test", None),
    "release": ("1.0", "1.1", "it's 100 %", None),
    "host": ("web_1", "web-2"),
    "type": ("KeyError", "shop.PaymentError"),
    "own_file": ("/srv/shop/cart.py", "/srv/shop/stock.py", None),
}
_TEXTS = (
    "key",
    "PAYMENTERR",
    "cart stock",
    "item 4",
    "no of",
    "%",
    "_",
    "'",
    "payment.Error",
    "café",
    "in 注",
)
_MESSAGES = ("no price of item {}", "Café {} is closed", "支払い注文{}", "100% of {}")


class _Stored(NamedTuple):
    """What was stored of an issue, as a plain look sees it."""

    id: str
    status: str
    title: str
    occurrences: list[StoredOccurrence]


def _occurrence(chance: random.Random, issue: str) -> StoredOccurrence:
    values = {name: chance.choice(found) for name, found in _VALUES.items()}
    message = chance.choice(_MESSAGES).format(chance.randrange(50))
    error = Error(type=values["type"], message=message, frames=[Frame(function=f"f_{issue}")])
    return StoredOccurrence(
        issue=issue,
        project=values["project"] or "",
        fingerprint=issue,
        seen=f"2026-03-{chance.randrange(1, 28):02}T{chance.randrange(24):02}:00:00Z",
        trace=Trace(error, format="python", context=Context(host=values["host"])),
        environment=values["environment"],
        release=values["release"],
        own_file=values["own_file"],
        count=chance.randrange(1, 4),
    )


def _take(store: SiteStore, name: str, found: list[StoredOccurrence]) -> None:
    """Store it, as the worker does."""
    sightings = [
        Sighting(
            each.fingerprint,
            f"Title of {each.issue}",
            count=each.count,
            first_seen=each.seen,
            last_seen=each.seen,
            version=each.release,
        )
        for each in found
    ]
    assert store.take([name], sightings, found)


def _plainly(stored: list[_Stored], wanted: Filter) -> list[str]:
    """The ids of the issues that ``wanted`` describes, in its order."""
    found: list[tuple[Any, str]] = []
    for issue in stored:
        here = [each for each in issue.occurrences if wanted.project in (None, each.project)]
        if not here or wanted.status not in (None, issue.status):
            continue
        if all(_fits(here, issue, name, getattr(wanted, name)) for name in (*_VALUES, "text")):
            orders: dict[str, Any] = {
                "count": sum(each.count for each in here),
                "first_seen": min(each.seen for each in here),
                "last_seen": max(each.seen for each in here),
            }
            found.append((orders[wanted.sort or "last_seen"], issue.id))
    found.sort(key=lambda each: each[1])
    found.sort(key=lambda each: each[0], reverse=True)
    return [name for _, name in found]


def _fits(here: list[StoredOccurrence], issue: _Stored, name: str, value: str | None) -> bool:
    if value is None:
        return True
    if name == "text":
        texts = [issue.title]
        for each in here:
            texts += [each.trace.error.type or "", each.trace.error.message or "", each.own_file or ""]
        words = words_of(texts)
        begun = searched(value)
        return bool(begun) and all(any(word.startswith(each) for word in words) for each in begun)
    if name in ("host", "type"):
        return any(value in (each.trace.context.host, each.trace.error.type) for each in here)
    return any(getattr(each, name) == value for each in here)


def _filters() -> Iterator[Filter]:
    """Each value of each field by itself, in each project and order, and some together."""
    fields = {**_VALUES, "text": _TEXTS, "status": ("open", "resolved")}
    for project, sort in product((None, "shop", "none"), get_args(Order)):
        yield Filter(project=project, sort=sort)
        for name, values in fields.items():
            if name != "project":
                for each in values:
                    given: dict[str, Any] = {"project": project, "sort": sort, name: each}
                    yield Filter(**given)
    chance = random.Random(7)
    for _ in range(40):
        names = chance.sample(sorted(fields), 2)
        given = {name: chance.choice(fields[name]) for name in names}
        yield Filter(**given)


class ReadingContract:
    """A subclass has the fixture ``database``, which names one of no tables."""

    @pytest.fixture
    def store(self, database: str) -> Iterator[SiteStore]:
        store = SiteStore(database)
        yield store
        store.close()

    def test_every_filter_and_order_agrees_with_a_plain_look(self, store: SiteStore) -> None:
        chance = random.Random(4711)
        issues = [f"4-{number:016x}" for number in range(12)]
        stored: dict[str, list[StoredOccurrence]] = {each: [] for each in issues}
        for batch in range(3):
            found = [_occurrence(chance, chance.choice(issues)) for _ in range(15)]
            _take(store, f"batch-{batch}", found)
            for each in found:
                stored[each.issue].append(each)
        for name in issues[:3]:
            operations.change(store.known, name, operations.resolve)
        plain = [
            _Stored(name, "resolved" if name in issues[:3] else "open", f"Title of {name}", found)
            for name, found in stored.items()
        ]
        for wanted in _filters():
            expected = _plainly(plain, wanted)
            page = store.issues(wanted, most=5)
            behind = store.issues(wanted, most=100, after=5)
            assert [each.id for each in (*page.issues, *behind.issues)] == expected, wanted
            assert (page.total, behind.total) == (len(expected), len(expected)), wanted

    def test_words_are_those_of_facets_and_title_after_merge_and_split(self, store: SiteStore) -> None:
        chance = random.Random(1)
        first, second = "4-0000000000000001", "4-0000000000000002"
        found = [_occurrence(chance, name) for name in (first, second) for _ in range(5)]
        _take(store, "all", found)
        before = _words(store)
        changes.merge(store, first, [second])
        merged = _words(store)
        assert {name for name, _ in merged} == {first}
        assert set().union(*merged.values()) >= {"cart", "shop", "title"}
        changes.split(store, first, second)
        after = _words(store)
        assert {name for name, _ in after} == {first, second}
        titled = words_of(f"Title of {name}" for name in (first, second))
        assert {key: words - titled for key, words in after.items()} == {
            key: words - titled for key, words in before.items()
        }

    def test_words_and_values_of_an_issue_are_bounded(
        self, store: SiteStore, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(adding, "MOST_VALUES", 5)
        monkeypatch.setattr(adding, "MOST_WORDS", 20)
        chance = random.Random(1)
        for again in range(3):
            store._adding = adding.Adding()  # as after a start
            found = [_occurrence(chance, "4-00") for _ in range(20)]
            for number, each in enumerate(found):
                each.trace.error.message = f"word{again * 20 + number}"
            _take(store, f"batch-{again}", found)
            facets = store.facets("4-00")["message"]
            assert len(facets) == 6, "five, and the others"
            assert facets[adding.OTHER] == sum(facets.values()) - sum(
                number for value, number in facets.items() if value
            )
        assert all(len(words) == 20 for words in _words(store).values())

    def test_what_is_remembered_goes_with_a_transaction_that_is_undone(
        self, store: SiteStore, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        found = [_occurrence(random.Random(1), "4-00")]

        def fail(*_: object) -> None:
            raise IntegrityError("", {}, Exception("no"))

        with monkeypatch.context() as patched:
            patched.setattr(adding, "write_words", fail)
            with pytest.raises(StoreError):
                _take(store, "batch", found)
        _take(store, "batch", found)
        assert store.issues(Filter(text="title")).total == 1
        with store.known.connection(writes=False) as connection:
            assert connection.scalars(select(FACET.c.name).where(FACET.c.name == "type")).all() == ["type"]

    @pytest.mark.parametrize(
        ("wanted", "index"),
        [
            (Filter(host="web-1"), "site_facet_of_value"),
            (Filter(project="shop", environment="test"), "site_facet_of_value"),
            (Filter(text="cart"), r"site_word_pkey|SEARCH site_word USING PRIMARY KEY"),
        ],
    )
    def test_filters_and_searches_use_an_index(self, store: SiteStore, wanted: Filter, index: str) -> None:
        with store.known.connection(writes=True) as connection:
            is_server = connection.dialect.name == "postgresql"
            if is_server:  # It reads a table of no rows from end to end, unless it is kept from that.
                connection.exec_driver_sql("SET LOCAL enable_seqscan = off")
                connection.exec_driver_sql("SET LOCAL enable_bitmapscan = off")
            options = {"literal_binds": True}
            page = reading.page_of(wanted, 50, 0).compile(connection, compile_kwargs=options)
            explain = "EXPLAIN" if is_server else "EXPLAIN QUERY PLAN"
            plan = connection.exec_driver_sql(f"{explain} {page}").all()
        assert re.search(index, "\n".join(str(row[-1]) for row in plan))

    def test_trends_are_by_hour_or_by_day(self, store: SiteStore, tmp_path: Path) -> None:
        chance = random.Random(1)
        found = [_occurrence(chance, "4-00") for _ in range(2)]
        found[0].seen, found[1].seen = "2026-03-01T10:00:00Z", "2026-03-01T11:00:00Z"
        _take(store, "first", found)
        issues = store.issues(Filter()).issues
        assert list(store.trends(issues)["4-00"]) == ["2026-03-01T10", "2026-03-01T11"]
        found[0].seen = "2026-03-20T10:00:00Z"
        _take(store, "second", found[:1])
        issues = store.issues(Filter()).issues
        assert list(store.trends(issues)["4-00"]) == ["2026-03-01", "2026-03-20"]
        assert store.recorded(["4-00", "none"]) == {"4-00": issues[0].count}
        assert list(store.latest(5)) == ["4-00"]


def _words(store: SiteStore) -> dict[tuple[str, str], set[str]]:
    """By issue and project."""
    found: dict[tuple[str, str], set[str]] = {}
    with store.known.connection(writes=False) as connection:
        for word, issue, project in connection.execute(select(*WORD.c)):
            found.setdefault((issue, project), set()).add(word)
    return found
