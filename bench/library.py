"""How fast the library shares its work out: ratios to something that ran beside it, in turns.

``python -m bench.library`` prints a line for each; ``--only NAME`` some of them. A ratio of two processes to
one says little on a machine whose cores have other work, or are threads of one core: ``limit`` is what two
scans gain by running at once that have nothing to do with one another.
"""

from __future__ import annotations

import argparse
import gzip
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from statistics import median

from . import logs, small, sums
from .scan import LOG, in_turns

_GIGABYTE = 1_000_000_000
_MEMBER = 8 << 20


def jobs(repeat: int) -> Iterator[str]:
    """Two jobs on 1 GB beside one: the aim is 1.6."""
    for kind in logs.SHARES:
        path = str(logs.cached(kind, "plain", _GIGABYTE))
        one, two = ([*LOG, "--jobs", each, path] for each in "12")
        both = ["sh", "-c", f"{' '.join(one)} & {' '.join(one)} & wait"]
        costs = in_turns({"1": one, "2": two, "both": both}, repeat)
        yield (
            f"{kind}, 1 GB: {costs['1'].wall:.2f} s, two jobs {costs['2'].wall:.2f} s: "
            f"{costs['1'].wall / costs['2'].wall:.2f} x (aim 1.6; "
            f"limit {2 * costs['1'].wall / costs['both'].wall:.2f})"
        )


def packed(repeat: int) -> Iterator[str]:
    """A gzip of 1 GB of text beside ``zcat | rg -F -c`` of one word: the aim is 2."""
    plain = logs.cached("medium", "plain", _GIGABYTE)
    whole, members = plain.with_suffix(".gz"), plain.with_suffix(".members.gz")
    if not whole.exists():
        with whole.open("wb") as file:
            subprocess.run(["gzip", "-c", str(plain)], stdout=file, check=True)
    if not members.exists():
        with plain.open("rb") as text, members.open("wb") as file:
            while chunk := text.read(_MEMBER):
                file.write(gzip.compress(chunk, 6))
    searching = "rg -F -c" if shutil.which("rg") else "grep -F -c"
    commands = {
        "search": ["sh", "-c", f"zcat {whole} | {searching} Traceback"],
        "one": [*LOG, "--jobs", "1", str(whole)],
        "1 job": [*LOG, "--jobs", "1", str(members)],
        "2 jobs": [*LOG, "--jobs", "2", str(members)],
    }
    costs = in_turns(commands, repeat)
    search = costs["search"].wall
    yield (
        f".gz of 1 GB: {costs['one'].wall:.2f} s, zcat | {searching} {search:.2f} s: "
        f"{search / costs['one'].wall:.2f} x (aim 2)"
    )
    yield (
        f"in members of 8 MiB: 1 job {costs['1 job'].wall:.2f} s, 2 jobs {costs['2 jobs'].wall:.2f} s: "
        f"{search / costs['2 jobs'].wall:.2f} x zcat"
    )


def merge(repeat: int) -> Iterator[str]:
    """1,000 results of 1,000 groups added up: the aim is 2 s."""
    seconds = median(sums.at_hand(1000, 1000) for _ in range(repeat))
    yield f"1,000 results of 1,000 groups: {seconds:.2f} s of processor time (aim 2)"


def files(repeat: int) -> Iterator[str]:
    """10,000 small files: the aim is 1 s."""
    with tempfile.TemporaryDirectory(prefix="stacktraces-small-") as name:
        folder, _ = small.written(Path(name), small.FILES)
        commands = {each: [*LOG, "--jobs", each, str(folder)] for each in "12"}
        in_turns(commands, 1)
        costs = in_turns(commands, repeat)
    one, two = costs["1"], costs["2"]
    yield (
        f"10,000 files: 1 job {one.wall:.2f} s, 2 jobs {two.wall:.2f} s (aim 1); "
        f"processor time {one.processor:.2f} and {two.processor:.2f} s"
    )


_ON_DASK = """
import sys, time, stacktraces
with stacktraces.cluster(sys.argv[1]) as executor:
    begun = time.perf_counter()
    result = stacktraces.scan(sys.argv[2], executor=executor)
    print(time.perf_counter() - begun, result.stats.traces)
"""
_ALONE = """
import sys, time, stacktraces
begun = time.perf_counter()
result = stacktraces.scan(sys.argv[1])
print(time.perf_counter() - begun, result.stats.traces)
"""


def dask(repeat: int) -> Iterator[str]:
    """Two workers of Dask on 4 GB beside one process: the aim is 1.7."""
    try:
        import distributed
    except ImportError:
        yield "Dask: not installed; pip install --group clusters"
        return
    with distributed.LocalCluster(
        n_workers=2, threads_per_worker=1, dashboard_address=None, host="127.0.0.1"
    ) as cluster:
        address = cluster.scheduler_address.replace("tcp://", "dask://")
        for kind in ("sparse", "medium"):
            yield _on_dask(kind, address, repeat)


def _on_dask(kind: str, address: str, repeat: int) -> str:
    log = logs.cached(kind)
    with tempfile.TemporaryDirectory(dir=log.parent) as name:
        for number in range(4):
            os.link(log, Path(name) / f"{number}.log")
        rounds = [(_printed(_ALONE, name), _printed(_ON_DASK, address, name)) for _ in range(repeat)]
    alone, shared = (median(each) for each in zip(*rounds, strict=True))
    return (
        f"{kind}, 4 GB: one process {alone:.2f} s, two workers of Dask {shared:.2f} s: "
        f"{alone / shared:.2f} x (aim 1.7)"
    )


def _printed(program: str, *arguments: str) -> float:
    done = subprocess.run(
        [sys.executable, "-c", program, *arguments], capture_output=True, text=True, check=True
    )
    return float(done.stdout.split()[0])


_ALL: dict[str, Callable[[int], Iterator[str]]] = {
    each.__name__: each for each in (jobs, packed, merge, files, dask)
}


def main() -> None:
    """Print the lines."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", choices=_ALL, action="append")
    parser.add_argument("--repeat", type=int, default=3)
    options = parser.parse_args()
    for name in options.only or _ALL:
        begun = time.perf_counter()
        for line in _ALL[name](options.repeat):
            print(line, flush=True)
        load = ", ".join(f"{each:.1f}" for each in os.getloadavg())
        print(f"  [{name}: {time.perf_counter() - begun:.0f} s, load {load}]", flush=True)


if __name__ == "__main__":
    main()
