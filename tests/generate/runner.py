"""Runs `raising/shapes.py` in every CPython that can be found and yields text with its truth.

    for case in cases():
        case.version, case.shape, case.text, case.truth

The truth's form is written at the top of `raising/truth.py`. Everything is run once a session: one process an
interpreter, and one for each shape that must end its process.
"""

from __future__ import annotations

import functools
import glob
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, NamedTuple

RAISING = Path(__file__).parent / "raising"
SUPPORTED = ((2, 7), *((3, minor) for minor in range(6, 14)))
TIMEOUT = 60


class Case(NamedTuple):
    """One text that an interpreter wrote, and what that interpreter knew."""

    version: str
    """``3.11``."""
    shape: str
    """The shape's name; `.native` was shown by the interpreter's display, `.module` by `traceback`."""
    text: bytes
    truth: dict[str, Any]


def _candidates() -> Iterator[str]:
    for root in (os.environ.get("PYENV_ROOT"), os.path.expanduser("~/.pyenv")):
        if root:
            yield from sorted(glob.glob(os.path.join(root, "versions", "*", "bin", "python")))
    for major, minor in SUPPORTED:
        found = shutil.which(f"python{major}.{minor}")
        if found:
            yield found
    yield sys.executable


def _version(python: str) -> tuple[int, int] | None:
    command = [
        python,
        "-c",
        "import sys, platform; print(platform.python_implementation(), sys.version_info[:2])",
    ]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=TIMEOUT, check=False)
    except OSError:
        return None
    match = re.search(r"CPython'?, ?\(?(\d+), (\d+)|CPython \((\d+), (\d+)\)", done.stdout)
    if done.returncode or not match:
        return None
    major, minor = (int(each) for each in match.groups() if each)
    return major, minor


@functools.cache
def interpreters() -> dict[str, str]:
    """The first CPython found of each supported version: ``{"3.11": "/path/to/python"}``."""
    found: dict[tuple[int, int], str] = {}
    for python in _candidates():
        version = _version(python)
        if version in SUPPORTED:
            found.setdefault(version, python)
    return {f"{major}.{minor}": found[major, minor] for major, minor in sorted(found)}


def _environment() -> dict[str, str]:
    colour = ("FORCE_COLOR", "NO_COLOR", "PYTHON_COLORS", "COLUMNS")
    kept = {
        name: value
        for name, value in os.environ.items()
        if name not in colour and not name.startswith("PYTEST")
    }
    return {**kept, "PYTHONDONTWRITEBYTECODE": "1", "PYTHONIOENCODING": "utf-8", "PYTHONHASHSEED": "0"}


def _run(python: str, folder: Path, *arguments: str) -> subprocess.CompletedProcess[bytes]:
    command = [python, str(folder / "shapes.py"), *arguments]
    return subprocess.run(
        command, capture_output=True, env=_environment(), cwd=folder, timeout=TIMEOUT, check=False
    )


def run_interpreter(version: str, python: str, folder: Path) -> list[Case]:
    """Every case of one interpreter; ``folder`` is made and its path stands in the tracebacks."""
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(RAISING, folder, ignore=shutil.ignore_patterns("__pycache__", "*.toml"))
    done = _run(python, folder)
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    if done.returncode or not lines or "processes" not in lines[-1]:
        raise RuntimeError(f"shapes.py failed in Python {version}:\n{done.stderr.decode(errors='replace')}")
    found = [Case(version, each["shape"], each["text"].encode(), each["truth"]) for each in lines[:-1]]
    for shape in lines[-1]["processes"]:
        truth = folder / f"{shape}.truth.json"
        done = _run(python, folder, shape, str(truth))
        found.append(Case(version, shape, done.stderr, json.loads(truth.read_text())))
    return found


@functools.cache
def cases() -> tuple[Case, ...]:
    """Every shape of every interpreter on the machine, sorted by version, in the order of the shapes."""
    with tempfile.TemporaryDirectory() as root, ThreadPoolExecutor(os.cpu_count()) as pool:
        runs = [
            pool.submit(run_interpreter, version, python, Path(root) / f"python{version}")
            for version, python in interpreters().items()
        ]
        return tuple(case for run in runs for case in run.result())
