"""The programs of docs/library.md run, and print what the page says."""

from __future__ import annotations

import importlib.util
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.unit import test_sources_urls as services

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "library.md"
_PROGRAM = re.compile(
    r"^```python\n(?P<code>.*?)^```\n(?:\n```text\n(?P<output>.*?)^```)?", re.MULTILINE | re.DOTALL
)
_NEEDS = re.compile(r"# needs: (\w+)\n")


class Program(NamedTuple):
    """A program of the page."""

    heading: str
    code: str
    output: str | None

    @property
    def needs(self) -> str | None:
        """The module without which it cannot run."""
        found = _NEEDS.match(self.code)
        return found[1] if found else None


def programs() -> Iterator[Program]:
    for section in PAGE.read_text().split("\n## ")[1:]:
        heading = section.partition("\n")[0]
        for found in _PROGRAM.finditer(section):
            yield Program(heading, found["code"], found["output"])


PROGRAMS = list(programs())
ADDITIONS = {
    "5. An upload to a web service": """
import fastapi.testclient
client = fastapi.testclient.TestClient(app)
errors = client.post("/logs", content=open("logs/app.log", "rb").read()).json()["errors"]
assert sum(count for count, _ in errors) == 10, errors
""",
}
"""What a test adds to a program that only declares something."""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "logs").mkdir()
    shutil.copy(ROOT / "examples" / "python.log", tmp_path / "logs" / "app.log")
    return tmp_path


def ran(code: str, folder: Path) -> str:
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=folder, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_there_are_ten_programs() -> None:
    numbers = [each.heading.partition(".")[0] for each in PROGRAMS]
    assert list(dict.fromkeys(numbers)) == [str(number) for number in range(1, 11)]


@pytest.mark.parametrize("program", PROGRAMS, ids=lambda program: program.heading)
def test_program(program: Program, folder: Path, serve: Callable[[services.Answer], services.Server]) -> None:
    if program.needs in ("distributed", "pyspark", "s3fs"):
        pytest.skip("make test-clusters runs it")
    if program.needs is not None and importlib.util.find_spec(program.needs) is None:
        pytest.skip(f"{program.needs} is not installed")
    if "pytest hook" in program.heading:
        pytest.skip("test_the_pytest_hook runs it")
    code = program.code
    if "localhost:9200" in code:
        server = serve(services.elastic_answer(False, []))
        code = code.replace("localhost:9200", server.place)
    assert ran(code + ADDITIONS.get(program.heading, ""), folder) == (program.output or "")


def test_the_pytest_hook(folder: Path) -> None:
    (program,) = (each for each in PROGRAMS if "pytest hook" in each.heading)
    (folder / "conftest.py").write_text(program.code)
    (folder / "test_shop.py").write_text(
        "import logging\n"
        "def test_quiet(): pass\n"
        "def test_that_logs():\n"
        "    try: {}['fig']\n"
        "    except KeyError: logging.exception('failed')\n"
    )
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "test_shop.py"]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    assert "KeyError is not known: nothing known is like it" in done.stdout, done.stdout
    assert "2 passed, 1 error" in done.stdout


serve = services.serve
