"""A real browser without a window."""

from __future__ import annotations

import os
import re
import subprocess
from pathlib import Path
from typing import NamedTuple

from tests.conftest import need

PATIENCE = 120
# [4711:4711:0101/120000.000000:INFO:CONSOLE:1] "...", source: file:///... (1)
_CONSOLE = re.compile(r"^\[[^]]*CONSOLE[^]]*\] (.*)$", re.MULTILINE)


class Seen(NamedTuple):
    dom: str
    """The page as it is after its scripts have run."""
    console: list[str]
    """What the browser complained of."""
    picture: bytes
    """A screenshot, PNG."""


def look_at(page: Path, folder: Path) -> Seen:
    """Open the file ``page`` in Chromium; ``folder`` is for the browser's own files."""
    address = page.as_uri()
    dom = _run(folder, "--dump-dom", address)
    picture = folder / "picture.png"
    _run(folder, f"--screenshot={picture}", "--window-size=1200,1600", address)
    return Seen(dom.stdout, _CONSOLE.findall(dom.stderr), picture.read_bytes())


def log_of(page: Path, folder: Path) -> str:
    """What the browser logs when it opens the file ``page``."""
    return _run(folder, "--dump-dom", page.as_uri()).stderr


def _run(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    options = ["--headless", "--disable-gpu", "--disable-quic", "--no-first-run", "--enable-logging=stderr"]
    options += ["--disable-background-networking", "--disable-component-update", "--disable-sync"]
    if os.geteuid() == 0:
        options.append("--no-sandbox")
    command = [need("chromium"), *options, f"--user-data-dir={folder / 'profile'}", *arguments]
    return subprocess.run(command, capture_output=True, text=True, timeout=PATIENCE, check=True)
