"""Time ``stacktraces log`` beside the fastest tools that only count or copy, on the logs of ``logs.py``.

Prints a table in Markdown: seconds (the best of some runs), GB/s, and how many times as long as ripgrep,
given the very same literals, took in the same run.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from stacktraces.formats import all_formats
from stacktraces.scan.engine import anchors_of

from . import logs

SCRIPT = str(Path(sys.executable).with_name("stacktraces"))
LOG = [SCRIPT, "log", "--format", "json"]


def seconds(command: list[str], repeat: int, before: list[str] | None = None) -> float:
    """The wall-clock time of ``command``, reading from ``before`` if given: the best of ``repeat`` runs."""
    best = float("inf")
    for _ in range(repeat):
        begun = time.perf_counter()
        if before is None:
            done = subprocess.run(command, stdout=subprocess.DEVNULL, check=False)
        else:
            with subprocess.Popen(before, stdout=subprocess.PIPE) as source:
                done = subprocess.run(command, stdin=source.stdout, stdout=subprocess.DEVNULL, check=False)
        best = min(best, time.perf_counter() - begun)
        if done.returncode not in (0, 1):
            raise SystemExit(f"{' '.join(command)} failed")
    return best


def start_up(repeat: int) -> Iterator[str]:
    """How long a program takes to start, beside the interpreter alone."""
    bare = seconds([sys.executable, "-c", "pass"], repeat * 5)
    ours = seconds([SCRIPT, "--version"], repeat * 5)
    yield f"`python -c pass` {bare * 1000:.0f} ms, `stacktraces --version` {ours * 1000:.0f} ms"
    yield f"({ours / bare:.1f} times as long)."


def rows(kind: str, size: int, repeat: int, literals: str) -> Iterator[tuple[str, float, int]]:
    """What was run on the logs of a kind, its seconds, and the bytes it read."""
    plain = logs.cached(kind, "plain", size)
    packed = plain.with_name(plain.name + ".gz")
    if not packed.exists():
        with packed.open("wb") as file:
            subprocess.run(["gzip", "-1", "-c", str(plain)], stdout=file, check=True)
    bytes_ = plain.stat().st_size
    seconds(["cat", str(plain)], 1)
    yield "cat", seconds(["cat", str(plain)], repeat), bytes_
    if shutil.which("rg"):
        yield "rg -F -c", seconds(["rg", "-F", "-c", "-f", literals, str(plain)], repeat), bytes_
    yield "log, 1 job", seconds([*LOG, "--jobs", "1", str(plain)], repeat), bytes_
    yield "log, 2 jobs", seconds([*LOG, "--jobs", "2", str(plain)], repeat), bytes_
    yield "gzip -dc, log -", seconds([*LOG, "-"], 1, ["gzip", "-dc", str(packed)]), bytes_
    for carrier in ("cri", "docker"):
        wrapped = logs.cached(kind, carrier, size)
        seconds(["cat", str(wrapped)], 1)
        yield f"log, 1 job, {carrier}", seconds([*LOG, str(wrapped)], repeat), wrapped.stat().st_size


def table(size: int, repeat: int, show: Callable[[str], None]) -> None:
    """Run everything and show the table, a line at a time."""
    anchors = anchors_of(all_formats())
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1e9
    show(f"{os.cpu_count()} cores, {memory:.0f} GB of memory.")
    show(f"{len(anchors.literals)} literals, the best of {repeat} runs.\n")
    show("| log | run | seconds | GB/s | × rg |\n|---|---|---:|---:|---:|")
    with tempfile.NamedTemporaryFile("wb", suffix=".literals") as file:
        file.write(b"\n".join(anchors.literals) + b"\n")
        file.flush()
        for kind in logs.SHARES:
            ripgrep = None
            for name, best, bytes_ in rows(kind, size, repeat, file.name):
                ripgrep = best if name.startswith("rg") else ripgrep
                times = f"{best / ripgrep:.1f}" if ripgrep else ""
                show(f"| {kind} | {name} | {best:.2f} | {bytes_ / best / 1e9:.2f} | {times} |")
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
