"""``python -m bench.similarity``: how well similarity and the decision do on labelled reports.

``--fit`` fits the coefficients anew, ``--validate`` cross-validates them, ``--speed`` measures throughput.
"""

from __future__ import annotations

import argparse
import random
import statistics
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from stacktraces.model import Judgement
from stacktraces.signatures.decision import MIDDLE

from . import throughput
from .baselines import Commands, Fast, Hash, InMemory, Likeness, TfIdf
from .evaluation import Figures, Matcher, Row, bcubed, best_threshold, cluster, measure, stream
from .fit import NAMES, fit
from .reports import ARCHIVE, Report, load

METHODS: dict[str, Callable[[], Matcher]] = {
    "full hash": Hash,
    "top-3 hash": lambda: Hash(3),
    "TF-IDF": TfIdf,
    "FaST": Fast,
    "likeness alone": Likeness,
    "the commands": Commands,
}
OURS = ("likeness alone", "the commands")
COLUMNS = ("RR@1", "RR@10", "MAP", "AUC", "accuracy", "strict", "precision", "new recall", "BCubed F")


def _values(figures: Figures) -> tuple[float, ...]:
    return (
        figures.recall_1,
        figures.recall_10,
        figures.mean_average_precision,
        figures.area,
        figures.accuracy,
        figures.strict,
        figures.precision,
        figures.recall_new,
        figures.bcubed or 0.0,
    )


def table(reports: Sequence[Report]) -> None:
    print(f"{'':20}" + "".join(f"{column:>11}" for column in COLUMNS) + f"{'ms':>8}")
    for name, make in METHODS.items():
        matcher = make()
        start = time.process_time()
        rows = stream(reports, matcher)
        took = (time.process_time() - start) / len(reports)
        threshold = MIDDLE if name in OURS else best_threshold(rows)
        figures = measure(rows, threshold)
        clusters = cluster(reports, make(), threshold)
        figures.bcubed = bcubed([each.group for each in reports], clusters)
        print(f"{name:20}" + "".join(f"{value:11.3f}" for value in _values(figures)) + f"{took * 1000:8.1f}")
        if isinstance(matcher, Commands):
            _print_verdicts(rows, matcher.verdicts)
            _print_bands(rows)
    print(f"\n{figures.known} reports of groups seen before, {figures.new} of new ones.")
    print(
        "The others decide by the threshold that balances best in hindsight. Strict: its own group, or new. "
        "BCubed: no label is told at all. ms: processor time a report, to judge and to add it."
    )


def _print_verdicts(rows: Sequence[Row], verdicts: Sequence[Judgement]) -> None:
    """What the commands said, and how much of it was right: its own issue, or new."""
    said: dict[str, list[bool]] = {}
    for row, each in zip(rows, verdicts, strict=True):
        name = f"{each.verdict}, not sure" if each.unsure else each.verdict
        said.setdefault(name, []).append(not row.known if each.verdict == "new" else row.rank == 1)
    for name, right in sorted(said.items()):
        print(f"    said {name:20}{len(right):5} reports, right {sum(right) / len(right):.2f}")


def _print_bands(rows: Sequence[Row]) -> None:
    for low in range(0, 10, 2):
        band = [
            row for row in rows if low / 10 <= row.score < (low + 2) / 10 or (low == 8 and row.score >= 1)
        ]
        if band:
            share = sum(row.known for row in band) / len(band)
            print(
                f"    probability {low / 10:.1f} to {low / 10 + 0.2:.1f}: {len(band):5} reports, "
                f"known {share:.2f}"
            )


def halves(reports: Sequence[Report], seed: int) -> tuple[list[Report], list[Report]]:
    """Two sets without a common group, of about the same size."""
    chance = random.Random(seed)
    sizes: dict[str, int] = {}
    for report in reports:
        sizes[report.group] = sizes.get(report.group, 0) + 1
    order = sorted(sizes, key=lambda group: (-(sizes[group] // 10), chance.random()))
    sides: tuple[set[str], set[str]] = (set(), set())
    for group in order:
        min(sides, key=lambda side: sum(sizes[each] for each in side)).add(group)
    return ([each for each in reports if each.group in sides[0]], [r for r in reports if r.group in sides[1]])


def validate(reports: Sequence[Report]) -> None:
    print("Fitted on half of the groups, measured on the other half (8 folds), mean and standard deviation:")
    ours, fast = [], []
    for seed in range(4):
        for learned, asked in _both_ways(halves(reports, seed)):
            ours.append(measure(stream(asked, InMemory(fit(learned))), MIDDLE))
            rows = stream(asked, Fast())
            fast.append(measure(rows, best_threshold(rows)))
    _print_spread("FaST", fast)
    _print_spread("the judgement", ours)
    print("Fitted on four fifths of the groups, measured on the reports of the fifth, in one stream:")
    _print_spread("FaST", [measure(rows, best_threshold(rows)) for rows in [stream(reports, Fast())]])
    _print_spread("the judgement", [measure(left_out(reports), MIDDLE)])
    print("Fitted on the first 40, 60, 80 % in time, measured on the 20 % that follow (3 folds):")
    ours, fast = [], []
    fast_rows = stream(reports, Fast())
    for part in (0.4, 0.6, 0.8):
        rows = stream(reports, InMemory(fit(reports, part)))
        first = len(reports) - len(rows)
        window = slice(int(len(reports) * part) - first, int(len(reports) * (part + 0.2)) - first)
        ours.append(measure(rows[window], MIDDLE))
        fast.append(measure(fast_rows[window], best_threshold(fast_rows[window])))
    _print_spread("FaST", fast)
    _print_spread("the judgement", ours)


def left_out(reports: Sequence[Report], folds: int = 5) -> list[Row]:
    """The answers for all reports, each with coefficients that were fitted without those of its group."""
    groups = sorted({each.group for each in reports})
    random.Random(1).shuffle(groups)
    rows: list[Row] = []
    for fold in range(folds):
        own = set(groups[fold::folds])
        answers = stream(reports, InMemory(fit(reports, without=own)))
        asked = reports[len(reports) - len(answers) :]
        rows += (row for row, each in zip(answers, asked, strict=True) if each.group in own)
    return rows


def _both_ways(pair: tuple[list[Report], list[Report]]) -> list[tuple[list[Report], list[Report]]]:
    return [pair, (pair[1], pair[0])]


def _print_spread(name: str, found: Sequence[Figures]) -> None:
    columns = list(zip(*(_values(each)[:-1] for each in found), strict=True))
    cells = [f"{statistics.fmean(column):.3f}±{statistics.pstdev(column):.3f}" for column in columns]
    print(f"  {name:14}" + "".join(f"{COLUMNS[at]:>11} {cell}" for at, cell in enumerate(cells)))


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m bench.similarity", description=__doc__)
    parser.add_argument("--data", type=Path, default=ARCHIVE, help="archive of labelled reports")
    parser.add_argument("--fit", action="store_true", help="fit the coefficients and print them")
    parser.add_argument("--validate", action="store_true", help="cross-validate over groups and over time")
    parser.add_argument("--speed", action="store_true", help="measure throughput and memory")
    options = parser.parse_args()
    if options.speed:
        throughput.main()
        return 0
    if not options.data.exists():
        print(f"skipped: {options.data} is missing (labelled reports are not part of the project)")
        return 0
    reports = load(options.data)
    if options.fit:
        found = fit(reports)
        for name in NAMES:
            print(f"{name} = {getattr(found, name):.2f}")
    elif options.validate:
        validate(reports)
    else:
        table(reports)
    return 0


if __name__ == "__main__":
    sys.exit(main())
