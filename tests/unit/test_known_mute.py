"""Issues that are muted until a time, a version or a count, in every kind of store."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from stacktraces.errors import StoreError
from stacktraces.known import Run, StoreMatcher, label, open_store, operations, record
from stacktraces.known.mute import Mute, parse
from stacktraces.known.store import Store
from stacktraces.model import Error, Frame, Group, Judgement

NOW = "2026-03-02T00:00:00Z"


@pytest.fixture(params=["known.toml", "known.db"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    opened = open_store(tmp_path / request.param, create=True)
    yield opened
    opened.close()


def group(count: int = 1, seen: str | None = None) -> Group:
    error = Error("KeyError", "'x'", frames=[Frame("total", file="shop/cart.py", line=3)])
    return Group("4-00000000000000aa", error, "python", "python", count, seen, seen)


def judged(store: Store, version: str | None = None, **given: object) -> Judgement:
    run = Run(now=NOW, app_version=version)
    labelled = label([group(**given)], store, matcher=StoreMatcher(store), run=run)  # type: ignore[arg-type]
    return labelled[0].judgement


def muted(store: Store, until: Mute) -> None:
    record(label([group(5)], store, run=Run(now=NOW)), store, run=Run(now=NOW))
    operations.change(store, group().fingerprint, lambda issue: operations.mute(issue, until))


def test_until_a_day(store: Store) -> None:
    muted(store, Mute("date", "2026-03-31"))
    assert judged(store).verdict == "ignored"
    assert judged(store).reason == "muted until 2026-03-31"
    assert judged(store, seen="2026-03-31T23:59:59Z").verdict == "ignored"
    after = judged(store, seen="2026-04-01T00:00:00Z")
    assert (after.verdict, after.reason) == (
        "regressed",
        "was muted until 2026-03-31; seen 2026-04-01T00:00:00Z",
    )


def test_until_a_version(store: Store) -> None:
    muted(store, Mute("version", "2.10"))
    assert judged(store).verdict == "ignored"
    assert judged(store, version="2.9").verdict == "ignored"
    after = judged(store, version="2.10")
    assert (after.verdict, after.reason) == ("regressed", "was muted until version 2.10; seen in 2.10")


def test_until_a_count(tmp_path: Path) -> None:
    store = open_store(tmp_path / "known.db", create=True)
    muted(store, Mute("count", "8"))
    assert judged(store, count=3).verdict == "ignored"
    after = judged(store, count=4)
    assert (after.verdict, after.reason) == ("regressed", "was muted until 8 occurrences; seen 9 times")
    store.close()


def test_what_is_reopened_or_resolved_is_muted_no_more(store: Store) -> None:
    for how, expected in ((operations.reopen, "open"), (operations.resolve, "resolved")):
        muted(store, Mute("version", "3"))
        issue = operations.change(store, group().fingerprint, how)
        assert (issue.status, issue.muted_until) == (expected, None)
        (kept,) = store.issues()
        assert (kept.status, kept.muted_until) == (expected, None)


def test_a_store_keeps_it(store: Store) -> None:
    muted(store, Mute("date", "2026-03-31"))
    (kept,) = store.issues()
    assert (kept.status, kept.muted_until) == ("muted", "date 2026-03-31")


@pytest.mark.parametrize(
    "text", ["", "date", "date soon", "version ", "count -1", "count x", "count ٣", "until 3"]
)
def test_what_mutes_nothing(text: str) -> None:
    assert parse(text) is None


@pytest.mark.parametrize(
    "text", ["date 2026-03-31", "date 2026-03-31T10:00:00Z", "version 2.4-rc1 b", "count 12"]
)
def test_what_is_kept_is_read_again(text: str) -> None:
    assert str(parse(text)) == text


@pytest.mark.parametrize(
    "line", ['status = "muted"', 'muted_until = "date 2026-03-31"', 'status = "muted"\nmuted_until = "soon"']
)
def test_a_baseline_that_mutes_until_nothing_is_refused(tmp_path: Path, line: str) -> None:
    path = tmp_path / "known.toml"
    path.write_text(f'format = 2\n[issues.4-aa]\ntitle = "x"\n{line}\n')
    with pytest.raises(StoreError, match="a muted issue needs `muted_until`"):
        open_store(path).find(["4-aa"])
