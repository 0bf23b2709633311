"""Adding up a fleet's results takes the memory that docs/scale.md says; ``make test-scale`` does so in full."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from bench import sums

ROOT = Path(__file__).parents[2]


def simulated(results: int, groups: int, distinct: int) -> tuple[int, int]:
    """The distinct groups of the sum, and the peak memory of the process in MiB."""
    command = [sys.executable, "-m", "bench.sums", f"--results={results}", f"--groups={groups}"]
    done = subprocess.run(
        [*command, f"--distinct={distinct}"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    match = re.search(r"([\d,]+) distinct, ([\d,]+) MiB", done.stdout)
    assert match is not None
    found, memory = (int(each.replace(",", "")) for each in match.groups())
    return found, memory


def test_a_result_has_the_groups_that_are_asked_for() -> None:
    chance = sums.random.Random(1)
    assert len(sums.part(1, 70, 70, chance).groups) == 70
    assert len(sums.part(1, 30, 1000, chance).groups) == 30
    assert sums.at_hand(3, 20) > 0


def test_memory_grows_with_the_distinct_groups_alone() -> None:
    few, little = simulated(20, 100, 100)
    many, more = simulated(40, 100, 4_000)
    assert few == 100
    assert many > 1_000
    assert more - little < 1 + (many - few) * 10 // 1024 + 8


@pytest.mark.matrix
def test_a_hundred_thousand_groups_of_ten_thousand_results_fit_into_little_more_than_a_gibibyte() -> None:
    distinct, memory = simulated(10_000, 300, 100_000)
    assert distinct > 99_000
    assert memory < 1200
