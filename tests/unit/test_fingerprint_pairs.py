"""Fingerprints and judgements on the labelled pairs of `tests/corpus/pairs`."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import pytest

from stacktraces.model import Error, Trace
from stacktraces.parsing import parse
from stacktraces.runtimes import runtime_name
from stacktraces.signatures.comparison import compare
from stacktraces.signatures.fatal import thread_error
from stacktraces.signatures.fingerprint import Explanation, explain_thread
from tests.unit.errors import explain

PAIRS = Path(__file__).parent.parent / "corpus" / "pairs"
LABELLED: list[dict[str, Any]] = tomllib.loads((PAIRS / "pairs.toml").read_text())["pair"]


def explained(name: str) -> Explanation:
    (result,) = parse((PAIRS / "traces" / f"{name}.txt").read_bytes())
    if isinstance(result, Trace):
        return explain(result.error, result.runtime)
    return explain_thread(result.processes[0].threads[0], runtime_name(result.format))


def error_of(name: str) -> tuple[Error, str | None]:
    (result,) = parse((PAIRS / "traces" / f"{name}.txt").read_bytes())
    if isinstance(result, Trace):
        return result.error, result.runtime
    return thread_error(result.processes[0].threads[0]), runtime_name(result.format)


@pytest.mark.parametrize("pair", LABELLED, ids=lambda pair: pair["name"])
def test_the_judgement_on_the_pairs(pair: dict[str, Any]) -> None:
    """Where it is wrong it is unsure; of native code a recursion more or less is not seen.

    An error that is caught further in looks like a stack whose outer frames were cut off, which is one bug.
    """
    first, second = error_of(pair["a"]), error_of(pair["b"])
    label = compare(*first, *second).label
    if pair["name"] == "caught and not caught":
        assert label == "known"
        return
    assert label != ("new" if pair["same"] else "known") or (first[1] == "native" and not pair["same"])


@pytest.mark.parametrize("pair", LABELLED, ids=lambda pair: pair["name"])
def test_labelled_pairs(pair: dict[str, Any]) -> None:
    first, second = explained(pair["a"]), explained(pair["b"])
    equal = first.fingerprint == second.fingerprint
    assert equal == (pair["same"] and pair["by"] == "fingerprint"), (first.hashed, second.hashed)
    assert not first.weak
    assert not second.weak
    for line in pair.get("deciding", ()):
        assert line in map(str.strip, first.hashed)
        assert line not in map(str.strip, second.hashed)


def test_every_trace_of_the_pairs_is_used() -> None:
    used = {pair[side] for pair in LABELLED for side in "ab"}
    assert used == {file.stem for file in (PAIRS / "traces").iterdir()}


def test_a_truncated_stack_keeps_the_inner_part_of_the_whole() -> None:
    whole, cut = explained("total-3.11.7").hashed, explained("total-truncated").hashed
    assert cut == whole[: len(cut)]
    assert len(cut) < len(whole)
