"""Streaming evaluation: reports come by number, each is matched, then its label is told."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from typing import Protocol

import msgspec

from .reports import Report

WARM_UP = 0.1
"""The share of the reports, from the first on, that are learned and not asked."""


class Matcher(Protocol):
    """A way to find the group that a report belongs to."""

    def match(self, report: Report, now: int) -> list[tuple[str, float]]:
        """Groups with scores, best first; the first score tells how sure it is that the group is known."""

    def learn(self, report: Report, group: str, now: int) -> None:
        """The report is of that group."""


class Row(msgspec.Struct):
    """What was answered for one report."""

    known: bool
    """Whether its group was seen before."""
    rank: int | None
    """The place of its group in the answer, from 1."""
    score: float
    """Of the best group; -1 where there was no answer."""


class Figures(msgspec.Struct):
    """The measures of one stream; all but the counts are shares."""

    recall_1: float
    recall_10: float
    mean_average_precision: float
    area: float
    accuracy: float
    """Known or new, whichever issue it is."""
    strict: float
    """Its own issue, or new."""
    precision: float
    recall_new: float
    known: int
    new: int
    bcubed: float | None = None


def stream(reports: Sequence[Report], matcher: Matcher) -> list[Row]:
    """The answers for all reports after the warm-up."""
    rows: list[Row] = []
    seen: set[str] = set()
    first = int(len(reports) * WARM_UP)
    for now, report in enumerate(reports):
        if now >= first:
            answer = matcher.match(report, now)
            places = (place for place, (group, _) in enumerate(answer, 1) if group == report.group)
            score = answer[0][1] if answer else -1.0
            rows.append(Row(known=report.group in seen, rank=next(places, None), score=score))
        matcher.learn(report, report.group, now)
        seen.add(report.group)
    return rows


def cluster(reports: Sequence[Report], matcher: Matcher, threshold: float) -> list[str]:
    """A cluster for each report when no label is ever told: what is not known founds a cluster."""
    clusters = []
    for now, report in enumerate(reports):
        answer = matcher.match(report, now)
        known = bool(answer) and answer[0][1] >= threshold
        chosen = answer[0][0] if known else str(report.number)
        matcher.learn(report, chosen, now)
        clusters.append(chosen)
    return clusters


def measure(rows: Sequence[Row], threshold: float) -> Figures:
    """The figures of ``rows`` when a score of ``threshold`` or more is called known."""
    known = [row for row in rows if row.known]
    new = [row for row in rows if not row.known]
    right = sum(row.score >= threshold for row in known)
    own = sum(row.score >= threshold and row.rank == 1 for row in known)
    wrong = sum(row.score >= threshold for row in new)
    return Figures(
        recall_1=_share(sum(row.rank == 1 for row in known), len(known)),
        recall_10=_share(sum(row.rank is not None and row.rank <= 10 for row in known), len(known)),
        mean_average_precision=_share(sum(1 / row.rank for row in known if row.rank), len(known)),
        area=_area([row.score for row in known], [row.score for row in new]),
        accuracy=_share(right + len(new) - wrong, len(rows)),
        strict=_share(own + len(new) - wrong, len(rows)),
        precision=_share(right, right + wrong),
        recall_new=_share(len(new) - wrong, len(new)),
        known=len(known),
        new=len(new),
    )


def best_threshold(rows: Sequence[Row]) -> float:
    """The threshold with the highest mean of the recall of known and that of new, in hindsight."""
    scores = sorted({row.score for row in rows})
    known = [row.score for row in rows if row.known]
    new = [row.score for row in rows if not row.known]

    def quality(threshold: float) -> float:
        return _share(sum(score >= threshold for score in known), len(known)) + _share(
            sum(score < threshold for score in new), len(new)
        )

    return max(scores, key=quality)


def bcubed(truth: Sequence[str], clusters: Sequence[str]) -> float:
    """BCubed F1 (Bagga and Baldwin, 1998): for each report, how pure and how whole its cluster is."""
    pairs = Counter(zip(truth, clusters, strict=True))
    groups, found = Counter(truth), Counter(clusters)
    precision = sum(count * count / found[cluster] for (_, cluster), count in pairs.items()) / len(truth)
    recall = sum(count * count / groups[group] for (group, _), count in pairs.items()) / len(truth)
    return 2 * precision * recall / (precision + recall)


def _share(part: float, whole: int) -> float:
    return part / whole if whole else 0.0


def _area(known: Sequence[float], new: Sequence[float]) -> float:
    """The area under the ROC curve: how often a known report scores higher than a new one."""
    below: dict[float, list[int]] = defaultdict(lambda: [0, 0])
    for score in known:
        below[score][0] += 1
    for score in new:
        below[score][1] += 1
    passed, wins = 0, 0.0
    for score in sorted(below):
        hits, misses = below[score]
        wins += hits * (passed + misses / 2)
        passed += misses
    return _share(wins, len(known) * len(new))
