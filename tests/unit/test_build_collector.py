"""The one file that is copied to other machines is what its modules make, and stands alone."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

from tools.build_collector import FOLDER, TARGET, build

LONGEST = 300


def test_the_file_in_the_repository_is_what_the_script_makes() -> None:
    assert TARGET.read_text("utf-8") == build(), "run: make collector"


def test_it_imports_nothing_but_the_standard_library() -> None:
    names = set()
    for node in ast.walk(ast.parse(TARGET.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            names.update(alias.name for alias in node.names)
        assert not isinstance(node, ast.ImportFrom)
    assert names <= sys.stdlib_module_names


def test_it_runs_alone(tmp_path: Path) -> None:
    copy = tmp_path / "collect.py"
    copy.write_bytes(TARGET.read_bytes())
    done = subprocess.run(
        [sys.executable, "-I", copy, "--version"], capture_output=True, text=True, check=True, cwd=tmp_path
    )
    assert done.stdout.startswith("collect.py ")


def test_it_keeps_to_the_syntax_of_python_2_6() -> None:
    words = ["--quiet", "--no-tips", "--violations", "-t=2.6-", "-t=3.0-", str(TARGET)]
    done = subprocess.run(
        [Path(sys.executable).with_name("vermin"), *words], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout


def test_no_module_is_long() -> None:
    long = [path for path in FOLDER.rglob("*.py") if len(path.read_text("utf-8").splitlines()) > LONGEST]
    assert long == []


def write_modules(folder: Path, **modules: str) -> Path:
    (folder / "__init__.py").write_text('"""A program."""\n')
    for name, source in modules.items():
        (folder / f"{name}.py").write_text(source)
    return folder


def test_modules_stand_behind_those_that_they_import_from(tmp_path: Path) -> None:
    made = build(
        write_modules(
            tmp_path,
            main='"""The end."""\n\nimport sys\n\nfrom .a import first\n\n\ndef main():\n    first(sys)\n',
            a='"""First."""\n\nimport os\n\nfrom .z import LAST\n\n\ndef first(sys):\n    print(LAST, os, sys)\n',
            z='"""Last."""\n\nLAST = 1\n',
        )
    )
    assert made.index("LAST = 1") < made.index("def first") < made.index("def main")
    assert made.startswith('#!/usr/bin/env python\n"""A program."""\n\nimport os\nimport sys\n')
    assert "from " not in made


@pytest.mark.parametrize(
    ("second", "message"),
    [
        ('"""B."""\n\nNAME = 2\n', "Both a and b define NAME."),
        (
            '"""B."""\n\nfrom .a import OTHER\n\nprint(OTHER)\n',
            "b imports OTHER from a, which does not define it.",
        ),
        ('"""B."""\n\nfrom .a import NAME\n\nprint()\n', "b imports NAME and does not use it."),
    ],
)
def test_what_does_not_make_one_file_is_refused(tmp_path: Path, second: str, message: str) -> None:
    write_modules(
        tmp_path, a='"""A."""\n\nNAME = 1\n', b=second, main='"""M."""\n\n\ndef main():\n    pass\n'
    )
    with pytest.raises(ValueError, match=message):
        build(tmp_path)
