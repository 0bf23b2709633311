"""Errors for the tests of fingerprints, and what is said of them."""

from __future__ import annotations

from typing import Any

from stacktraces.model import Error, Frame
from stacktraces.signatures import culprit as culprits
from stacktraces.signatures import fingerprint as fingerprints
from stacktraces.signatures.fingerprint import Explanation


def explain(error: Error, runtime: str | None = "python") -> Explanation:
    return fingerprints.explain(error, runtime)


def fingerprint(error: Error, runtime: str | None = "python") -> str:
    return fingerprints.fingerprint(error, runtime)


def is_weak(error: Error) -> bool:
    return fingerprints.is_weak(error, "python")


def culprit(error: Error) -> Frame | None:
    return culprits.culprit(error, "python")


def python(*frames: str, kind: str = "ValueError", message: str = "") -> Error:
    """An error whose frames are given outermost first, as ``path:function``."""
    found = [Frame(file=each.rpartition(":")[0], function=each.rpartition(":")[2]) for each in frames]
    return Error(type=kind, message=message, frames=found[::-1])


def native(*functions: str, **fields: Any) -> Error:
    """An error whose frames are given innermost first."""
    return seen(*(Frame(function=each, **fields) for each in functions))


def seen(*frames: Frame, kind: str | None = None, message: str | None = None) -> Error:
    """An error of native code whose frames are given innermost first."""
    return Error(type=kind, message=message, frames=list(frames), runtime="native")


def kept(error: Error) -> list[str]:
    return [step.token for step in explain(error).part.steps if step.kept]
