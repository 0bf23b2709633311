"""``make new-runtime`` writes a room that works at once."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
_NEEDED = (
    "src",
    "tools",
    "docs",
    "README.md",
    "CHANGELOG.md",
    "pyproject.toml",
    "tests/conftest.py",
    "tests/golden.py",
)


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """What the scaffold needs of the repository, in a folder of its own."""
    for name in (*_NEEDED, "tests/__init__.py", "tests/unit/test_corpus.py"):
        target = tmp_path / name
        target.parent.mkdir(parents=True, exist_ok=True)
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, target, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(ROOT / name, target)
    return tmp_path


def run(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PYTHONPATH": str(folder / "src")}
    return subprocess.run(
        [sys.executable, *arguments], cwd=folder, env=environment, capture_output=True, text=True, check=False
    )


def test_a_new_runtime_reads_its_sample_and_stands_in_the_documents(copy: Path) -> None:
    done = run(copy, "-m", "tools.new_runtime", "smalltalk", "Smalltalk")
    assert done.returncode == 0, done.stdout + done.stderr
    assert run(copy, "-m", "tools.reference").returncode == 0
    assert "Smalltalk" in (copy / "README.md").read_text()
    assert "| Smalltalk | `smalltalk` |" in (copy / "docs/runtimes.md").read_text()
    sample = copy / "tests/corpus/smalltalk/plain.txt"
    found = run(
        copy, "-c", "from stacktraces.cli import main; main()", "log", "--format", "json", str(sample)
    )
    group = json.loads(found.stdout)["groups"][0]
    assert (group["format"], group["error"]["type"], len(group["error"]["frames"])) == (
        "smalltalk",
        "price.error",
        3,
    )


@pytest.mark.parametrize("name", ["", "Smalltalk", "small-talk", "_small", "python", "../x"])
def test_a_name_that_cannot_be_is_refused_in_a_sentence(copy: Path, name: str) -> None:
    done = run(copy, "-m", "tools.new_runtime", name, "")
    assert done.returncode == 1
    assert done.stderr.count("\n") == 1
