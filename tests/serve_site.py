"""A site in a process of its own, for the tests of its clients."""

from __future__ import annotations

import contextlib
import re
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import msgspec

from stacktraces.serve.store import SiteStore

PATIENCE = 30.0
"""Seconds that a site may take for anything; it takes far less."""


class RunningSite:
    """A site on loopback; its first start has made the project ``default`` and a token that may write."""

    def __init__(self, folder: Path, database: str | None = None, options: Sequence[str] = ()) -> None:
        self.folder = folder
        self.options = options
        self.database = database or str(folder / "site.db")
        self.port = _free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.write = self.read = ""
        self._process: subprocess.Popen[str] | None = None

    @property
    def dsn(self) -> str:
        return f"http://{self.write}@127.0.0.1:{self.port}/1"

    @property
    def pid(self) -> int:
        """Of its process."""
        assert self._process is not None
        return self._process.pid

    def start(self) -> None:
        """Run it, and wait until it answers."""
        options = ["--db", self.database, "--data", str(self.folder / "data"), *self.options]
        command = [
            sys.executable,
            "-m",
            "stacktraces",
            "serve",
            *options,
            "--listen",
            f"127.0.0.1:{self.port}",
        ]
        self._process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True)
        if not self.write:
            self.write = self._token()
            store = SiteStore(self.database)
            self.read = store.add_token("default", "read", "test")
            store.close()
        until(self._answers)

    def _token(self) -> str:
        assert self._process is not None
        assert self._process.stderr is not None
        told = ""
        for line in self._process.stderr:
            told += line
            if found := re.search("Bearer ([0-9a-f]{32})", line):
                return found[1]
        raise AssertionError(told)

    def _answers(self) -> bool:
        assert self._process is not None
        assert self._process.poll() is None, self._process.communicate()
        with contextlib.suppress(OSError):
            return bool(self.get("/health"))
        return False

    def kill(self) -> None:
        """End it at once, in the midst of whatever it does."""
        assert self._process is not None
        self._process.kill()
        self._process.wait()
        assert self._process.stderr is not None
        self._process.stderr.close()

    def get(self, path: str) -> Any:
        """The answer to a reader."""
        request = urllib.request.Request(self.url + path, headers={"Authorization": f"Bearer {self.read}"})
        with urllib.request.urlopen(request, timeout=PATIENCE) as answer:
            return msgspec.json.decode(answer.read())

    def post(self, path: str, body: bytes, kind: str = "text/plain") -> int:
        """The status that a writer gets. Raises ``OSError`` where the site is gone."""
        headers = {"Authorization": f"Bearer {self.write}", "Content-Type": kind}
        request = urllib.request.Request(self.url + path, body, headers)
        with urllib.request.urlopen(request, timeout=PATIENCE) as answer:
            return int(answer.status)

    def settled(self) -> list[dict[str, Any]]:
        """The issues, once nothing waits to be stored."""
        until(lambda: self.get("/health")["waiting"] == 0)
        issues: list[dict[str, Any]] = self.get("/api/issues?limit=200")["issues"]
        return issues

    def occurrences(self, issue: str) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.get(f"/api/issues/{issue}/occurrences?limit=200")["occurrences"]
        return found


@contextlib.contextmanager
def running_site(
    folder: Path, database: str | None = None, options: Sequence[str] = ()
) -> Iterator[RunningSite]:
    """A site that runs until the end of the ``with`` statement."""
    site = RunningSite(folder, database, options)
    site.start()
    try:
        yield site
    finally:
        site.kill()


def until(condition: Any) -> None:
    """Wait until ``condition`` holds; fails where it does not in a long time."""
    end = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.02)


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])
