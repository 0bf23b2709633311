"""Real programs to look at: each a context manager that starts one and ends it."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
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
    """The child processes of ``pid``, whichever of its threads started them."""
    files = sorted(Path(f"/proc/{pid}/task").glob("*/children"))
    return sorted(int(word) for path in files for word in path.read_text().split())


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
    # Its own session: the prefork MPM ends its children by a signal to its whole process group.
    server = subprocess.Popen(
        [program, "-d", folder, "-f", configuration, "-DFOREGROUND"], start_new_session=True
    )
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
def python(code: str, interpreter: str = sys.executable) -> Iterator[int]:
    """A Python, this one by default, running ``code``, which prints a line when it is ready; gives the process id."""
    process = subprocess.Popen([interpreter, "-c", code], stdout=subprocess.PIPE)
    try:
        assert process.stdout is not None
        assert process.stdout.readline()
        yield process.pid
    finally:
        process.kill()
        process.wait(PATIENCE)


@contextlib.contextmanager
def in_vfork(*command: str | Path) -> Iterator[int]:
    """A program that waits for its child of vfork, uninterruptibly, once that says so; gives the process id."""
    process = subprocess.Popen(command, stdout=subprocess.PIPE)
    try:
        assert process.stdout is not None
        assert process.stdout.readline() == b"ready\n"
        status = Path(f"/proc/{process.pid}/stat")
        wait_until(lambda: status.read_text().rpartition(")")[2].split()[0] == "D", "uninterruptible sleep")
        yield process.pid
    finally:
        held = children(process.pid)
        process.kill()
        for child in held:
            os.kill(child, signal.SIGKILL)
        process.wait(PATIENCE)


def compile_c(folder: Path, source: str, *options: str) -> Path:
    """The program that ``source`` compiles to."""
    need("gcc")
    (folder / "program.c").write_text(source)
    subprocess.run(["gcc", "-pthread", *options, "program.c", "-o", "program"], cwd=folder, check=True)
    return folder / "program"


@contextlib.contextmanager
def folder_of_a_server() -> Iterator[tuple[Path, dict[str, str]]]:
    """A folder with a short path (for sockets), and the arguments of ``Popen`` for the user who owns it.

    Some servers refuse to run as root: they get another user then.
    """
    with tempfile.TemporaryDirectory(prefix="stacktraces-") as name:
        folder = Path(name)
        folder.chmod(0o755)
        if os.getuid() != 0:
            yield folder, {}
            return
        shutil.chown(folder, "daemon", "daemon")
        yield folder, {"user": "daemon", "group": "daemon"}


@contextlib.contextmanager
def server(
    command: list[str | Path],
    is_up: Callable[[], bool],
    ending: signal.Signals = signal.SIGTERM,
    **options: object,
) -> Iterator[subprocess.Popen[bytes]]:
    """Runs a server in a session of its own, waits until it is up, and ends it and its children."""
    silent = {"stdin": subprocess.DEVNULL, "stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    process = subprocess.Popen(command, start_new_session=True, **silent, **options)  # type: ignore[call-overload]
    try:
        wait_until(lambda: process.poll() is not None or is_up(), f"{command[0]} being up")
        assert process.poll() is None, f"{command[0]} ended with {process.returncode}"
        yield process
    finally:
        process.send_signal(ending)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(PATIENCE)
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait(PATIENCE)


@contextlib.contextmanager
def nginx() -> Iterator[int]:
    """Debian's nginx with a worker that has a pool of threads, and a cache; gives the master's process id."""
    program = need("nginx")
    with folder_of_a_server() as (folder, user):
        port = free_port()
        kinds = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
        temporary = "".join(f"{kind}_temp_path {folder}/{kind};\n" for kind in kinds)
        (folder / "nginx.conf").write_text(
            f"daemon off; pid {folder}/pid; worker_processes 1; error_log {folder}/error.log;\n"
            "thread_pool default threads=4;\nevents {}\nhttp { access_log off;\n"
            f"{temporary}proxy_cache_path {folder}/cache keys_zone=one:1m;\n"
            f"server {{ listen 127.0.0.1:{port}; root {folder}; aio threads; proxy_cache one; }} }}\n"
        )
        command = [program, "-p", folder, "-e", folder / "error.log", "-c", folder / "nginx.conf"]
        with server(command, lambda: listens(port), **user) as process:
            wait_until(lambda: len(children(process.pid)) >= 2, "nginx's children")
            settle(children(process.pid)[0])
            yield process.pid


@contextlib.contextmanager
def postgresql() -> Iterator[tuple[int, list[str | Path]]]:
    """Debian's PostgreSQL; gives the postmaster's process id and psql's command line."""
    client = need("psql")
    programs = max(Path("/usr/lib/postgresql").glob("*/bin"), default=Path("/usr/lib/postgresql/bin"))
    program = need(str(programs / "postgres"))
    with folder_of_a_server() as (folder, user):
        data = folder / "data"
        initialise = [programs / "initdb", "-D", data, "-U", "test", "-A", "trust", "-N"]
        subprocess.run(initialise, check=True, stdout=subprocess.DEVNULL, cwd=folder, **user)  # type: ignore[call-overload]
        psql: list[str | Path] = [client, "-X", "-h", folder, "-U", "test", "-d", "postgres"]
        command = [program, "-D", data, "-k", folder, "-c", "listen_addresses="]

        def is_up() -> bool:
            return subprocess.run([*psql, "-c", "select 1"], check=False, capture_output=True).returncode == 0

        # SIGINT ends its sessions, which SIGTERM would wait for.
        with server(command, is_up, signal.SIGINT, cwd=folder, **user) as process:
            yield process.pid, psql


