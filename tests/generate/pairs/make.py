"""Makes `tests/corpus/pairs/traces` by running the programs of this folder.

    python tests/generate/pairs/make.py PYTHONS

PYTHONS is a folder with an installation of each interpreter (`2.7.18/bin/python`, …). gcc and gdb must be
there too. Where a program lay and where its interpreter was installed is told in the texts by the paths of
`PLACES`, so that nothing of the machine that made them is left.
"""

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import NamedTuple

HERE = Path(__file__).parent
PROGRAMS = HERE / "programs"
TRACES = HERE.parent.parent / "corpus" / "pairs" / "traces"
DRIFT = "# A line that moves all others.\n\n\n"


class Place(NamedTuple):
    """An installation as the texts show it."""

    root: str
    packages: str
    standard: str


PLACES = {
    "debian": Place("/srv/shop", "/usr/lib/python3/dist-packages", "/usr/lib/python{minor}"),
    "home": Place("/home/ann/src/shop-2.1", "/home/ann/venv/lib/python{minor}/site-packages",
                  "/home/ann/.pyenv/versions/{full}/lib/python{minor}"),
    "container": Place("/app", "/usr/local/lib/python{minor}/site-packages", "/usr/local/lib/python{minor}"),
}  # fmt: skip


class Run(NamedTuple):
    """One trace: ``name`` is its file's."""

    name: str
    version: str
    place: str
    scenario: str
    argument: str
    drift: bool = False


RUNS = [
    *(Run(f"total-{version}", version, "debian", "total", "milk")
      for version in ("2.7.18", "3.6.15", "3.8.18", "3.9.18", "3.11.7", "3.12.1", "3.13.0")),
    Run("total-other-line", "3.11.7", "debian", "total", "milk", drift=True),
    Run("total-other-path", "3.11.7", "home", "total", "milk"),
    Run("total-other-value", "3.13.0", "container", "total", "an article of 31 Euro"),
    Run("total-truncated", "3.11.7", "debian", "truncated", "milk"),
    Run("weight", "3.11.7", "debian", "weight", "milk"),
    Run("discount", "3.11.7", "debian", "discount", "milk"),
    *(Run(f"load-{version}", version, place, "load", text) for version, place, text in (
        ("2.7.18", "debian", "{"), ("3.8.18", "home", "[1,"), ("3.13.0", "container", "{"))),
    *(Run(f"read-{version}", version, place, "read", f"/nonexistent/{place}") for version, place in (
        ("2.7.18", "debian"), ("3.7.16", "home"), ("3.13.0", "container"))),
    *(Run(f"connect-{version}", version, place, "connect", port) for version, place, port in (
        ("2.7.18", "debian", "1"), ("3.10.13", "home", "2"), ("3.13.0", "container", "3"))),
    *(Run(f"logged-{version}", version, place, "logged", port) for version, place, port in (
        ("2.7.18", "debian", "1"), ("3.12.1", "container", "3"))),
    Run("depth-3", "3.11.7", "debian", "depth", "3"),
    Run("depth-40", "3.11.7", "home", "depth", "40"),
    Run("depth-40-2.7", "2.7.18", "home", "depth", "40"),
    Run("outer-4", "3.11.7", "debian", "outer", "4"),
    Run("outer-31", "3.13.0", "debian", "outer", "31"),
    Run("endless-120", "3.11.7", "debian", "endless", "120"),
    Run("endless-333", "3.8.18", "home", "endless", "333"),
    Run("endless-2.7", "2.7.18", "debian", "endless", "200"),
    Run("retry-debian", "3.11.7", "debian", "retry", "milk"),
    Run("retry-venv", "3.9.18", "home", "retry", "milk"),
    Run("thread-2.7", "2.7.18", "container", "thread", "milk"),
    Run("thread-3.13", "3.13.0", "container", "thread", "oil"),
    Run("missing-2.7", "2.7.18", "debian", "missing", ""),
    Run("missing-3.12", "3.12.1", "home", "missing", ""),
    Run("out-of-stock", "3.11.7", "debian", "checkout", "tea"),
    Run("discontinued", "3.11.7", "debian", "checkout", "old tea"),
    Run("wrapped-3.6", "3.6.15", "debian", "wrapped", "milk"),
    Run("wrapped-3.13", "3.13.0", "home", "wrapped", "oil"),
    Run("wrapped-other-root", "3.13.0", "home", "wrapped_stock", "oil"),
    Run("group-2", "3.11.7", "debian", "failing", "2"),
    Run("group-3", "3.13.0", "home", "failing", "3"),
]  # fmt: skip

