"""Formats of other distributions are found wherever ``importlib.metadata`` finds them."""

from __future__ import annotations

import sys
import zipfile
from importlib.metadata import DistributionFinder
from pathlib import Path

import pytest

from stacktraces._entry_points import entry_points
from stacktraces.runtimes import ENTRY_POINTS, all_formats, all_runtimes

_METADATA = "Metadata-Version: 2.1\nName: smalltalk-traces\nVersion: 1.0\n"
_DECLARED = f"[{ENTRY_POINTS}]\nsmalltalk = smalltalk_traces:RUNTIME\n"
_FILES = {
    "smalltalk_traces-1.0.dist-info/METADATA": _METADATA,
    "smalltalk_traces-1.0.dist-info/entry_points.txt": _DECLARED,
    "smalltalk_traces.py": (
        "from stacktraces.runtimes import Format, NameRules, Runtime, Symbol\n"
        "FORMAT = Format(name='smalltalk', title='Smalltalk traceback', anchors=(b'doesNotUnderstand:',), "
        "read=lambda _: None)\n"
        "NAMES = NameRules(name='smalltalk', suffixes=('.st',), normalise=str, "
        "symbol=lambda function, *_: Symbol(function, '', 'own', 'own code'))\n"
        "RUNTIME = Runtime(name='smalltalk', title='Smalltalk', names=lambda: NAMES, formats=(FORMAT,))\n"
    ),
}


def _names() -> list[str]:
    return [each.name for each in entry_points(ENTRY_POINTS)]


@pytest.fixture(autouse=True)
def _fresh():
    all_runtimes.cache_clear()
    all_formats.cache_clear()
    yield
    all_runtimes.cache_clear()
    all_formats.cache_clear()
    sys.modules.pop("smalltalk_traces", None)


def _write(folder: Path) -> None:
    for name, text in _FILES.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)


def test_none_without_such_a_distribution() -> None:
    assert _names() == []
    assert "smalltalk" not in [each.name for each in all_formats()]


def test_a_distribution_in_a_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _write(tmp_path)
    monkeypatch.syspath_prepend(tmp_path)
    assert _names() == ["smalltalk"]
    assert "smalltalk" in [each.name for each in all_formats()]


def test_a_distribution_in_the_working_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _write(tmp_path)
    monkeypatch.chdir(tmp_path)
    monkeypatch.syspath_prepend("")
    assert _names() == ["smalltalk"]


def test_a_distribution_in_an_archive(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    archive = tmp_path / "traces.zip"
    with zipfile.ZipFile(archive, "w") as packed:
        for name, text in _FILES.items():
            packed.writestr(name, text)
    monkeypatch.syspath_prepend(archive)
    assert _names() == ["smalltalk"]
    assert "smalltalk" in [each.name for each in all_formats()]


def test_a_distribution_that_a_finder_of_its_own_knows(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from importlib.metadata import Distribution

    class Packaged(Distribution):
        def read_text(self, filename: str) -> str | None:
            return _FILES.get(f"smalltalk_traces-1.0.dist-info/{filename}")

        def locate_file(self, path: object) -> Path:
            return tmp_path / str(path)

    class Finder(DistributionFinder):
        def find_distributions(self, context: object = None) -> list[Distribution]:
            return [Packaged()]

        def find_spec(self, *_: object) -> None:
            return None

    monkeypatch.setattr(sys, "meta_path", [*sys.meta_path, Finder()])
    assert _names() == ["smalltalk"]
