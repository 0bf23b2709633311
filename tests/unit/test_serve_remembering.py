"""The worker's matcher asks once for what comes again, and anew where people changed what is known."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from stacktraces.known import Sighting, StoreMatcher, exemplar, open_store, operations
from stacktraces.known.matching import Match
from stacktraces.known.sql import SqlStore
from stacktraces.model import Error
from stacktraces.serve.remembering import RememberingMatcher
from stacktraces.signatures.fingerprint import fingerprint
from tests.known_support import error


def _error(message: str = "no price of item 1") -> Error:
    return error("total", "checkout", "handle", message=message)


NAME = fingerprint(_error(), "python")


def _sighting(name: str, title: str, error: Error, **more: Any) -> Sighting:
    return Sighting(name, title, exemplar.reduce(error, "python"), **more)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[SqlStore]:
    store = open_store(tmp_path / "known.db", create=True)
    assert isinstance(store, SqlStore)
    store.record([_sighting(NAME, "KeyError in total", _error())])
    yield store
    store.close()


class _Matcher:
    """Remembers, and counts how often the store's own matcher is asked."""

    def __init__(self, store: SqlStore, monkeypatch: pytest.MonkeyPatch) -> None:
        self.asked = 0
        self.now = 0.0
        self._matcher = RememberingMatcher(store, lambda: self.now)
        asking = StoreMatcher.match

        def match(*arguments: object) -> Match | None:
            self.asked += 1
            return asking(*arguments)  # type: ignore[arg-type]

        monkeypatch.setattr(StoreMatcher, "match", match)

    def match(self, error: Error, name: str = NAME) -> Match | None:
        self._matcher.look_up([name])
        return self._matcher.match(error, "python", name)


def test_what_comes_again_is_not_asked_again(store: SqlStore, monkeypatch: pytest.MonkeyPatch) -> None:
    matcher = _Matcher(store, monkeypatch)
    first = matcher.match(_error())
    assert first is not None
    assert first.same
    assert matcher.match(_error("no price of item 2")) == first
    assert matcher.asked == 1


def test_another_message_at_the_same_place_is_asked_of_its_own(
    store: SqlStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    matcher = _Matcher(store, monkeypatch)
    matcher.match(_error())
    for _ in range(2):
        found = matcher.match(_error("the shop is closed"))
        assert found is not None
        assert not found.same
    assert matcher.asked == 3


def test_the_state_of_an_issue_is_that_of_now(store: SqlStore, monkeypatch: pytest.MonkeyPatch) -> None:
    matcher = _Matcher(store, monkeypatch)
    matcher.match(_error())
    operations.change(store, NAME, operations.ignore)
    found = matcher.match(_error())
    assert found is not None
    assert (found.issue.status, matcher.asked) == ("ignored", 1)


def test_it_is_asked_anew_once_another_issue_has_the_fingerprint(
    store: SqlStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    matcher = _Matcher(store, monkeypatch)
    matcher.match(_error())
    store.record([_sighting(NAME, "other", _error("the shop is closed"), apart=True)])
    for _ in range(2):
        found = matcher.match(_error("the shop is closed"))
        assert found is not None
        assert found.issue.title == "other"
    assert matcher.asked == 2


def test_answers_grow_old(store: SqlStore, monkeypatch: pytest.MonkeyPatch) -> None:
    matcher = _Matcher(store, monkeypatch)
    matcher.match(_error())
    matcher.now = 3600.0
    matcher.match(_error())
    assert matcher.asked == 2


def test_what_is_unknown_stays_unknown_until_it_is_recorded(
    store: SqlStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    matcher = _Matcher(store, monkeypatch)
    other = error("main", kind="OSError", message="no such thing")
    name = fingerprint(other, "python")
    assert matcher.match(other, name) is None
    store.record([_sighting(name, "OSError", other)])
    found = matcher.match(other, name)
    assert found is not None
    assert found.issue.id == name
