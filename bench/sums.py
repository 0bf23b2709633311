"""How long adding up partial results takes, and in how much memory: what docs/scale.md claims.

Each result has some groups of a fleet, as skewed as errors are: a few groups are in all results, most of
them in a few. Prints the seconds of processor time, the groups a second, and the peak memory of the process.
"""

from __future__ import annotations

import argparse
import random
import resource
import time
from collections.abc import Iterator, Sequence

from stacktraces._garbage import few_collections
from stacktraces.model import Error, Frame, Group, Origin
from stacktraces.results.merging import Sum
from stacktraces.results.result import Result, Stats
from stacktraces.scanning.parallel.workers import pack, unpack

_START = 1_714_521_600
"""Seconds since 1970: 2024-05-01."""
_FRAMES = [Frame(f"step_{place}", file="shop/cart.py", line=place) for place in range(12)]
"""Of all errors: to make them anew would take longer than to add them up."""


def part(number: int, groups: int, distinct: int, chance: random.Random) -> Result:
    """The result of one part, with so many groups of those that are distinct."""
    chosen = set(range(distinct)) if groups >= distinct else set()
    while len(chosen) < min(groups, distinct):
        chosen.add(int(distinct * chance.random() ** 3))
    return Result(
        [_group(each, number, chance) for each in sorted(chosen)], Stats(traces=10 * len(chosen), files=1)
    )


def _group(number: int, file: int, chance: random.Random) -> Group:
    start = _START + chance.randrange(86_000)
    return Group(
        fingerprint=f"3-{number:016x}",
        error=Error("KeyError", f"'{number}'", frames=_FRAMES),
        format="python",
        runtime="python",
        count=10,
        first_seen=f"2024-05-01T{start % 24:02}:00:00",
        last_seen=f"2024-05-01T{start % 24:02}:05:00",
        first_seen_ns=start * 10**9,
        last_seen_ns=(start + 300) * 10**9,
        sources=[Origin(f"{file}.log", line, line * 100, (start + line) * 10**9) for line in range(10)],
        timeline=[1] * 10,
        timeline_start=start >> 5 << 5,
        timeline_width=32,
    )


def packed(results: int, groups: int, distinct: int) -> Iterator[bytes]:
    """Results as they come from workers."""
    chance = random.Random(1)
    for number in range(results):
        yield pack(part(number, groups, distinct, chance))


def at_hand(results: int, groups: int) -> float:
    """Seconds of processor time that adding up so many results of the same groups takes."""
    chance, total, spent = random.Random(1), Sum(), 0.0
    with few_collections():
        for number in range(results):
            result = part(number, groups, groups, chance)
            begun = time.process_time()
            total.add(result)
            spent += time.process_time() - begun
        begun = time.process_time()
        total.result()
        return spent + time.process_time() - begun


def main(arguments: Sequence[str] | None = None) -> None:
    """Print two lines."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--results", type=int, default=1000)
    parser.add_argument("--groups", type=int, default=1000, help="in each result")
    parser.add_argument("--distinct", type=int, default=1000)
    options = parser.parse_args(arguments)
    total, spent, size, added = Sum(), 0.0, 0, 0
    for data in packed(options.results, options.groups, options.distinct):
        size += len(data)
        begun = time.process_time()
        result = unpack(data)
        total.add_packed(result)
        spent += time.process_time() - begun
        added += len(result.groups)
    begun = time.process_time()
    whole = total.result()
    spent += time.process_time() - begun
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss >> 10
    print(f"{options.results:,} results of {added // options.results:,} groups, {size >> 20:,} MiB")
    print(f"{spent:.1f} s, {added / spent:,.0f} groups/s, {len(whole.groups):,} distinct, {memory:,} MiB")


if __name__ == "__main__":
    main()
