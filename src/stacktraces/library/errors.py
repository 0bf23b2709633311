"""What an error is known by, and how alike two errors are."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, TypeAlias

import msgspec

from ..model import Error, Group, Trace
from ..signatures.fingerprint import Explanation
from ..signatures.fingerprint import explain as _explain
from ..signatures.fingerprint import fingerprint as _fingerprint

if TYPE_CHECKING:
    from ..signatures.similarity import AlignedFrame, Evidence

Erroneous: TypeAlias = Error | Trace | Group


def _error_of(given: Erroneous, runtime: str | None) -> tuple[Error, str | None]:
    if isinstance(given, Error):
        return given, runtime or given.runtime
    return given.error, runtime or given.runtime


def fingerprint(error: Erroneous, runtime: str | None = None) -> str:
    """What ``error`` has in common with other occurrences of the same bug: ``VERSION-DIGEST``.

    Takes an ``Error``, or a ``Trace`` or ``Group`` with one. The rules for names are those of ``runtime``,
    which a trace or group names itself. Machine, version, line numbers and values do not matter;
    docs/fingerprints.md says what does.
    """
    return _fingerprint(*_error_of(error, runtime))


def explain(error: Erroneous, runtime: str | None = None) -> Explanation:
    """The :func:`fingerprint` of ``error`` with what it was made of, frame by frame, and why."""
    return _explain(*_error_of(error, runtime))


class Likeness(msgspec.Struct, frozen=True):
    """How likely two errors have the same cause."""

    probability: float
    """From 0 to 1."""
    verdict: Literal["same", "unsure", "different"]
    evidence: Evidence | None
    """What the probability comes from; ``None`` where nothing is alike."""
    frames: list[AlignedFrame]
    """The frames of both, those that weigh most first."""


def similarity(one: Erroneous, other: Erroneous) -> Likeness:
    """How likely ``one`` and ``other`` have the same cause, and what says so.

    Rates the two as if the other were the only known issue; :class:`KnownIssues` rates among many.
    """
    from ..signatures.document import document
    from ..signatures.index import IssueIndex
    from ..signatures.similarity import aligned

    first, second = document(*_error_of(one, None)), document(*_error_of(other, None))
    index = IssueIndex()
    index.add("other", second)
    decision = index.match(first)
    frames = aligned(first.frames, second.frames, index.weights())
    names: dict[str, Literal["same", "unsure", "different"]] = {
        "known": "same",
        "unsure": "unsure",
        "new": "different",
    }
    evidence = decision.best.evidence if decision.best else None
    return Likeness(decision.probability, names[decision.label], evidence, frames)
