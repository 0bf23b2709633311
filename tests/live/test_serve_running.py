"""The set-up and the backup that docs/serve.md shows, done for real."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from tests.live.programs import need
from tests.serve_site import RunningSite, until

DOCUMENT = (Path(__file__).parents[2] / "docs/serve.md").read_text()
TRACE = """\
Traceback (most recent call last):
  File "/srv/shop/cart.py", line 3, in total
    return prices[name]
KeyError: {name!r}
"""

pytestmark = pytest.mark.live


def _site(folder: Path) -> RunningSite:
    """A site whose files have the names that they have by default."""
    return RunningSite(folder, str(folder / "stacktraces.db"), ("--data", str(folder / "stacktraces-data")))


def test_a_backup_under_load_holds_what_was_acknowledged_and_counts_it_once(tmp_path: Path) -> None:
    need("sqlite3")
    commands = re.search(r"```sh\n(mkdir -p backup.*?)```", DOCUMENT, re.DOTALL)
    assert commands is not None
    folder = tmp_path / "site"
    folder.mkdir()
    site = _site(folder)
    site.start()
    sent: list[str] = []
    ending = threading.Event()

    def send() -> None:
        while not ending.is_set():
            name = f"item {len(sent)}"
            assert site.post("/api/text", TRACE.format(name=name).encode()) == 202
            sent.append(name)

    sender = threading.Thread(target=send)
    sender.start()
    try:
        until(lambda: len(sent) >= 20)
        before = len(sent)
        subprocess.run(["sh", "-ec", commands[1]], cwd=folder, check=True, capture_output=True)
        until(lambda: len(sent) > before)
    finally:
        ending.set()
        sender.join()
        site.kill()
    restored = tmp_path / "restored"
    shutil.move(folder / "backup", restored)
    again = _site(restored)
    again.write, again.read = site.write, site.read
    again.start()
    try:
        issues = again.settled()
        assert before <= sum(issue["count"] for issue in issues) < len(sent)
        for issue in issues:
            messages = [each["trace"]["error"]["message"] for each in again.occurrences(issue["id"])]
            assert len(set(messages)) == len(messages)
    finally:
        again.kill()


def test_the_unit_is_one_that_systemd_takes(tmp_path: Path) -> None:
    unit = re.search(r"    \[Unit\]\n.*?WantedBy=[^\n]*\n", DOCUMENT, re.DOTALL)
    assert unit is not None
    path = tmp_path / "stacktraces.service"
    text = re.sub("^    ", "", unit[0], flags=re.MULTILINE)
    path.write_text(text.replace("/opt/stacktraces/bin/", f"{Path(sys.executable).parent}/"))
    told = subprocess.run([need("systemd-analyze"), "verify", str(path)], capture_output=True, check=False)
    assert not [line for line in told.stderr.decode().splitlines() if path.name in line]
    command = re.search("ExecStart=(.*)", path.read_text())
    assert command is not None
    arguments = [*command[1].split()[:-1], "127.0.0.1:1", "--help"]
    shown = subprocess.run(arguments, cwd=tmp_path, capture_output=True, check=True)
    assert b"--listen HOST:PORT" in shown.stdout