# Name, compiler options, arguments.
CRASHES = [
    ("queue-O0", "-g -O0", "queue -1"),
    ("queue-O2", "-g -O2 -fno-optimize-sibling-calls", "queue -7"),
    ("queue-no-debug", "-O1", "queue -7"),
    ("cache-O0", "-g -O0", "cache -1"),
    ("walk-2", "-g -O0", "walk 2"),
    ("walk-50", "-g -O0", "walk 50"),
    ("copy-O0", "-g -O0 -fno-builtin", "copy 8"),
    ("copy-handled", "-g -O0 -fno-builtin", "handled 16"),
    ("twice-32", "-g -O0", "twice 32"),
    ("twice-9000", "-g -O0", "twice 9000"),
]


def run_python(run: Run, pythons: Path, work: Path) -> str:
    """What the interpreter prints, with the paths of ``run.place``."""
    program, packages = work / "program", work / "packages"
    for folder in (program, packages):
        shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(PROGRAMS / "shop", program / "shop")
    shutil.copytree(PROGRAMS / "toolkit", packages / "toolkit")
    for name in ("main.py", "shop_chain.py"):
        shutil.copy(PROGRAMS / name, program)
    if run.drift:
        for file in program.rglob("*.py"):
            file.write_text(DRIFT + file.read_text())
    interpreter = pythons / run.version / "bin" / "python"
    script = program / "main.py"
    done = subprocess.run(
        [interpreter, "-B", script, run.scenario, run.argument],
        env={"PYTHONPATH": str(packages)}, cwd=program, capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    minor = ".".join(run.version.split(".")[:2])
    place = PLACES[run.place]
    shown = {
        str(program): place.root,
        str(packages): place.packages.format(minor=minor),
        str(pythons / run.version / "lib" / f"python{minor}"): place.standard.format(
            minor=minor, full=run.version
        ),
    }
    text = done.stderr
    for ours, theirs in shown.items():
        text = text.replace(ours, theirs)
    return text


def run_crash(options: str, arguments: str, work: Path) -> str:
    """What gdb prints of the program as it crashes."""
    shutil.copy(PROGRAMS / "crash.c", work)
    subprocess.run(["gcc", *options.split(), "-o", "crash", "crash.c"], cwd=work, check=True)
    done = subprocess.run(
        ["gdb", "-nx", "-batch", "-iex", "set debuginfod enabled off", "-ex", "handle SIGSEGV nostop noprint pass"
         if "handled" in arguments else "echo", "-ex", "run", "-ex", "thread apply all bt", "--args", "./crash",
         *arguments.split()],
        cwd=work, capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    return done.stdout.replace(str(work), "/srv/crash")


def main(pythons: Path) -> None:
    """Write every trace."""
    TRACES.mkdir(parents=True, exist_ok=True)
    for run in RUNS:
        with tempfile.TemporaryDirectory() as work:
            text = run_python(run, pythons.absolute(), Path(work).resolve())
        (TRACES / f"{run.name}.txt").write_text(text)
    for name, options, arguments in CRASHES:
        with tempfile.TemporaryDirectory() as work:
            text = run_crash(options, arguments, Path(work).resolve())
        (TRACES / f"{name}.txt").write_text(text)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
