"""The alignment of two stacks and what is said about it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stacktraces.signatures.document import StackDocument
from stacktraces.signatures.similarity import ISOLATED, Evidence, Profile, Weights, aligned

STACKS = st.lists(st.sampled_from(["a", "b", "c", "d", "?lib", "?"]), max_size=12).map(tuple)
FREQUENCIES = st.dictionaries(st.sampled_from("abcd"), st.integers(0, 90))


def weights(**frequency: int) -> Weights:
    return Weights(frequency, 100)


def compare(one: tuple[str, ...], other: tuple[str, ...], found: Weights | None = None) -> Evidence:
    found = weights() if found is None else found
    return Profile(StackDocument(frames=one), found).compare(StackDocument(frames=other), found)


@given(STACKS, STACKS, FREQUENCIES)
def test_alignment_is_a_share_and_has_no_direction(
    one: tuple[str, ...], other: tuple[str, ...], frequency: dict[str, int]
) -> None:
    found = Weights(frequency, 100)
    there, back = compare(one, other, found).alignment, compare(other, one, found).alignment
    assert 0 <= there <= 1 + 1e-9
    assert there == pytest.approx(back)


@given(STACKS, STACKS, FREQUENCIES)
def test_the_frames_shown_add_up_to_the_alignment(
    one: tuple[str, ...], other: tuple[str, ...], frequency: dict[str, int]
) -> None:
    found = Weights(frequency, 100)
    frames = aligned(one, other, found)
    assert sum(each.weight * each.agreement for each in frames) == pytest.approx(
        compare(one, other, found).alignment
    )
    assert sorted(each.first for each in frames if each.first is not None) == list(range(len(one)))
    assert sorted(each.second for each in frames if each.second is not None) == list(range(len(other)))


def test_equal_stacks_agree_wholly_and_others_not_at_all() -> None:
    assert compare(("a", "b"), ("a", "b")).alignment == pytest.approx(1)
    assert compare(("a", "b"), ("c", "d")) == Evidence(alignment=0, matched=0, addresses=0)
    assert compare((), ()).alignment == 0


def test_what_stands_near_the_crash_weighs_more() -> None:
    stack = ("a", "b", "c", "d")
    assert compare(stack, ("a", "b", "x", "y")).alignment > compare(stack, ("x", "y", "c", "d")).alignment


def test_a_rare_function_weighs_more_than_a_common_one() -> None:
    found = weights(b=80)
    assert found["a"] > found["b"] > 0
    assert found["a"] > found["?libx"] > found["?"]


def test_a_shift_costs_something() -> None:
    stack = ("a", "b", "c")
    assert 0.5 < compare(stack, ("x", *stack)).alignment < compare(stack, stack).alignment


def test_a_helper_with_other_callers_counts_less() -> None:
    shared, alone = ("a", "b", "x"), ("a", "y", "b", "x")
    frames = {each.token: each for each in aligned(("a", "b", "z"), alone, weights())}
    assert frames["a"].agreement == pytest.approx(ISOLATED)
    frames = {each.token: each for each in aligned(("a", "b", "z"), shared, weights())}
    assert frames["a"].agreement == pytest.approx(1)


def test_types_causes_and_messages() -> None:
    def evidence(one: StackDocument, other: StackDocument) -> Evidence:
        return Profile(one, weights()).compare(other, weights())

    key, value = StackDocument(error_type="KeyError"), StackDocument(error_type="ValueError")
    assert evidence(key, key).error_type is True
    assert evidence(key, value).error_type is False
    assert evidence(key, StackDocument()).error_type is None
    faults = [StackDocument(error_type=signal) for signal in ("SIGSEGV", "SIGBUS")]
    assert evidence(*faults).error_type is None
    caused = StackDocument(causes=("OSError",))
    assert evidence(caused, caused).causes is True
    assert evidence(caused, key).causes is False
    assert evidence(key, value).causes is None
    assert evidence(StackDocument(message="a"), StackDocument(message="b")).message is False
    assert evidence(StackDocument(raised=True), StackDocument()).raised is False
