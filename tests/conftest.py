"""What all tests share."""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path
from typing import Any, NoReturn

import pytest
from hypothesis import settings

if sys.version_info >= (3, 14):
    from compression import zstd as zstd
else:
    from backports import zstd as zstd

# Programs that the tests install stand beside the interpreter, which nobody needs to have activated.
os.environ["PATH"] = f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', '')}"

SHARED = Path(__file__).parents[2] / "shared"


@pytest.fixture(scope="session")
def seed_captures() -> Path:
    """Real captures that are not part of the project."""
    folder = SHARED / "data" / "seed-captures"
    if not folder.is_dir():
        pytest.skip("the seed's captures are not beside the repository")
    return folder


def need(program: str) -> str:
    """The path of a real program; a missing one skips on a user's machine and fails in CI."""
    path = shutil.which(program) or shutil.which(program, path="/usr/sbin:/usr/local/sbin:/sbin")
    return path or missing(f"{program} is not installed")


def missing(reason: str) -> NoReturn:
    """Skips on a user's machine, fails in CI."""
    if os.environ.get("CI") == "true":
        pytest.fail(reason)
    pytest.skip(reason)


def need_compiled_part() -> Any:
    """The compiled part of the scanner; where it was not built, a module skips, and fails in CI."""
    try:
        from stacktraces.scanning import _native
    except ImportError:
        if os.environ.get("CI") == "true":
            raise
        pytest.skip("the compiled part is not built", allow_module_level=True)
    return _native


settings.register_profile("ci", derandomize=True)
if os.environ.get("CI") == "true":
    settings.load_profile("ci")
