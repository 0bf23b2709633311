"""Time ``stacktraces log`` beside the fastest tools that only count or copy, on the logs of ``logs.py``.

Prints a table in Markdown: seconds of processor time and of wall-clock time (the median of some runs), GB/s,
and how many times as long as ripgrep, given the very same literals, took in the same run.
"""

from __future__ import annotations

import argparse
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from itertools import chain
from pathlib import Path
from typing import NamedTuple

from stacktraces.scanning import Options
from stacktraces.scanning.reading.scanner import setup_for

from . import logs

SCRIPT = str(Path(sys.executable).with_name("stacktraces"))
SMALL = 400_000_000
LOG = [SCRIPT, "log", "--format", "json"]


class Cost(NamedTuple):
    """What running a command took, in seconds."""

    processor: float
    """Of all its processes together: what a busy machine disturbs least."""
    wall: float


def once(command: list[str], before: list[str] | None = None) -> Cost:
    """Run ``command``, reading from ``before`` if given (whose processor time does not count)."""
    begun = time.perf_counter()
    source = subprocess.Popen(before, stdout=subprocess.PIPE) if before else None
    process = subprocess.Popen(
        command, stdin=source.stdout if source else None, stdout=subprocess.DEVNULL, env=_environment()
    )
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    cost = Cost(usage.ru_utime + usage.ru_stime, time.perf_counter() - begun)
    if source is not None and source.stdout is not None:
        source.stdout.close()
        source.wait()
    if process.returncode not in (0, 1):
        raise SystemExit(f"{' '.join(command)} failed")
    return cost


def _environment() -> dict[str, str]:
    """An installed program's modules are compiled; those of a checkout must be allowed to be."""
    return {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}


def in_turns(commands: dict[str, list[str]], repeat: int) -> dict[str, Cost]:
    """The medians of ``repeat`` rounds, in each of which every command runs once: all meet the same noise."""
    rounds = [{name: once(command) for name, command in commands.items()} for _ in range(repeat)]
    return {
        name: Cost(*(statistics.median(each[name][field] for each in rounds) for field in range(2)))
        for name in commands
    }


def start_up(repeat: int) -> Iterator[str]:
    """How long a program takes to start, beside the interpreter alone."""
    commands = {"bare": [sys.executable, "-c", "pass"], "ours": [SCRIPT, "--version"]}
    in_turns(commands, 1)
    costs = in_turns(commands, repeat * 5)
    bare, ours = costs["bare"], costs["ours"]
    yield (
        f"`python -c pass` {bare.processor * 1000:.0f} ms of processor time, {bare.wall * 1000:.0f} ms on the"
        f" clock; `stacktraces --version` {ours.processor * 1000:.0f} and {ours.wall * 1000:.0f} ms:"
        f" {ours.processor / bare.processor:.1f} and {ours.wall / bare.wall:.1f} times as long."
    )


def rows(kind: str, size: int, repeat: int, literals: str) -> Iterator[tuple[str, Cost, int]]:
    """What was run on the logs of a kind, what it took, and the bytes it read."""
    plain = logs.cached(kind, "plain", size)
    packed = plain.with_name(plain.name + ".gz")
    if not packed.exists():
        with packed.open("wb") as file:
            subprocess.run(["gzip", "-1", "-c", str(plain)], stdout=file, check=True)
    commands = {"cat": ["cat", str(plain)]}
    if shutil.which("rg"):
        commands["rg -F -c"] = ["rg", "-F", "-c", "-f", literals, str(plain)]
    commands["log, 1 job"] = [*LOG, "--jobs", "1", str(plain)]
    commands["log, 2 jobs"] = [*LOG, "--jobs", "2", str(plain)]
    once(["cat", str(plain)])
    for name, cost in in_turns(commands, repeat).items():
        yield name, cost, plain.stat().st_size
    yield "gzip -dc, log -", once([*LOG, "-"], ["gzip", "-dc", str(packed)]), plain.stat().st_size
    for carrier in ("cri", "docker", "vector"):
        wrapped = logs.cached(kind, carrier, size)
        once(["cat", str(wrapped)])
        cost = in_turns({carrier: [*LOG, "--jobs", "1", str(wrapped)]}, repeat)[carrier]
        yield f"log, 1 job, {carrier}", cost, wrapped.stat().st_size


def small_rows(kind: str, repeat: int, literals: str) -> Iterator[tuple[str, Cost, int]]:
    """The same for a smaller log, in which start-up and the first reading of each stack weigh more."""
    plain = logs.cached(kind, "plain", SMALL)
    commands = {"log, 1 job, 400 MB": [*LOG, "--jobs", "1", str(plain)]}
    if shutil.which("rg"):
        commands = {"rg -F -c, 400 MB": ["rg", "-F", "-c", "-f", literals, str(plain)], **commands}
    once(["cat", str(plain)])
    for name, cost in in_turns(commands, repeat).items():
        yield name, cost, plain.stat().st_size


def table(size: int, repeat: int, show: Callable[[str], None]) -> None:
    """Run everything and show the table, a line at a time."""
    anchors = setup_for(Options()).anchors
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1e9
    show(f"{os.cpu_count()} cores, {memory:.0f} GB of memory.")
    show(f"{len(anchors.literals)} literals, the median of {repeat} runs.\n")
    show("| log | run | processor s | wall s | GB/s | × rg, processor | × rg, wall |")
    show("|---|---|---:|---:|---:|---:|---:|")
    with tempfile.NamedTemporaryFile("wb", suffix=".literals") as file:
        file.write(b"\n".join(anchors.literals) + b"\n")
        file.flush()
        for kind in logs.SHARES:
            ripgrep = None
            found = chain(rows(kind, size, repeat, file.name), small_rows(kind, repeat, file.name))
            for name, cost, bytes_ in found:
                ripgrep = cost if name.startswith("rg") else ripgrep
                times = [f"{ours / theirs:.1f}" for ours, theirs in zip(cost, ripgrep or (), strict=False)]
                speed = f"{bytes_ / cost.wall / 1e9:.2f}"
                cells = [kind, name, f"{cost.processor:.2f}", f"{cost.wall:.2f}", speed, *(times or ("", ""))]
                show(f"| {' | '.join(cells)} |")
    show("")
    for line in start_up(repeat):
        show(line)


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--size", type=int, default=1_000_000_000, help="bytes of each log")
    parser.add_argument("--repeat", type=int, default=3)
    options = parser.parse_args()
    table(options.size, options.repeat, lambda line: print(line, flush=True))


if __name__ == "__main__":
    main()
