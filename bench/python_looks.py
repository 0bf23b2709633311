"""What a look at a Python process costs: how long it takes, and for how long the process stands still.

Compares ``collect.py --python-only`` with py-spy and pystack, where these are installed, on a process of 100
threads whose stacks are 20 calls deep, and of one that notes the longest time between two rounds of a loop.
"""

from __future__ import annotations

import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

LOOKS = 9
_PROGRAM = """
import sys, threading, time
def work(depth):
    if depth:
        return work(depth - 1)
    time.sleep(600)
for _ in range(100):
    threading.Thread(target=work, args=(20,), daemon=True).start()
longest, before = 0.0, time.monotonic()
print("ready", flush=True)
while True:
    time.sleep(0.0005)
    now = time.monotonic()
    if now - before > longest:
        longest = now - before
        with open(sys.argv[1], "w") as stream:
            stream.write(str(longest))
    before = now
"""


def commands(folder: Path) -> dict[str, list[str]]:
    """The command line of each tool that is here; PID stands for the process."""
    collector = Path(__file__).parents[1] / "src/stacktraces/collect.py"
    python_only = [sys.executable, str(collector), "-p", "PID", "-l", str(folder / "out"), "--python-only"]
    with_gdb = [word for word in python_only if word != "--python-only"] + ["--no-locals"]
    found = {
        "collect.py": with_gdb,
        "collect.py --python-only": python_only,
        "… --nonblocking": [*python_only, "--nonblocking"],
    }
    for name, words in (
        ("py-spy dump", ["py-spy", "dump", "-p", "PID"]),
        ("py-spy dump --nonblocking", ["py-spy", "dump", "--nonblocking", "-p", "PID"]),
        ("pystack remote", ["pystack", "remote", "PID"]),
    ):
        beside = Path(sys.executable).with_name(words[0])
        if program := shutil.which(words[0]) or (str(beside) if beside.exists() else None):
            found[name] = [program, *words[1:]]
    return found


def longest_pause(words: list[str], folder: Path) -> tuple[float, float]:
    """Seconds that a look takes, and for which the process stood still, of a process of its own."""
    noted = folder / "longest"
    process = subprocess.Popen([sys.executable, "-c", _PROGRAM, noted], stdout=subprocess.PIPE)
    try:
        assert process.stdout is not None
        process.stdout.readline()
        time.sleep(0.2)
        begun = time.monotonic()
        own = [str(process.pid) if word == "PID" else word for word in words]
        subprocess.run(own, check=True, capture_output=True)
        taken = time.monotonic() - begun
        time.sleep(0.1)
        return taken, float(noted.read_text())
    finally:
        process.kill()
        process.wait()


def main() -> None:
    """Print a row for each tool: the medians over several looks, in milliseconds."""
    print(f"{'':28}{'look':>8}{'pause':>8}   medians of {LOOKS}, milliseconds")
    with tempfile.TemporaryDirectory() as name:
        nothing = {"(nothing)": ["true"]}
        for tool, words in (nothing | commands(Path(name))).items():
            taken, paused = zip(*(longest_pause(words, Path(name)) for _ in range(LOOKS)), strict=True)
            print(f"{tool:28}{statistics.median(taken) * 1e3:8.0f}{statistics.median(paused) * 1e3:8.0f}")


if __name__ == "__main__":
    main()
