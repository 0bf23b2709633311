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
MIDDLE = 0.7
"""Where a caller has room for two answers only. Above a half: a known bug that is called new is looked at
once more, a new bug that is called known is lost."""

OTHER_MESSAGE = 0.6
"""The most that is said of an issue whose message is another one: a place can fail for several reasons."""

MAX_AGE = 1000
"""Sightings of other stacks since an issue was last seen beyond which nothing was learned."""
TYPICAL_AGE = 20
"""Taken where it is not known when an issue was last seen: so about as many new stacks are told as with
ages, and more of the known ones are unsure."""

ENOUGH = 0.7
"""Weight that agrees beyond which more says nothing: that of a rare function at the crash."""

_LOG_AGES = tuple(math.log1p(age) for age in range(MAX_AGE + 1))


def _log_age(age: int | None) -> float:
    return _LOG_AGES[TYPICAL_AGE if age is None else min(age, MAX_AGE)]


def log_matched(matched: float) -> float:
    """The logarithm of the weight that agrees; bounded where none does, and where it is enough."""
    return math.log(min(matched, ENOUGH) + 0.02)


class Coefficients(msgspec.Struct, frozen=True):
    """What each piece of evidence adds to an issue's score (log-odds)."""

    # Fitted by bench/similarity on gdb reports of desktop programs that people had sorted.
    alignment: float = 2.08
    matched: float = 1.38
    """By the logarithm: the first frames that agree say more than the tenth."""
    rarest: float = 0.9
    addresses: float = 1.13
    raised_differs: float = -1.09
    fingerprint: float = 0.84
    log_age: float = -0.81
    new: float = -2.62
    """The score of "none of them"."""
    new_weak: float = -1.35
    """What is added to that where the stack's fingerprint is weak."""

    # Set by hand, since those reports hold no exceptions. A different type alone makes a bug another one
    # unless nearly everything else agrees; the message is a hint.
    fingerprint_differs: float = -2.2
    """Of an exception, whose stack every run prints alike; times the share of the frames that disagrees."""
    nested: float = -1.6
    """Of an exception."""
    type_differs: float = -6.0
    retyped: float = -3.0
    """The type differs, and the message is the same."""
    causes_differ: float = -1.5
    message_agrees: float = 0.5
    message_differs: float = -1.0

    def contributions(self, evidence: Evidence, age: int | None) -> dict[str, float]:
        """What each piece of ``evidence`` adds to the score of an issue last seen ``age`` sightings ago."""
        found = {
            "alignment": self.alignment * evidence.alignment,
            "matched": self.matched * log_matched(evidence.matched),
            "rarest": self.rarest * evidence.rarest,
            "addresses": self.addresses * evidence.addresses,
            "log_age": self.log_age * _log_age(age),
        }
        if evidence.fingerprint:
            found["fingerprint"] = self.fingerprint
        elif evidence.fingerprint is False:
            found["fingerprint_differs"] = self.fingerprint_differs * (1 - evidence.alignment)
            if evidence.nested:
                found["nested"] = self.nested
        if not evidence.raised:
            found["raised_differs"] = self.raised_differs
        if evidence.error_type is False:
            found["type_differs"] = self.retyped if evidence.message else self.type_differs
        if evidence.causes is False:
            found["causes_differ"] = self.causes_differ
        if evidence.message is True:
            found["message_agrees"] = self.message_agrees
        elif evidence.message is False:
            found["message_differs"] = self.message_differs
        return found

    def score(self, evidence: Evidence, age: int | None) -> float:
        """The log-odds that ``evidence`` gives an issue that was last seen ``age`` sightings ago."""
        return sum(self.contributions(evidence, age).values())

    def estimate(self, share: float, matched: float, age: int | None) -> float:
        """Nearly the score, from what is known before a comparison."""
        return self.alignment * share + self.matched * log_matched(matched) + self.log_age * _log_age(age)


COEFFICIENTS = Coefficients()


class Candidate(msgspec.Struct):
    """A known issue that a stack may be of."""

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
    candidates: list[Candidate]
    """The issues it may be, most probable first; empty where nothing is alike."""

    @property
    def best(self) -> Candidate | None:
        return self.candidates[0] if self.candidates else None


def decide(
    candidates: Sequence[Candidate], coefficients: Coefficients = COEFFICIENTS, *, weak: bool = False
) -> Decision:
    """The decision among ``candidates``, whose probabilities are filled in, and "new".

    ``weak`` says that the stack's fingerprint proves little by itself.
    """
    ranked = sorted(candidates, key=lambda each: (-each.score, each.issue))
    score = coefficients.new + (coefficients.new_weak if weak else 0.0)
    top = max([score, *(each.score for each in ranked[:1])])
    new = math.exp(score - top)
    shares = [math.exp(each.score - top) for each in ranked]
    alike = sum(shares)
    known = alike / (new + alike)
    if ranked and ranked[0].evidence.message is False:
        known = min(known, OTHER_MESSAGE)
    for each, share in zip(ranked, shares, strict=True):
        each.probability = known * share / alike if alike else 0.0
    label: Label = "known" if known >= KNOWN else "new" if known < NEW else "unsure"
    return Decision(label=label, probability=known, candidates=ranked)
