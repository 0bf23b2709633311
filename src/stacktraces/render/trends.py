"""Whether something grows or has stopped, told from counts over equal spans of time."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Literal, TypeAlias

Trend: TypeAlias = Literal["grows", "stopped"]

RECENT = 4
"""The last of so many equal parts is compared with all before it."""
CERTAINTY = 0.001
"""How likely a trend may be told of something that happens at a constant rate, over all that is compared."""


def trend(counts: Sequence[int], compared: int = 1) -> Trend | None:
    """Whether the last quarter of ``counts`` has many more, or none, than a constant rate would give.

    Occurrences at a constant rate fall into the last quarter as coins do: the number is binomial with a
    chance of 1/4. ``compared`` is how many series are looked at, for which the certainty is divided
    (Bonferroni). Bursts within the earlier part are not told apart from a rate: this marks what to look at.
    """
    total = sum(counts)
    recent = sum(counts[len(counts) - len(counts) // RECENT :])
    if total == 0 or len(counts) < RECENT:
        return None
    chance = CERTAINTY / max(1, compared)
    if recent == 0:
        return "stopped" if (1 - 1 / RECENT) ** total < chance else None
    return "grows" if _at_least(recent, total, 1 / RECENT) < chance else None


def _at_least(successes: int, trials: int, chance: float) -> float:
    """The binomial chance of ``successes`` or more, bounded from above by Hoeffding's inequality (1963).

    The bound in its form with the relative entropy costs the same for millions as for ten.
    """
    share = successes / trials
    if share <= chance:
        return 1.0
    entropy = share * math.log(share / chance)
    if share < 1:
        entropy += (1 - share) * math.log((1 - share) / (1 - chance))
    return math.exp(-trials * entropy)
