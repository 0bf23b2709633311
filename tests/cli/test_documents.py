"""The README and the documents show what the commands really print.

In a block that is marked ``console``, each line that starts with ``$ `` is run in the repository's folder,
and what follows it must be its output. A line ``...`` stands for any number of lines.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
_BLOCK = re.compile(r"^```console\n(.*?)^```", re.MULTILINE | re.DOTALL)


def examples() -> Iterator[tuple[str, str, str]]:
    for path in (ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))):
        for block in _BLOCK.findall(path.read_text()):
            for part in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
                command, _, output = part.partition("\n")
                yield path.name, command, output


def matches(expected: str, printed: str) -> bool:
    """Whether ``printed`` is ``expected``, blanks at the ends of lines aside."""
    pattern = "".join(
        r"(?:.*\n)*" if line.strip() == "..." else re.escape(line.rstrip()) + r"[ ]*\n"
        for line in expected.splitlines()
    )
    return re.fullmatch(pattern, printed) is not None


@pytest.fixture(scope="module")
def scratch(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the examples leave files for later ones; they call it TMPDIR."""
    return tmp_path_factory.mktemp("scratch")


@pytest.mark.xdist_group("documents")
@pytest.mark.parametrize(("document", "command", "output"), list(examples()))
def test_example(document: str, command: str, output: str, scratch: Path) -> None:
    environment = {
        **os.environ,
        "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
        "COLUMNS": "100",
        "TMPDIR": str(scratch),
        "TZ": "UTC",
    }
    done = subprocess.run(
        ["sh", "-c", command], cwd=ROOT, env=environment, capture_output=True, text=True, timeout=120, check=False
    )
    printed = done.stdout + done.stderr
    assert matches(output, printed), f"{document}: $ {command}\n{printed}"
