"""What the judgement says of the pairs of exceptions that `bench/similarity/exceptions.py` made."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from bench.similarity.exceptions import Judged, Pair, judge, measure

GENERATED = Path(__file__).parent.parent / "corpus" / "pairs" / "generated.json"


@pytest.fixture(scope="module")
def judged() -> list[Judged]:
    return [judge(each) for each in msgspec.json.decode(GENERATED.read_bytes(), type=list[Pair])]


def test_the_judgement_keeps_its_level(judged: list[Judged]) -> None:
    found = measure(judged)
    assert found.precision > 0.97
    assert found.recall > 0.9
    assert found.lost == 0
    assert found.apart > 0.95


def test_what_is_called_certain_is_right_as_often_as_said(judged: list[Judged]) -> None:
    certain = [each.pair.same for each in judged if each.probability >= 0.9]
    assert sum(certain) / len(certain) > 0.9
    hardly = [each.pair.same for each in judged if each.probability < 0.3]
    assert sum(hardly) / len(hardly) < 0.3


def test_another_message_at_the_place_is_never_silently_known(judged: list[Judged]) -> None:
    other = [each.label for each in judged if each.pair.kind.endswith("another subject at the place")]
    assert other
    assert "known" not in other


def test_measures() -> None:
    said = [(True, "known")] * 6 + [(True, "unsure")] * 2 + [(True, "new")] * 2 + [(False, "known")] * 2
    found = measure([Judged(Pair("", same, "", ""), label, 0.5) for same, label in said])
    assert (found.precision, found.recall, found.lost, found.apart) == (0.75, 0.6, 0.2, 0.0)
