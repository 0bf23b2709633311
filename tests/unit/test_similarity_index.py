"""The index: what it finds, and that adding and removing leaves no trace."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stacktraces.model import Error, Frame
from stacktraces.signatures import search as search_module
from stacktraces.signatures.decision import Decision
from stacktraces.signatures.document import StackDocument, document
from stacktraces.signatures.index import MAX_STACKS, IssueIndex
from stacktraces.signatures.search import Query

NAMES = [f"function_{number}" for number in range(30)]
STACKS = st.lists(st.sampled_from(NAMES), min_size=1, max_size=8).map(lambda names: stack(*names))


def stack(*names: str) -> StackDocument:
    return StackDocument(frames=names)


def summary(decision: Decision) -> tuple[float, set[tuple[str, float]]]:
    return (
        round(decision.probability, 9),
        {(each.issue, round(each.probability, 9)) for each in decision.candidates},
    )


def test_an_empty_index_knows_nothing() -> None:
    decision = IssueIndex().match(stack("a"))
    assert (decision.label, decision.probability, decision.best) == ("new", 0, None)


def test_the_issue_that_is_most_alike_comes_first() -> None:
    index = IssueIndex()
    index.add("cart", stack("price", "total", "checkout", "serve"))
    index.add("feed", stack("parse", "load", "import", "serve"))
    found = index.search(Query(stack("price", "total", "pay", "serve")))
    decision = found.decision
    assert decision.label == "known"
    assert decision.best is not None
    assert decision.best.issue == "cart"
    assert found.document(decision.best) == stack("price", "total", "checkout", "serve")
    assert sum(each.probability for each in decision.candidates) == pytest.approx(decision.probability)


@given(st.lists(st.tuples(st.sampled_from("ABCDE"), STACKS), max_size=12), st.sampled_from("ABCDE"), STACKS)
def test_a_removed_issue_leaves_no_trace(
    added: list[tuple[str, StackDocument]], gone: str, asked: StackDocument
) -> None:
    index, fresh = IssueIndex(), IssueIndex()
    for issue, each in added:
        index.add(issue, each)
    index.remove(gone)
    for issue, each in added:
        if issue != gone:
            fresh.add(issue, each)
    assert gone not in index
    assert len(index) == len(fresh)
    assert summary(index.match(asked)) == summary(fresh.match(asked))


@given(st.lists(st.tuples(st.sampled_from("ABC"), STACKS), max_size=8), STACKS)
def test_a_stack_that_is_added_twice_counts_once(
    added: list[tuple[str, StackDocument]], asked: StackDocument
) -> None:
    once, twice = IssueIndex(), IssueIndex()
    for issue, each in added:
        once.add(issue, each)
        twice.add(issue, each)
        twice.add(issue, each)
    assert summary(once.match(asked)) == summary(twice.match(asked))


def test_the_filter_finds_what_comparing_all_would_find(monkeypatch: pytest.MonkeyPatch) -> None:
    chance = random.Random(4)
    names = [f"own_{number}" for number in range(2000)] + [f"shared_{number}" for number in range(20)] * 60
    index, stored = IssueIndex(), []
    for number in range(600):
        stored.append(stack(*chance.choices(names, k=chance.randint(4, 20))))
        index.add(f"issue-{number}", stored[-1])
    changed = [
        stack(*(each if chance.random() < 0.8 else chance.choice(names) for each in known.frames))
        for known in stored[:80]
    ]
    quick = [index.match(each) for each in changed]
    for limit, value in (("MAX_FOUND", 10**6), ("MAX_CANDIDATES", 10**6), ("MAX_POSTINGS", 10**9)):
        monkeypatch.setattr(search_module, limit, value)
    monkeypatch.setattr(search_module, "MIN_SHARE", -1.0)
    compared = [index.match(each) for each in changed]
    for fast, whole in zip(quick, compared, strict=True):
        assert whole.best is not None
        assert fast.best is not None
        assert (fast.best.issue, fast.best.score) == (whole.best.issue, whole.best.score)
    assert sum(len(each.candidates) for each in quick) * 4 < sum(len(each.candidates) for each in compared)


def test_an_issue_seen_lately_is_more_likely() -> None:
    index = IssueIndex()
    index.add("old", stack("a", "b", "c"), seen=1)
    index.add("recent", stack("a", "b", "d"), seen=900)
    decision = index.match(stack("a", "b", "e"), now=901)
    assert [each.issue for each in decision.candidates] == ["recent", "old"]
    assert decision.probability > index.match(stack("a", "b", "e"), now=1900).probability


def test_of_one_issue_only_so_many_stacks_are_kept() -> None:
    index = IssueIndex()
    for number in range(3 * MAX_STACKS):
        index.add("flood", stack("same", f"varies_{number}"))
    index.add("other", stack("quiet", "corner"))
    assert sum(each is not None for each in index._documents) == MAX_STACKS + 1
    assert index.match(stack("same", f"varies_{3 * MAX_STACKS - 1}")).label == "known"
    index.remove("flood")
    assert index.match(stack("same", "varies_7")).best is None
    assert index.match(stack("quiet", "corner")).label == "known"


def test_a_stack_without_names_is_found_by_its_addresses() -> None:
    def nameless(*addresses: int) -> StackDocument:
        return document(Error(frames=[Frame(address=each) for each in addresses]), "native")

    index = IssueIndex()
    index.add("first", nameless(0x4C026E, 0x4D577E, 0x442A40))
    index.add("second", nameless(0x50394F, 0x4D1084, 0x442979))
    best = index.match(nameless(0x50394F, 0x4D1084, 0x442111)).best
    assert best is not None
    assert best.issue == "second"
