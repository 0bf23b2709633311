"""The rule packs on real servers of Debian's packages."""

from __future__ import annotations

import contextlib
import socket
import subprocess
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import need
from tests.live import programs
from tests.live.looking import COLLECTED, LOOKS, look, settled, told

pytestmark = pytest.mark.live


@pytest.fixture(autouse=True)
def gdb() -> str:
    return need("gdb")


@contextlib.contextmanager
def clients(port: int, *requests: bytes) -> Iterator[None]:
    """Connections over which as much as this was sent, and nothing is read."""
    with contextlib.ExitStack() as stack:
        for request in requests:
            connection = stack.enter_context(socket.create_connection(("127.0.0.1", port)))
            connection.sendall(request)
        yield


# -- httpd -----------------------------------------------------------------------------------------

HALF_A_REQUEST = b"GET / HT"
STUCK_IN_CGI = b"GET /cgi/slow HTTP/1.0\r\n\r\n"
HALF_A_BODY = b"POST /cgi/slow HTTP/1.0\r\nContent-Length: 9\r\n\r\nhalf"
THREADED = "ThreadsPerChild 6\nServerLimit 1\nMaxRequestWorkers 6\nMinSpareThreads 1\nMaxSpareThreads 6\n"
PREFORKED = "MinSpareServers 1\nMaxSpareServers 1\n"


@contextlib.contextmanager
def httpd(mpm: str) -> Iterator[tuple[int, int]]:
    """An httpd with a CGI program that never ends."""
    modules = "/usr/lib/apache2/modules"
    cgi = "cgi" if mpm == "prefork" else "cgid"
    with programs.folder_of_a_server() as (folder, _):
        (folder / "cgi").mkdir()
        script = folder / "cgi" / "slow"
        script.write_text("#!/bin/sh\nexec sleep 600\n")
        script.chmod(0o755)
        extra = PREFORKED if mpm == "prefork" else f"{THREADED}ScriptSock {folder}/cgi.socket\n"
        loading = f"LoadModule {cgi}_module {modules}/mod_{cgi}.so\nLoadModule alias_module {modules}/mod_alias.so\n"
        with programs.httpd(folder, mpm, f"{loading}{extra}ScriptAlias /cgi/ {folder}/cgi/\n") as (pid, port):
            yield pid, port


@pytest.mark.parametrize("mpm", ["event", "worker"])
def test_httpd_with_threads(mpm: str) -> None:
    event = "Event " if mpm == "event" else ""
    idle = ("MPM child worker thread", "waiting for connection to handle")
    rest = {
        ("MPM child listener thread", "waiting for connection to accept"): 1,
        (f"{event}MPM child main thread", "waiting for termination event"): 1,
    }
    busy = {
        ("MPM child worker thread", "reading client request"): 1,
        ("MPM child worker thread", "running request handler"): 2,
    }
    with httpd(mpm) as (pid, port):
        daemon, child = programs.children(pid)
        for how in LOOKS:
            assert told(look(pid, how)) == {(f"{event}MPM parent", "idle"): 1}
            assert told(look(daemon, how)) == {("mod_cgid daemon", "waiting for a connection"): 1}
            settled(child, how, {idle: 6, **rest})
        with clients(port, HALF_A_REQUEST, STUCK_IN_CGI, HALF_A_BODY):
            for how in LOOKS:
                settled(child, how, {idle: 3, **busy, **rest})


def test_httpd_prefork() -> None:
    name = "MPM child main thread"
    with httpd("prefork") as (pid, port):
        for how in LOOKS:
            assert told(look(pid, how)) == {("MPM parent", "idle"): 1}
            settled(programs.children(pid)[0], how, {(name, "waiting for connection to accept"): 1})
        with clients(port, HALF_A_REQUEST, STUCK_IN_CGI, HALF_A_BODY):
            programs.wait_until(
                lambda: len(programs.children(pid)) >= 4, "a child for each client and a spare one"
            )
            expected = {(name, "reading client request"): 1, (name, "running request handler"): 2}
            for how in LOOKS:
                programs.wait_until(
                    lambda how=how: busy(pid, how) == expected, f"children that are {expected}"
                )


def busy(pid: int, how: str) -> Counter[tuple[str | None, str | None]]:
    """What the children that have a client are told to be and do."""
    seen = sum((told(look(child, how)) for child in programs.children(pid)), Counter())
    del seen["MPM child main thread", "waiting for connection to accept"]
    return seen


# -- Other servers ---------------------------------------------------------------------------------


def test_nginx() -> None:
    with programs.nginx() as pid:
        titles = {child: Path(f"/proc/{child}/cmdline").read_text() for child in programs.children(pid)}
        (worker,) = [child for child, title in titles.items() if "worker" in title]
        (manager,) = [child for child, title in titles.items() if "cache manager" in title]
        pool = {("nginx pool thread", "waiting for work"): 4}
        for how in LOOKS:
            assert told(look(pid, how)) == {("nginx master", "waiting for a signal"): 1}
            settled(worker, how, {("nginx worker", "waiting for events"): 1, **pool})
            settled(manager, how, {("nginx cache manager", "waiting for events"): 1})


