"""Real programs to look at: each a context manager that starts one and ends it."""

from __future__ import annotations

import contextlib
import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from tests.conftest import need

PATIENCE = 30.0
"""Seconds to wait for a program to be up."""


def wait_until(condition: Callable[[], bool], what: str) -> None:
    """Wait for ``condition``; fail with ``what`` when it does not come true in time."""
    end = time.monotonic() + PATIENCE
    while not condition():
        if time.monotonic() > end:
            raise AssertionError(f"{what} did not happen within {PATIENCE:.0f} s")
        time.sleep(0.05)


def free_port() -> int:
    """A TCP port of the loopback interface that nobody listens on."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
        return port


def listens(port: int) -> bool:
    """Whether somebody accepts connections on the loopback interface's ``port``."""
    with socket.socket() as client:
        client.settimeout(1)
        return client.connect_ex(("127.0.0.1", port)) == 0


def children(pid: int) -> list[int]:
    """The child processes of ``pid``."""
    path = Path(f"/proc/{pid}/task/{pid}/children")
    return [int(word) for word in path.read_text().split()] if path.exists() else []


def settle(pid: int) -> None:
    """Wait until ``pid`` has started no further thread for a second."""
    count, since = 0, time.monotonic()
    while time.monotonic() < since + 1:
        if (now := len(os.listdir(f"/proc/{pid}/task"))) != count:
            count, since = now, time.monotonic()
        time.sleep(0.05)


@contextlib.contextmanager
def httpd(folder: Path, mpm: str, extra: str = "") -> Iterator[tuple[int, int]]:
    """Debian's apache2 with one child; gives the parent's process id and the port."""
    program = need("apache2")
    modules = Path("/usr/lib/apache2/modules")
    port = free_port()
    user = "User daemon\nGroup daemon\n" if os.getuid() == 0 else ""
    (folder / "htdocs").mkdir()
    folder.chmod(0o755)
    configuration = folder / "httpd.conf"
    configuration.write_text(
        f"ServerRoot {folder}\nServerName localhost\nListen 127.0.0.1:{port}\nPidFile {folder}/pid\n"
        f"ErrorLog {folder}/error.log\nDocumentRoot {folder}/htdocs\n{user}"
        f"LoadModule mpm_{mpm}_module {modules}/mod_mpm_{mpm}.so\n"
        f"LoadModule authz_core_module {modules}/mod_authz_core.so\n"
        f"StartServers 1\n{extra}"
    )
    server = subprocess.Popen([program, "-d", folder, "-f", configuration, "-DFOREGROUND"])
    try:
        wait_until(
            lambda: server.poll() is not None or (listens(port) and bool(children(server.pid))),
            "a listening httpd with a child",
        )
        assert server.poll() is None, (folder / "error.log").read_text()
        settle(children(server.pid)[0])
        yield server.pid, port
    finally:
        server.terminate()
        server.wait(PATIENCE)


@contextlib.contextmanager
def python(code: str) -> Iterator[int]:
    """This Python running ``code``, which prints a line when it is ready; gives the process id."""
    process = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE)
    try:
        assert process.stdout is not None
        assert process.stdout.readline()
        yield process.pid
    finally:
        process.kill()
        process.wait(PATIENCE)


def compile_c(folder: Path, source: str, *options: str) -> Path:
    """The program that ``source`` compiles to."""
    need("gcc")
    (folder / "program.c").write_text(source)
    subprocess.run(["gcc", "-pthread", *options, "program.c", "-o", "program"], cwd=folder, check=True)
    return folder / "program"
