"""How well the judgement does on exceptions: pairs of traces that real interpreters printed.

``python -m bench.similarity.exceptions`` makes the pairs and prints precision, recall and calibration.
``--write FILE`` keeps them, ``--read FILE`` measures kept ones.
"""

from __future__ import annotations

import argparse
import random
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

import msgspec

from stacktraces.model import Trace
from stacktraces.parsing import parse
from stacktraces.signatures.comparison import compare

from .languages import LANGUAGES, Language
from .programs import OTHER, SAME, Way, make

SEED = 20
PROGRAMS = {"python": 30, "javascript": 12, "ruby": 12}


class Pair(msgspec.Struct, frozen=True):
    """Two traces, and whether people would call them one bug."""

    kind: str
    """What was changed between the two."""
    same: bool
    first: str
    second: str


class Judged(msgspec.Struct, frozen=True):
    """A pair, and what was said of it."""

    pair: Pair
    label: str
    probability: float


def generate(language: Language, programs: int, seed: int = SEED) -> Iterator[Pair]:
    """Pairs of that many programs. Nothing where the language has no interpreter here."""
    chance = random.Random(f"{language.name} {seed}")
    number = len(language.found())
    for _ in range(programs if number else 0):
        program = make(chance)
        while not language.can(program):
            program = make(chance)
        way = Way(chance.randrange(number), chance.randrange(3))
        first = language.trace(program, way)
        for name, edit in SAME.items():
            yield Pair(f"{language.name}: {name}", True, first, language.trace(edit(program, chance), way))
        elsewhere = [("another installation", Way(way.interpreter, way.place + 1))]
        elsewhere += [("another version", Way(way.interpreter + chance.randint(1, number), way.place))] * (
            number > 1
        )
        for name, other in elsewhere:
            second = language.trace(SAME["lines moved"](program, chance), other)
            yield Pair(f"{language.name}: {name}", True, first, second)
        yield Pair(f"{language.name}: cut off", True, first, _cut(language, first))
        for name, change in OTHER.items():
            other_program = change(program, chance)
            if language.can(other_program):
                base = msgspec.structs.replace(program, failure=other_program.failure)
                known = language.trace(base, way) if name == "another subject at the place" else first
                yield Pair(f"{language.name}: {name}", False, known, language.trace(other_program, way))


def _cut(language: Language, text: str) -> str:
    """``text`` without the frames of its two outermost functions, as a limit leaves them out."""
    lines = text.split("\n")
    if language.name == "python":
        starts = [at for at, line in enumerate(lines) if line.startswith("  File ")]
        return "\n".join([*lines[: starts[0]], *lines[starts[3] :]])
    ends = [at for at, line in enumerate(lines) if line.lstrip().startswith(("at ", "from "))]
    kept = ends[: max(2, len(ends) - 3)]
    return "\n".join([*lines[: kept[-1] + 1], ""])


def judge(pair: Pair) -> Judged:
    """What the commands say of the second trace where the first is the one known issue."""
    first, second = (_only(text) for text in (pair.first, pair.second))
    found = compare(first.error, first.runtime, second.error, second.runtime)
    return Judged(pair, found.label, found.probability)


def _only(text: str) -> Trace:
    found = [each for each in parse(text.encode()) if isinstance(each, Trace)]
    if len(found) != 1:
        raise ValueError(f"{len(found)} traces in: {text}")
    return found[0]


class Figures(msgspec.Struct, frozen=True):
    """Shares of pairs."""

    precision: float
    """Of those called one bug, how many are."""
    recall: float
    """Of those that are one bug, how many are called so."""
    lost: float
    """Of those that are one bug, how many are called two without a doubt."""
    apart: float
    """Of those that are two bugs, how many are called so, or are said to be unsure."""


def measure(judged: Sequence[Judged]) -> Figures:
    same = [each for each in judged if each.pair.same]
    two = [each for each in judged if not each.pair.same]
    right = sum(each.label == "known" for each in same)
    wrong = sum(each.label == "known" for each in two)
    return Figures(
        precision=right / (right + wrong) if right + wrong else 0.0,
        recall=right / len(same) if same else 0.0,
        lost=sum(each.label == "new" for each in same) / len(same) if same else 0.0,
        apart=1 - wrong / len(two) if two else 0.0,
    )


def table(judged: Sequence[Judged]) -> None:
    """Print what was said of each kind of pair, the figures and the calibration."""
    print(f"{'':48}{'pairs':>7}{'one bug':>9}{'unsure':>8}{'two':>6}")
    for same in (True, False):
        print("  the same bug" if same else "  two bugs")
        for kind in sorted({each.pair.kind for each in judged if each.pair.same == same}):
            labels = [each.label for each in judged if each.pair.kind == kind]
            counts = [labels.count(label) for label in ("known", "unsure", "new")]
            print(f"    {kind:44}{len(labels):7}{counts[0]:9}{counts[1]:8}{counts[2]:6}")
    found = measure(judged)
    print(
        f"precision {found.precision:.3f}, recall {found.recall:.3f}; one bug called two {found.lost:.3f}, "
        f"two bugs not called one {found.apart:.3f}"
    )
    for low in range(10):
        band = [each for each in judged if low / 10 <= each.probability < (low + 1) / 10 + (low == 9)]
        if band:
            said = sum(each.probability for each in band) / len(band)
            share = sum(each.pair.same for each in band) / len(band)
            print(f"    said {said:.2f}: {len(band):5} pairs, one bug {share:.2f}")


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m bench.similarity.exceptions", description=__doc__)
    parser.add_argument("--write", type=Path, metavar="FILE", help="keep the pairs")
    parser.add_argument("--read", type=Path, metavar="FILE", help="measure kept pairs")
    parser.add_argument("--programs", type=int, help="of each language")
    parser.add_argument("--seed", type=int, default=SEED)
    options = parser.parse_args()
    if options.read:
        pairs = msgspec.json.decode(options.read.read_bytes(), type=list[Pair])
    else:
        pairs = [
            pair
            for name, language in LANGUAGES.items()
            for pair in generate(language, options.programs or PROGRAMS[name], options.seed)
        ]
    if options.write:
        options.write.write_bytes(msgspec.json.format(msgspec.json.encode(pairs), indent=1))
    table([judge(each) for each in pairs])
    return 0


if __name__ == "__main__":
    sys.exit(main())
