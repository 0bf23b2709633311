"""What is declared is true: with each Python, and the lowest and newest dependencies, all commands work."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cli.support import all_commands
from tests.live.installing import (
    Distributions,
    Environment,
    Interpreter,
    Versions,
    build,
    folder_of,
    interpreters,
    lowest,
    ordinary_user,
)
from tests.live.smoke import smoke, steps

pytestmark = [pytest.mark.live, pytest.mark.xdist_group("installed")]

EXTRA = "[postgresql]"


@pytest.fixture(scope="session")
def distributions(tmp_path_factory: pytest.TempPathFactory) -> Distributions:
    """Built by the newest Python: the compiled part must serve all older ones as well."""
    return build(interpreters()[-1], tmp_path_factory.mktemp("distributions"))


@pytest.fixture
def users_folder() -> Iterator[Path]:
    """A folder of a user who is not root."""
    folder = folder_of(ordinary_user()[1])
    yield folder
    shutil.rmtree(folder)


def _has_compiled_part(environment: Environment) -> bool:
    return environment.run("python", "-c", "import stacktraces.scanning._native").code == 0


def test_every_command_is_tried() -> None:
    lines = [step.line.split() for step in steps()]
    for name, command in all_commands().items():
        if not hasattr(command, "commands"):
            assert any(line[1 : 1 + len(name)] == list(name) for line in lines), name


def test_a_wheel_with_the_oldest_python_and_the_lowest_versions(
    distributions: Distributions, tmp_path: Path
) -> None:
    oldest = interpreters()[0]
    environment = Environment(oldest, tmp_path / "environment")
    # A version without a wheel would have to be compiled, which takes minutes, and more than a user has.
    environment.install("--only-binary", ":all:", f"{distributions.wheel}{EXTRA}", *lowest(oldest))
    assert _has_compiled_part(environment)
    (tmp_path / "work").mkdir()
    smoke(environment, tmp_path / "work")


def test_an_sdist_without_a_compiler_and_not_as_root(
    distributions: Distributions, users_folder: Path
) -> None:
    interpreter, user = ordinary_user()
    sdist = users_folder / distributions.sdist.name
    shutil.copyfile(distributions.sdist, sdist)
    (users_folder / "environment").mkdir()
    if user is not None:
        shutil.chown(users_folder / "environment", user)
    environment = Environment(interpreter, users_folder / "environment", user)
    environment.install(f"{sdist}", without_compiler=True)
    assert not _has_compiled_part(environment)
    for program in ("stacktraces", "describe.py", "collect.py"):
        assert environment.run(program, "--help").code == 0
    log = Path(__file__).parents[2] / "examples" / "python.log"
    done = environment.run("stacktraces", "log", "-", stdin=log.read_bytes())
    assert done.code == 0, done.err
    assert "2 × KeyError: 'kumquat'" in done.out


@pytest.mark.matrix
@pytest.mark.parametrize("kind", ["wheel", "sdist", "sdist without a compiler"])
@pytest.mark.parametrize("versions", ["lowest", "newest"])
@pytest.mark.parametrize("interpreter", interpreters(), ids=[each.name for each in interpreters()])
def test_all_commands(
    interpreter: Interpreter, versions: Versions, kind: str, distributions: Distributions, tmp_path: Path
) -> None:
    environment = Environment(interpreter, tmp_path / "environment")
    pinned = lowest(interpreter) if versions == "lowest" else []
    path = distributions.wheel if kind == "wheel" else distributions.sdist
    environment.install(f"{path}{EXTRA}", *pinned, without_compiler=kind == "sdist without a compiler")
    assert _has_compiled_part(environment) == (kind != "sdist without a compiler")
    (tmp_path / "work").mkdir()
    smoke(environment, tmp_path / "work", thorough=True)


@pytest.mark.matrix
@pytest.mark.parametrize("interpreter", interpreters(), ids=[each.name for each in interpreters()])
def test_the_unit_tests_with_the_lowest_versions(
    interpreter: Interpreter, distributions: Distributions, tmp_path: Path
) -> None:
    environment = Environment(interpreter, tmp_path / "environment")
    environment.install(
        f"{distributions.wheel}{EXTRA}", "pytest>=8", "pytest-xdist", "hypothesis", *lowest(interpreter)
    )
    root = Path(__file__).parents[2]
    tried = ["tests/unit", "tests/cli", "--deselect", "tests/unit/test_schema.py"]
    done = environment.run(
        "python", "-m", "pytest", "-q", "-n", str(os.cpu_count()), "-p", "no:cacheprovider", *tried, cwd=root
    )
    assert done.code == 0, done.out[-5000:]
