"""How fast and how big: ``describe.py -l`` on a capture of 10,000 threads of 30 frames with locals.

Prints the size, the time, the rate beside that of ``wc -l`` on the same file, the peak memory as a
multiple of the file's size, and the same for a tenth of the threads, which shows that it is linear.
"""

from __future__ import annotations

import argparse
import os
import random
import subprocess
import sys
import tempfile
import time
from pathlib import Path

FUNCTIONS = 400
LOCALS = 18


def write_capture(path: Path, threads: int, frames: int, seed: int = 1) -> None:
    """A capture as gdb writes it: a few distinct stacks, each thread with values of its own."""
    chance = random.Random(seed)
    stacks = [[chance.randrange(FUNCTIONS) for _ in range(frames)] for _ in range(40)]
    with path.open("w") as file:
        file.write(
            "REM collect.py 1.01 TOOL=gdb  PYPLATFORM=linux ./collect.py -p 4711 -e /usr/sbin/served\n"
        )
        for number in range(threads, 0, -1):
            file.write(f'\nThread {number} (Thread 0x7f{number:010x} (LWP {4711 + number}) "served"):\n')
            for position, function in enumerate(chance.choice(stacks)):
                address = chance.randrange(1 << 47)
                file.write(
                    f"#{position:<2} 0x{address:016x} in served_step_{function} "
                    f"(connection=0x{address ^ 0xFFFF:x}, request=0x{chance.randrange(1 << 47):x}, flags=0)"
                    f" at server/step_{function % 20}.c:{function + 7}\n"
                )
                for local in range(LOCALS):
                    file.write(
                        f"        variable_{local} = 0x{chance.randrange(1 << 47):x} <served_state+{local}>\n"
                    )


def measure(arguments: list[str]) -> tuple[float, int]:
    """Seconds and peak resident bytes of a command whose output is thrown away."""
    start = time.perf_counter()
    process = subprocess.Popen(arguments, stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    if status != 0:
        sys.exit(f"{arguments[0]} ended with status {status}")
    return time.perf_counter() - start, usage.ru_maxrss * (1 if sys.platform == "darwin" else 1024)


def main() -> None:
    """Print one line a size."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--threads", type=int, default=10_000)
    options = parser.parse_args()
    command = [str(Path(sys.executable).with_name("describe.py")), "-l"]
    headings = ("threads", "MB", "format", "seconds", "MB/s", "× wc -l", "memory × file")
    print("{:>8} {:>6} {:>6} {:>8} {:>6} {:>8} {:>14}".format(*headings))
    with tempfile.TemporaryDirectory() as folder:
        for threads in (options.threads // 10, options.threads):
            path = Path(folder) / "capture"
            write_capture(path, threads, 30)
            size = path.stat().st_size
            baseline, _ = measure(["wc", "-l", str(path)])
            for output in ("text", "json"):
                seconds, memory = measure([*command, str(path), "--format", output])
                print(
                    f"{threads:8} {size / 1e6:6.0f} {output:>6} {seconds:8.2f} {size / 1e6 / seconds:6.1f} "
                    f"{seconds / baseline:8.0f} {memory / size:14.2f}"
                )


if __name__ == "__main__":
    main()
