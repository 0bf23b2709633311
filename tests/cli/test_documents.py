"""The README and the documents show what the commands really print.

In a block that is marked ``console``, each line that starts with ``$ `` is run in the repository's folder,
one after another with TMPDIR as their scratch folder, and what follows it must be its output. A line ``...`` stands for any number of lines.
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


def blocks() -> Iterator[tuple[str, str]]:
    for path in (ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))):
        for block in _BLOCK.findall(path.read_text()):
            yield path.name, block


def matches(expected: str, printed: str) -> bool:
    """Whether ``printed`` is ``expected``, blanks at the ends of lines aside."""
    pattern = "".join(
        r"(?:.*\n)*" if line.strip() == "..." else re.escape(line.rstrip()) + r"[ ]*\n"
        for line in expected.splitlines()
    )
    return re.fullmatch(pattern, printed) is not None


@pytest.mark.parametrize(("document", "block"), list(blocks()), ids=lambda text: text.splitlines()[0][:60])
def test_block(document: str, block: str, tmp_path: Path) -> None:
    environment = {
        **os.environ,
        "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
        "COLUMNS": "100",
        "TMPDIR": str(tmp_path),
        "TZ": "UTC",
    }
    for example in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
        command, _, output = example.partition("\n")
        done = subprocess.run(
            ["sh", "-c", command],
            cwd=ROOT,
            env=environment,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        printed = done.stdout + done.stderr
        assert matches(output, printed), f"{document}: $ {command}\n{printed}"
