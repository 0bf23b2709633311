"""Fits the coefficients of the decision to labelled reports: a conditional logit, by Newton's method."""

from __future__ import annotations

import math
from collections.abc import Collection, Sequence

import msgspec

from stacktraces.naming import NATIVE
from stacktraces.signatures.decision import MAX_AGE, Candidate, Coefficients, log_matched
from stacktraces.signatures.fingerprint import is_weak
from stacktraces.signatures.search import Query

from .baselines import InMemory
from .evaluation import WARM_UP
from .reports import Report

NAMES = (
    "alignment",
    "matched",
    "rarest",
    "addresses",
    "raised_differs",
    "fingerprint",
    "log_age",
    "new_weak",
    "new",
)
RIDGE = 0.5
"""Pulls the coefficients towards 0, but for that of "new"."""
ROUNDS = 2
"""Which stack of an issue fits best depends on the coefficients, so they are fitted again."""
STEPS = 12


class Choice(msgspec.Struct):
    """A report, the issues it may be of, and which it is."""

    features: list[list[float]]
    """A row for each candidate issue, the last for "new"."""
    chosen: int
    group: str = ""
    """That of the report."""


def fit(reports: Sequence[Report], until: float = 1.0, without: Collection[str] = ()) -> Coefficients:
    """The coefficients for the first share ``until`` of ``reports``, but those of the groups ``without``."""
    coefficients = Coefficients()
    for _ in range(ROUNDS):
        data = choices(reports[: int(len(reports) * until)], coefficients)
        found = newton([each for each in data if each.group not in without])
        coefficients = msgspec.structs.replace(coefficients, **dict(zip(NAMES, found, strict=True)))
    return coefficients


def choices(reports: Sequence[Report], coefficients: Coefficients) -> list[Choice]:
    """What could be chosen for each report after the warm-up, where the right issue was among it."""
    matcher = InMemory(coefficients)
    last: dict[str, int] = {}
    found = []
    first = int(len(reports) * WARM_UP)
    for now, report in enumerate(reports):
        if now >= first:
            weak = is_weak(report.error, NATIVE)
            query = Query(report.document, report.fingerprint, weak)
            candidates = matcher.index.search(query, now).decision.candidates
            issues = [each.issue for each in candidates]
            if report.group in issues or report.group not in last:
                rows = [_features(each, now - last[each.issue] - 1) for each in candidates]
                rows.append([0.0] * (len(NAMES) - 2) + [float(weak), 1.0])
                chosen = issues.index(report.group) if report.group in issues else len(issues)
                found.append(Choice(features=rows, chosen=chosen, group=report.group))
        matcher.learn(report, report.group, now)
        last[report.group] = now
    return found


def _features(candidate: Candidate, age: int) -> list[float]:
    evidence = candidate.evidence
    return [
        evidence.alignment,
        log_matched(evidence.matched),
        evidence.rarest,
        evidence.addresses,
        float(not evidence.raised),
        float(evidence.fingerprint),
        math.log1p(min(age, MAX_AGE)),
        0.0,
        0.0,
    ]


def newton(data: Sequence[Choice]) -> list[float]:
    """The coefficients of the highest likelihood, less the ridge."""
    size = len(NAMES)
    point = [0.0] * size
    for _ in range(STEPS):
        gradient = [-2 * RIDGE * value for value in point[:-1]] + [0.0]
        hessian = [[0.0] * size for _ in range(size)]
        for each in range(size):
            hessian[each][each] = 2 * RIDGE if each < size - 1 else 1e-9
        for choice in data:
            _add(choice, point, gradient, hessian)
        step = solve(hessian, gradient)
        point = [value + change for value, change in zip(point, step, strict=True)]
    return point


def _add(choice: Choice, point: list[float], gradient: list[float], hessian: list[list[float]]) -> None:
    scores = [sum(w * x for w, x in zip(point, row, strict=True)) for row in choice.features]
    top = max(scores)
    shares = [math.exp(score - top) for score in scores]
    total = sum(shares)
    size = len(point)
    mean = [0.0] * size
    for share, row in zip(shares, choice.features, strict=True):
        share /= total
        for i in range(size):
            mean[i] += share * row[i]
            for j in range(i + 1):
                hessian[i][j] += share * row[i] * row[j]
    chosen = choice.features[choice.chosen]
    for i in range(size):
        gradient[i] += chosen[i] - mean[i]
        for j in range(i + 1):
            hessian[i][j] -= mean[i] * mean[j]
            hessian[j][i] = hessian[i][j]


def solve(matrix: list[list[float]], right: list[float]) -> list[float]:
    """The solution of a system of linear equations, by Gauss's elimination."""
    rows = [[*row, value] for row, value in zip(matrix, right, strict=True)]
    size = len(rows)
    for column in range(size):
        pivot = max(range(column, size), key=lambda at: abs(rows[at][column]))
        rows[column], rows[pivot] = rows[pivot], rows[column]
        for below in range(column + 1, size):
            factor = rows[below][column] / rows[column][column]
            rows[below] = [a - factor * b for a, b in zip(rows[below], rows[column], strict=True)]
    solution = [0.0] * size
    for at in reversed(range(size)):
        known = sum(rows[at][other] * solution[other] for other in range(at + 1, size))
        solution[at] = (rows[at][size] - known) / rows[at][at]
    return solution
