"""How fast and how big: ``stacktraces describe FOLDER`` on captures of 1,000 processes of 30 threads each.

Prints the size of the captures, the seconds and the peak memory of reading, describing and merging all of
them into one tree. Each process runs the same program; its threads have a few distinct stacks, as those of
a server have, and every frame has addresses of its own.
"""

from __future__ import annotations

import argparse
import random
import sys
import tempfile
from pathlib import Path

from bench.describe import measure

FUNCTIONS = 400
FRAMES = 12


def write_captures(folder: Path, processes: int, threads: int, seed: int = 1) -> int:
    """A capture a process, as collect.py --no-locals writes it; gives their bytes."""
    chance = random.Random(seed)
    stacks = [[chance.randrange(FUNCTIONS) for _ in range(FRAMES)] for _ in range(40)]
    size = 0
    for pid in range(1000, 1000 + processes):
        base = chance.randrange(1 << 47)
        lines = [
            f"REM collect.py 2.0 TOOL=gdb  PYPLATFORM=linux ./collect.py -p {pid} -l out",
            f"REM HOST node{pid}",
            f"REM PID {pid}",
            "REM EXE /usr/sbin/served",
        ]
        for number in range(threads, 0, -1):
            lines.append(f'\nThread {number} (Thread 0x7f{number:010x} (LWP {pid + number}) "served"):')
            lines += [
                f"#{position:<2} 0x{base + function:016x} in served_step_{function} "
                f"(connection=0x{base ^ number:x}, flags=0) at server/step_{function % 20}.c:{function + 7}"
                for position, function in enumerate(chance.choice(stacks))
            ]
        text = "\n".join([*lines, "REM EXIT 0", ""])
        size += len(text)
        (folder / f"{pid}.txt").write_text(text)
    return size


def main() -> None:
    """Print one line for each output that merges."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--processes", type=int, default=1000)
    parser.add_argument("--threads", type=int, default=30)
    options = parser.parse_args()
    command = [str(Path(sys.executable).with_name("stacktraces")), "describe"]
    print(
        "{:>9} {:>8} {:>6} {:>6} {:>8} {:>10}".format(
            "processes", "threads", "MB", "format", "seconds", "memory MB"
        )
    )
    with tempfile.TemporaryDirectory() as folder:
        size = write_captures(Path(folder), options.processes, options.threads)
        for output in ("tree", "html"):
            seconds, memory = measure([*command, folder, "--format", output])
            print(
                f"{options.processes:9,} {options.processes * options.threads:8,} {size / 1e6:6.0f} "
                f"{output:>6} {seconds:8.2f} {memory / 1e6:10.0f}"
            )


if __name__ == "__main__":
    main()
