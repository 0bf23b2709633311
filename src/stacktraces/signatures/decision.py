"""From evidence to a probability: is a stack one of the known issues, or new?

One model ranks and decides (a conditional logit; McFadden 1974): each candidate issue has a score that is
linear in the evidence, "none of them" has a constant one, and the probabilities are their softmax. So an
issue's probability falls where another one fits as well, and the calibration comes with the fit.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Literal, TypeAlias

import msgspec

from .similarity import Evidence

Label: TypeAlias = Literal["known", "new", "unsure"]

KNOWN = 0.75
"""From this probability on that it is one of the known issues, a stack is called known."""
NEW = 0.5
"""Below this one, new; between the two, unsure."""
MIDDLE = 0.65
"""Where a caller has room for two answers only. Above a half: a known bug that is called new is looked at
once more, a new bug that is called known is lost."""

MAX_AGE = 1000
"""Sightings of other stacks since an issue was last seen beyond which nothing was learned."""
TYPICAL_AGE = 20
"""Taken where it is not known when an issue was last seen."""


class Coefficients(msgspec.Struct, frozen=True):
    """What each piece of evidence adds to an issue's score (log-odds)."""

    # Fitted by bench/similarity on gdb reports of desktop programs that people had sorted.
    alignment: float = 3.8
    matched: float = 2.26
    addresses: float = 1.53
    raised_differs: float = -1.37
    log_age: float = -0.77
    new: float = 1.08
    """The score of "none of them"."""

    # Set by hand, since those reports hold no exceptions. A different type alone makes a bug another one
    # unless nearly everything else agrees; the message is a hint.
    type_agrees: float = 0.0
    type_differs: float = -5.0
    causes_differ: float = -1.5
    message_agrees: float = 0.5
    message_differs: float = -0.5

    def score(self, evidence: Evidence, age: int | None) -> float:
        """The log-odds that ``evidence`` gives an issue that was last seen ``age`` sightings ago."""
        age = TYPICAL_AGE if age is None else min(age, MAX_AGE)
        total = (
            self.alignment * evidence.alignment
            + self.matched * evidence.matched
            + self.addresses * evidence.addresses
            + self.log_age * math.log1p(age)
        )
        if not evidence.raised:
            total += self.raised_differs
        if evidence.error_type is not None:
            total += self.type_agrees if evidence.error_type else self.type_differs
        if evidence.causes is False:
            total += self.causes_differ
        if evidence.message is not None:
            total += self.message_agrees if evidence.message else self.message_differs
        return total

    def estimate(self, share: float, matched: float, age: int | None) -> float:
        """Nearly the score, from what is known before a comparison."""
        age = TYPICAL_AGE if age is None else min(age, MAX_AGE)
        return self.alignment * share + self.matched * matched + self.log_age * math.log1p(age)


COEFFICIENTS = Coefficients()


class Match(msgspec.Struct):
    """A known issue that a stack is like."""

    issue: str
    """The issue's id."""
    score: float
    """Log-odds before the competition with the other issues and with "new"."""
    evidence: Evidence
    """From the issue's stack that fits best."""
    stack: int
    """That stack's number in the index."""
    probability: float = 0.0
    """That the stack is of this issue."""


class Decision(msgspec.Struct, frozen=True):
    """Whether a stack is one of the known issues."""

    label: Label
    probability: float
    """That it is one of the known issues, 0 to 1."""
    matches: list[Match]
    """The issues it may be, most probable first; empty where nothing is alike."""

    @property
    def best(self) -> Match | None:
        return self.matches[0] if self.matches else None


def decide(matches: Sequence[Match], coefficients: Coefficients = COEFFICIENTS) -> Decision:
    """The decision among ``matches``, whose probabilities are filled in, and "new"."""
    ranked = sorted(matches, key=lambda each: -each.score)
    top = max([coefficients.new, *(each.score for each in ranked[:1])])
    new = math.exp(coefficients.new - top)
    shares = [math.exp(each.score - top) for each in ranked]
    total = new + sum(shares)
    for each, share in zip(ranked, shares, strict=True):
        each.probability = share / total
    known = 1 - new / total
    label: Label = "known" if known >= KNOWN else "new" if known < NEW else "unsure"
    return Decision(label=label, probability=known, matches=ranked)
