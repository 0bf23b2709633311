"""Mutated corpus files raise in no reader and are counted as they are read; ``make fuzz`` goes on for longer."""

from __future__ import annotations

from random import Random

import pytest

from tests.conftest import need_compiled_part
from tools.fuzz import check, mutated, samples

INPUTS = 60


@pytest.mark.parametrize("seed", range(8))
def test_no_reader_raises_and_counting_is_reading(seed: int) -> None:
    need_compiled_part()
    choices, pool = Random(seed), samples()
    for _ in range(INPUTS):
        check(mutated(choices.randrange, pool), scan=choices.randrange(4) == 0)
