"""How fast known issues are: recording sightings, labelling groups, matching unknown stacks.

Run with ``python -m bench.known``. The databases lie in a temporary folder.
"""

from __future__ import annotations

import argparse
import os
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from stacktraces.known import Run, Sighting, Store, StoreMatcher, group_traces, label, open_store, record
from stacktraces.model import Error, Frame, Group, Trace

RUN = Run(now="2026-01-31T12:00:00Z")


@contextmanager
def measured(what: str, number: int, unit: str) -> Iterator[None]:
    """Print how many of ``number`` were done a second."""
    start = time.perf_counter()
    yield
    seconds = time.perf_counter() - start
    print(f"{what:<58} {number / seconds:>12,.0f} {unit}/s")


def make_error(random_numbers: random.Random) -> Error:
    """An error with a stack of 12 to 20 frames, of which the outer ones are common to many."""
    own = [f"step_{random_numbers.randrange(5000)}" for _ in range(random_numbers.randint(8, 14))]
    shared = [f"layer_{random_numbers.randrange(50)}" for _ in range(4)]
    return Error(
        type=f"Error{random_numbers.randrange(40)}",
        message=f"item {random_numbers.randrange(10**6)} is missing",
        frames=[Frame(function=name, file=f"/srv/app/{name}.py", line=7) for name in (*own, *shared, "main")],
    )


def record_sightings(store: Store, total: int, batch: int, distinct: int) -> None:
    """``total`` sightings of ``distinct`` fingerprints, ``batch`` at a time."""
    names = [f"1-{number:016x}" for number in range(distinct)]
    sightings = [
        Sighting(names[number % distinct], "a title", first_seen=RUN.now, last_seen=RUN.now, version="1.0")
        for number in range(total)
    ]
    random.Random(4).shuffle(sightings)
    for _ in range(2):
        with measured(f"SQLite: sightings in batches of {batch:,}", total, "sightings"):
            for start in range(0, total, batch):
                store.record(sightings[start : start + batch])


def label_known(open_known: Callable[[], Store], groups: list[Group], kind: str) -> None:
    """Groups whose fingerprints are all known."""
    store = open_known()
    with measured(f"{kind}: labelling known groups", len(groups), "groups"):
        found = label(groups, store, run=RUN)
    assert {each.judgement.verdict for each in found} == {"known"}
    store.close()


def match_unknown(store: Store, number: int, known: int) -> None:
    """Stacks that resemble a known one and stacks that do not, half and half."""
    numbers = random.Random(5)
    exemplars = [error for issue in store.issues() for error in issue.exemplars]
    unknown = []
    for position in range(number):
        error = make_error(numbers)
        if position % 2:
            like = numbers.choice(exemplars)
            error = Error(type=like.type, frames=like.frames[: len(like.frames) - 3])
        unknown.append(error)
    matcher = StoreMatcher(store)
    with measured(f"reading {known:,} issues into the index", known, "issues"):
        matcher.match(unknown[0], "python")
    with measured(f"unknown stacks against {known:,} issues", number, "stacks"):
        for error in unknown:
            matcher.match(error, "python")


def start_cold(path: Path) -> None:
    """A log with one unknown trace, in a process of its own, with and without the store."""
    log = path.with_name("one.log")
    frames = "".join(
        f'  File "/srv/app/{name}.py", line 7, in {name}\n    call()\n'
        for name in ("main", "layer_3", "layer_4", *(f"step_{number}" for number in range(0, 900, 100)))
    )
    log.write_text(f"Traceback (most recent call last):\n{frames}Error3: item 99 is missing\n")
    command = [sys.executable, "-c", "from stacktraces.cli import main; main()", "log", str(log)]
    for name, options in (("without a store", []), ("against the store", ["--known", str(path)])):
        best, used = float("inf"), float("inf")
        for _ in range(5):
            start, before = time.perf_counter(), os.times().children_user + os.times().children_system
            subprocess.run([*command, *options], stdout=subprocess.DEVNULL, check=True)
            used = min(used, os.times().children_user + os.times().children_system - before)
            best = min(best, time.perf_counter() - start)
        what = f"a process for one unknown trace, {name}"
        print(f"{what:<58} {best * 1000:>12,.0f} ms, {used * 1000:,.0f} ms of processor time")


def main() -> None:
    """Print all figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--issues", type=int, default=10_000)
    parser.add_argument("--sightings", type=int, default=100_000)
    parser.add_argument("--unknown", type=int, default=1_000)
    options = parser.parse_args()
    numbers = random.Random(3)
    groups = group_traces(Trace(make_error(numbers), "python", "python") for _ in range(options.issues))
    with tempfile.TemporaryDirectory() as folder:
        sightings = open_store(Path(folder) / "sightings.db", create=True)
        record_sightings(sightings, options.sightings, 1_000, 5_000)
        record_sightings(sightings, options.sightings, 10_000, 5_000)
        for name, kind in (("known.db", "SQLite"), ("known.toml", "baseline")):
            path = Path(folder) / name
            store = open_store(path, create=True)
            with measured(f"{kind}: creating issues", len(groups), "issues"):
                record(label(groups, store, run=RUN), store, run=RUN)
            with measured(f"{kind}: opening", len(groups), "issues"):
                open_store(path).close()
            label_known(lambda path=path: open_store(path), groups, kind)  # type: ignore[misc]
        match_unknown(open_store(Path(folder) / "known.db"), options.unknown, options.issues)
        start_cold(Path(folder) / "known.db")


if __name__ == "__main__":
    main()