POSTGRESQL = {
    "checkpointer": ("PostgreSQL checkpointer", "idle"),
    "background writer": ("PostgreSQL background writer", "idle"),
    "walwriter": ("PostgreSQL walwriter", "idle"),
    "autovacuum launcher": ("PostgreSQL autovacuum launcher", "idle"),
    "logical replication launcher": ("PostgreSQL logical replication launcher", "idle"),
    "SELECT": ("PostgreSQL backend", "sleeping"),
    "idle": ("PostgreSQL backend", "waiting for a command of the client"),
    "idle in transaction": ("PostgreSQL backend", "waiting for a command of the client"),
    "LOCK TABLE waiting": ("PostgreSQL backend", "waiting for a lock"),
}


@contextlib.contextmanager
def sessions(command: list[str | Path], *statements: str) -> Iterator[None]:
    """A session of a database's client for each, kept open after its statements."""
    with contextlib.ExitStack() as stack:
        for statement in statements:
            client = subprocess.Popen(
                command, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
            )
            stack.callback(client.wait)
            stack.callback(client.kill)
            assert client.stdin is not None
            client.stdin.write(statement.encode() + b"\n")
            client.stdin.flush()
        yield


def title(pid: int) -> str:
    """What a process of PostgreSQL says that it does."""
    text = Path(f"/proc/{pid}/cmdline").read_text().rstrip("\0 ").removeprefix("postgres: ")
    return text.rpartition("[local] ")[2]


def test_postgresql() -> None:
    with programs.postgresql() as (pid, psql):
        held = "create table t(); begin; lock table t;"
        with sessions(psql, "select pg_sleep(600);", "select 1;", held):
            programs.wait_until(
                lambda: "idle in transaction" in map(title, programs.children(pid)),
                "a session that holds a lock",
            )
            with sessions(psql, "begin; lock table t;"):
                programs.wait_until(
                    lambda: set(map(title, programs.children(pid))) == set(POSTGRESQL),
                    "PostgreSQL's processes",
                )
                processes = {title(child): child for child in programs.children(pid)}
                for how in LOOKS:
                    assert told(look(pid, how)) == {("PostgreSQL postmaster", "waiting for connections"): 1}
                    for process, expected in POSTGRESQL.items():
                        assert told(look(processes[process], how)) == {expected: 1}, (process, how)


MARIADB = {
    ("MySQL connection thread", "sleeping (SLEEP)"),
    ("MySQL connection thread", "waiting for a command of the client"),
    ("MySQL main thread", "waiting for connections"),
    ("MySQL signal handler thread", "waiting for a signal"),
    ("MySQL manager thread", "waiting for work"),
    ("MySQL slave background thread", "waiting for work"),
    ("MySQL thread pool worker", "waiting for work"),
}


def test_mariadb() -> None:
    with programs.mariadb() as (pid, client), sessions(client, "select sleep(600);", "select 1;"):

        def are_both_there() -> bool:
            seen = told(look(pid, COLLECTED))
            return {name for name, _ in MARIADB} <= {name for name, _ in seen} and set(seen) >= MARIADB

        programs.wait_until(are_both_there, "two connections that wait")
        for how in LOOKS:
            seen = told(look(pid, how))
            assert set(seen) >= MARIADB
            # The page cleaner and others are functions without a name, which the C library tells about.
            assert {state for name, state in seen if name is None} <= {"waiting for a condition"}


def test_redis() -> None:
    with programs.redis() as pid:
        work = "waiting for work"
        expected = {
            ("Redis main thread", "waiting for events"): 1,
            ("Redis I/O thread", work): 2,
            ("Redis background thread: closing files", work): 1,
            ("Redis background thread: writing the AOF to disk", work): 1,
            ("Redis background thread: freeing memory", work): 1,
        }
        for how in LOOKS:
            seen = told(look(pid, how))
            # Debian's is built with jemalloc, which starts a thread when it sees fit.
            del seen["jemalloc background thread", work]
            assert seen == expected


# -- Runtimes --------------------------------------------------------------------------------------


SLOW = b"GET /slow HTTP/1.0\r\n\r\n"


def test_uwsgi() -> None:
    options = (
        "--plugin python3 --http-socket 127.0.0.1:{port} --master --processes 1 --threads 2 --die-on-term"
    )
    application = "--wsgi-file slow_application.py"
    with programs.wsgi("uwsgi", *options.split(), *application.split()) as (pid, port):
        (worker,) = programs.children(pid)
        name = "uWSGI worker thread"
        for how in LOOKS:
            assert told(look(pid, how)) == {("uWSGI master", "idle"): 1}
            settled(worker, how, {(name, "waiting for a request"): 2})
        with clients(port, SLOW):
            for how in LOOKS:
                settled(worker, how, {(name, "waiting for a request"): 1, (name, "running a request"): 1})


def test_gunicorn() -> None:
    options = "-b 127.0.0.1:{port} -w 1 --threads 2 --graceful-timeout 1 slow_application"
    with programs.wsgi("/usr/bin/gunicorn", *options.split()) as (pid, port), clients(port, SLOW):
        (worker,) = programs.children(pid)
        for how in LOOKS:
            settled(pid, how, {("gunicorn master", "waiting for events"): 1})
            expected = {("gunicorn worker", "waiting for events"): 1, ("Python thread", "sleeping"): 1}
            settled(worker, how, expected)


# -- The C library ---------------------------------------------------------------------------------

# A debugger's stop ends some waits early, which are then begun again.
