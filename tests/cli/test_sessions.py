"""Documents that walk through a session show what the commands really print.

In the blocks that are marked ``shell-session``, each line that starts with ``$ `` is run, in order, in one folder
that holds a copy of ``examples/suite``; what follows it must be its output. A line ``...`` stands for any number of
lines, and a ``~`` within a line for any text.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.test_documents import ROOT

_BLOCK = re.compile(r"^```shell-session\n(.*?)^```", re.MULTILINE | re.DOTALL)
DOCUMENTS = [path for path in sorted((ROOT / "docs").glob("*.md")) if _BLOCK.search(path.read_text())]


def pattern(expected: str) -> str:
    """A regular expression for what is ``expected``."""
    return "".join(
        r"(?:.*\n)*?" if line.strip() == "..." else re.escape(line).replace("\\~", ".*") + r"[ ]*\n"
        for line in expected.splitlines()
    )


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_session(document: Path, tmp_path: Path) -> None:
    folder = shutil.copytree(ROOT / "examples" / "suite", tmp_path / "suite")
    path = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
    environment = {**os.environ, "PATH": path, "COLUMNS": "100", "TZ": "UTC", "PYTHONDONTWRITEBYTECODE": "1"}
    ran = 0
    for block in _BLOCK.findall(document.read_text()):
        for part in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
            command, _, output = part.partition("\n")
            done = subprocess.run(
                ["sh", "-c", command],
                cwd=folder,
                env=environment,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
                check=False,
            )
            assert re.fullmatch(pattern(output), done.stdout), f"$ {command}\n{done.stdout}"
            ran += 1
    assert ran
