"""Folder discovery finds what ``pkgutil`` finds, in a folder and in an archive."""

from __future__ import annotations

import importlib
import pkgutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

import stacktraces
from stacktraces._folder import names_in

_ROOMS = ("carriers", "cli", "render.snapshots", "runtimes", "runtimes.python.formats")


@pytest.mark.parametrize("room", _ROOMS)
def test_finds_what_pkgutil_finds(room: str) -> None:
    path = importlib.import_module(f"stacktraces.{room}").__path__
    wanted = sorted(each.name for each in pkgutil.iter_modules(path) if not each.name.startswith("_"))
    assert wanted
    assert names_in(path) == wanted


def test_passes_over_what_is_no_module(tmp_path: Path) -> None:
    for name in ("one.py", "_shared.py", "notes.txt", "page.html", "two.pyc"):
        (tmp_path / name).touch()
    for name, inside in (("three", "__init__.py"), ("data", "pack.toml"), ("__pycache__", "one.pyc")):
        (tmp_path / name).mkdir()
        (tmp_path / name / inside).touch()
    assert names_in([str(tmp_path)]) == ["one", "three", "two"]


def test_works_from_an_archive(tmp_path: Path) -> None:
    package = Path(stacktraces.__file__).parent
    archive = tmp_path / "stacktraces.zip"
    with zipfile.ZipFile(archive, "w") as packed:
        for each in package.rglob("*.py"):
            packed.write(each, each.relative_to(package.parent))
    program = (
        f"import sys; sys.path.insert(0, {str(archive)!r})\n"
        "import stacktraces; assert 'stacktraces.zip' in stacktraces.__file__\n"
        "from stacktraces.runtimes import all_formats\n"
        "print(*(each.name for each in all_formats()))"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert "python" in done.stdout.split()