@contextlib.contextmanager
def mariadb() -> Iterator[tuple[int, list[str | Path]]]:
    """Debian's MariaDB; gives its process id and the client's command line."""
    program, client = need("mariadbd"), need("mariadb")
    with folder_of_a_server() as (folder, user):
        initialise = ["mariadb-install-db", "--no-defaults", "--auth-root-authentication-method=normal"]
        initialise += ["--skip-test-db", f"--datadir={folder}/data"]
        subprocess.run(initialise, check=True, stdout=subprocess.DEVNULL, cwd=folder, **user)  # type: ignore[call-overload]
        socket_path = folder / "socket"
        connect: list[str | Path] = [client, "--no-defaults", "-uroot", f"--socket={socket_path}"]
        command = [program, "--no-defaults", f"--datadir={folder}/data", f"--socket={socket_path}"]

        def is_up() -> bool:
            return (
                subprocess.run([*connect, "-e", "select 1"], check=False, capture_output=True).returncode == 0
            )

        with server([*command, "--skip-networking"], is_up, cwd=folder, **user) as process:
            settle(process.pid)
            yield process.pid, connect


@contextlib.contextmanager
def redis() -> Iterator[int]:
    """Debian's Redis with two threads for I/O besides the main one; gives its process id."""
    program = need("redis-server")
    with folder_of_a_server() as (folder, user):
        command = [program, "--port", "0", "--unixsocket", folder / "socket", "--dir", folder]
        command += ["--io-threads", "3", "--save", ""]
        with server(command, (folder / "socket").exists, **user) as process:
            settle(process.pid)
            yield process.pid


@contextlib.contextmanager
def java(folder: Path, source: str) -> Iterator[int]:
    """A JVM running the class Main of ``source``, which prints a line when it is ready; gives the process id."""
    program, compiler = need("java"), need("javac")
    (folder / "Main.java").write_text(source)
    subprocess.run([compiler, "Main.java"], cwd=folder, check=True)
    command = [program, "-XX:+UseG1GC", "-Xmx64m", "-cp", folder, "Main"]
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    try:
        assert process.stdout is not None
        assert process.stdout.readline()
        settle(process.pid)
        yield process.pid
    finally:
        process.kill()
        process.communicate()


SLOW_APPLICATION = (
    "import time\n"
    "def application(environment, start):\n"
    "    if environment['PATH_INFO'] == '/slow': time.sleep(600)\n"
    "    start('200 OK', []); return [b'']\n"
)


@contextlib.contextmanager
def wsgi(name: str, *options: str, application: str = SLOW_APPLICATION) -> Iterator[tuple[int, int]]:
    """Debian's uwsgi or gunicorn with an application that never answers /slow; gives the process id and the port."""
    program = need(name)
    with folder_of_a_server() as (folder, user):
        (folder / "slow_application.py").write_text(application)
        port = free_port()
        command = [program, *(each.format(port=port) for each in options)]
        with server(command, lambda: listens(port), cwd=folder, **user) as process:
            wait_until(lambda: bool(children(process.pid)), f"a worker of {name}")
            settle(children(process.pid)[0])
            yield process.pid, port
