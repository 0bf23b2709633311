"""Draws the picture with which the README opens, from a real run: ``make reference``."""

from __future__ import annotations

import io
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

from rich.console import Console
from rich.text import Text

ROOT = Path(__file__).parents[1]
PICTURE = ROOT / "docs" / "answer.svg"
COLUMNS = 100
_LOG = "examples/python.log"
_KNOWN_LINES = 60
"""Lines of the log of which the errors are known."""
_TOTALS = 3
"""Lines at the end that tell how long it took: they differ from run to run."""


def answer() -> str:
    """What ``stacktraces log`` shows on a terminal of a log of which some errors are known."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        part, known = folder / "part.log", folder / "known-issues.toml"
        part.write_bytes(b"".join((ROOT / _LOG).read_bytes().splitlines(keepends=True)[:_KNOWN_LINES]))
        _run("log", str(part), "--known", str(known), "--update")
        lines = _run("log", _LOG, "--known", str(known), "--color", "always").splitlines()
    return "\n".join(lines[:-_TOTALS])


def _run(*arguments: str) -> str:
    environment = {**os.environ, "COLUMNS": str(COLUMNS), "TZ": "UTC", "STACKTRACES_NO_CONFIG": "1"}
    done = subprocess.run(
        [sys.executable, "-m", "stacktraces", *arguments],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout


def svg(text: str) -> str:
    """``text``, with its colours, as a picture."""
    console = Console(width=COLUMNS, record=True, file=io.StringIO(), force_terminal=True)
    console.print(Text.from_ansi(text), end="")
    title = f"$ stacktraces log {_LOG} --known known-issues.toml"
    drawn = console.export_svg(title=title, unique_id="answer")
    # The picture names fonts of another host, which no reader of the README has to ask.
    return re.sub(r"\s*@font-face \{.*?\}", "", drawn, flags=re.DOTALL)


def main() -> None:
    """Draw it anew."""
    PICTURE.write_text(svg(answer()))


if __name__ == "__main__":
    main()
