"""The compiled part under the sanitizers of the C compiler: no byte is read or written that is not its own."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import sysconfig
from pathlib import Path

import pytest

from tests.conftest import need
from tests.examples import VARIABLE

ROOT = Path(__file__).parents[2]
SOURCES = sorted(ROOT.glob("native/*.c"))

pytestmark = pytest.mark.live


def test_no_foreign_byte_is_touched(tmp_path: Path) -> None:
    compiler = need("gcc")
    runtimes = [
        subprocess.run(
            [compiler, f"-print-file-name={each}"], capture_output=True, text=True, check=True
        ).stdout
        for each in ("libasan.so", "libubsan.so")
    ]
    shutil.copytree(
        ROOT / "src", tmp_path, dirs_exist_ok=True, ignore=shutil.ignore_patterns("*.so", "__pycache__")
    )
    module = tmp_path / "stacktraces" / "scanning" / "_native.abi3.so"
    options = [
        "-O1",
        "-g",
        "-Wall",
        "-Wextra",
        "-Werror",
        "-fsanitize=address,undefined",
        "-fno-sanitize-recover=all",
    ]
    include = sysconfig.get_paths()["include"]
    subprocess.run(
        [compiler, *options, "-shared", "-fPIC", f"-I{include}", *SOURCES, "-o", module], check=True
    )
    environment = {
        **os.environ,
        "LD_PRELOAD": " ".join(each.strip() for each in runtimes),
        "ASAN_OPTIONS": "detect_leaks=0",
        "PYTHONPATH": str(tmp_path),
        # Under the sanitizers all takes ten times as long: make test-sanitizers tries all examples.
        VARIABLE: os.environ.get(VARIABLE, "0.1"),
    }
    program = (
        "import sys, pytest, stacktraces.scanning._native as native;"
        f"assert native.__file__ == {str(module)!r}, native.__file__;"
        "sys.exit(pytest.main(['-q', '-p', 'no:cacheprovider', 'tests/property/test_repeats.py',"
        " 'tests/unit/test_native.py', 'tests/unit/test_scan.py', '-k', 'not pipe']))"
    )
    done = subprocess.run(
        [sys.executable, "-c", program],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-6000:]
