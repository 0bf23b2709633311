"""Why two errors are one bug, or two: the judgement as if only the first were known."""

from __future__ import annotations

import msgspec

from ..model import Error
from .decision import COEFFICIENTS, Label
from .document import StackDocument, document
from .fingerprint import Explanation, explain
from .index import IssueIndex
from .search import Query
from .similarity import AlignedFrame, Evidence, aligned


class Comparison(msgspec.Struct, frozen=True):
    """What two errors have in common, and what follows."""

    first: Explanation
    second: Explanation
    label: Label
    """``known``: they are one bug; ``new``: two; ``unsure``."""
    probability: float
    """That they are one bug, from 0 to 1."""
    evidence: Evidence | None
    """``None`` where nothing is alike."""
    contributions: dict[str, float]
    """What each piece of evidence adds to the score of one bug (log-odds), and ``new``, the score of two."""
    messages: tuple[str | None, str | None]
    """The messages as they are compared."""
    frames: list[AlignedFrame]
    """The frames of both, those that weigh most first."""


def compare(first: Error, first_runtime: str | None, second: Error, second_runtime: str | None) -> Comparison:
    """Judge ``second`` as if ``first`` were the one known issue; the runtimes are those that printed them."""
    explained = explain(first, first_runtime), explain(second, second_runtime)
    known, asked = document(first, first_runtime), document(second, second_runtime)
    index = IssueIndex()
    index.add("first", known, fingerprint=explained[0].fingerprint)
    found = index.search(Query(asked, explained[1].fingerprint, explained[1].weak))
    best = found.decision.best
    contributions = {} if best is None else COEFFICIENTS.contributions(best.evidence, None)
    contributions["new"] = COEFFICIENTS.new + (COEFFICIENTS.new_weak if explained[1].weak else 0.0)
    return Comparison(
        first=explained[0],
        second=explained[1],
        label=found.decision.label,
        probability=found.decision.probability,
        evidence=None if best is None else best.evidence,
        contributions=contributions,
        messages=(known.message, asked.message),
        frames=_frames(asked, known, index),
    )


def _frames(asked: StackDocument, known: StackDocument, index: IssueIndex) -> list[AlignedFrame]:
    return aligned(asked.frames, known.frames, index.weights())
