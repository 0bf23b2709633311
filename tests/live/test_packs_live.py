"""The rule packs on real processes of Debian's packages, with and without the C library's symbols."""

from __future__ import annotations

import contextlib
import re
import socket
import subprocess
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from stacktraces import collect
from stacktraces.describing import describe
from stacktraces.model import Process, Snapshot
from stacktraces.parsing import parse
from tests.conftest import need
from tests.live import programs

pytestmark = pytest.mark.live

COLLECTED, BARE = "collected", "bare"
LOOKS = (COLLECTED, BARE)


@pytest.fixture(autouse=True)
def gdb() -> str:
    return need("gdb")


def look(pid: int, how: str) -> Process:
    """The described process: as the collector sees it, or with nothing but exported functions named."""
    text = bytes(collect.collect(pid=pid, with_locals=False, tool="gdb"))
    if how == BARE:
        heading = b"".join(line for line in text.splitlines(keepends=True) if line.startswith(b"REM "))
        command = ["gdb", "-nx", "-batch", "-iex", "set debug-file-directory /nonexistent", "-p", str(pid)]
        command += ["-iex", "set debuginfod enabled off", "-ex", "thread apply all bt"]
        seen = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, check=True)
        text = re.sub(rb"REM (FUTEX|STOPPED|EXIT|PROBLEM) .*\n", b"", heading) + seen.stdout
    (snapshot,) = [each for each in parse(text) if isinstance(each, Snapshot)]
    (process,) = describe(snapshot).processes
    without = [thread for thread in process.threads if thread.state is None]
    assert not without, "threads without a state"
    return process


def told(process: Process) -> Counter[tuple[str | None, str | None]]:
    """How many threads have each name and state."""
    return Counter((thread.name, thread.state) for thread in process.threads)


def settled(pid: int, how: str, expected: dict[tuple[str | None, str | None], int]) -> None:
    """Every thread is told as expected, soon: what a server does right after a request is its own affair."""
    seen: list[Counter[tuple[str | None, str | None]]] = []

    def is_told() -> bool:
        seen.append(told(look(pid, how)))
        return seen[-1] == expected

    with contextlib.suppress(AssertionError):
        programs.wait_until(is_told, "what is expected of each thread")
    assert seen[-1] == expected


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

JAVA = """
import java.util.concurrent.locks.LockSupport;
public class Main {
    static final Object lock = new Object();
    static volatile long spun;
    interface Body { void run() throws Exception; }
    static Thread start(String name, Body body) {
        Thread thread = new Thread(() -> { try { body.run(); } catch (Exception e) { } }, name);
        thread.setDaemon(true);
        thread.start();
        return thread;
    }
    static void until(Thread thread, Thread.State state) throws Exception {
        while (thread.getState() != state) Thread.sleep(10);
    }
    public static void main(String[] arguments) throws Exception {
        until(start("parked", () -> { synchronized (lock) { while (true) LockSupport.park(); } }), Thread.State.WAITING);
        until(start("blocked", () -> { synchronized (lock) { spun++; } }), Thread.State.BLOCKED);
        Object own = new Object();
        until(start("waiter", () -> { synchronized (own) { own.wait(); } }), Thread.State.WAITING);
        until(start("sleeper", () -> Thread.sleep(1000000)), Thread.State.TIMED_WAITING);
        start("acceptor", () -> new java.net.ServerSocket(0, 1, java.net.InetAddress.getLoopbackAddress()).accept());
        start("selector", () -> java.nio.channels.Selector.open().select());
        start("spinner", () -> { while (true) spun++; });
        Thread.sleep(500);
        System.out.println("ready");
        System.in.read();
    }
}
"""
JAVA_THREADS = {
    "parked": "parked (LockSupport.park)",
    "blocked": "waiting for a monitor (synchronized)",
    "waiter": "waiting to be notified (Object.wait)",
    "sleeper": "sleeping (Thread.sleep)",
    "acceptor": "waiting for a connection",
    "selector": "waiting for events",
    "spinner": "running Java code",
    "JVM VM thread": "idle",
    "JVM garbage collection thread": "idle",
    "JVM periodic task thread": "idle",
    "JVM service thread": "idle",
    "JVM compiler thread": "waiting for code to compile",
    "JVM signal dispatcher": "waiting for a signal",
    "Java reference handler": "waiting for references to handle",
    "Java finalizer": "waiting to be notified (Object.wait)",
    "Java launcher": "waiting for the main Java thread to end",
}


def test_jvm(tmp_path: Path) -> None:
    with programs.java(tmp_path, JAVA) as pid:
        for how in LOOKS:
            seen = told(look(pid, how))
            assert {(name, state) for name, state in seen if name in JAVA_THREADS} == set(
                JAVA_THREADS.items()
            )
            assert ("java" if how == BARE else None, "reading") in seen or (None, "reading") in seen


PYTHON = """
import os, queue, select, socket, subprocess, sys, threading, time
from concurrent.futures import ThreadPoolExecutor
def start(function, *arguments):
    threading.Thread(target=function, args=arguments, daemon=True).start()
lock = threading.Lock(); lock.acquire()
start(time.sleep, 600)
start(lock.acquire)
start(threading.Event().wait)
start(threading.Event().wait, 600)
mine, other = socket.socketpair()
start(select.select, [mine], [], [])
listener = socket.create_server(("127.0.0.1", 0))
start(listener.accept)
start(other.recv, 1)
reader, writer = os.pipe()
start(os.read, reader, 1)
pool = ThreadPoolExecutor(1)
pool.submit(int).result()
child = subprocess.Popen([sys.executable, "-c", "import sys; sys.stdin.read()"], stdin=subprocess.PIPE)
start(child.wait)
time.sleep(0.5)
print("ready", flush=True)
while True: pass
"""
PYTHON_THREADS = {
    "waiting for a Python lock": 3,
    "waiting for events": 1,
    "waiting for a connection": 1,
    "receiving": 1,
    "reading": 1,
    "waiting for an item of a queue": 1,
    "waiting for a child process": 1,
}
COMPETING = """
import threading
def spin():
    while True: pass
for _ in range(3): threading.Thread(target=spin, daemon=True).start()
print("ready", flush=True)
threading.Event().wait()
"""


@pytest.mark.parametrize("how", LOOKS)
def test_python_of_debian(how: str) -> None:
    with programs.python(PYTHON, need("/usr/bin/python3")) as pid:
        expected = {("Python thread", state): count for state, count in PYTHON_THREADS.items()}
        expected |= {("Python thread", "sleeping"): 1, ("Python main thread", "running Python code"): 1}
        settled(pid, how, expected)


def test_threads_that_compete_for_the_gil() -> None:
    with programs.python(COMPETING, need("/usr/bin/python3")) as pid:
        seen = told(look(pid, COLLECTED))
    assert seen["Python main thread", "waiting for a Python lock"] == 1
    assert seen["Python thread", "waiting for the GIL"] >= 1
    assert seen["Python thread", "waiting for the GIL"] + seen["Python thread", "running Python code"] == 3


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
WAITING = r"""
#include <poll.h>
#include <pthread.h>
#include <semaphore.h>
#include <signal.h>
#include <stdio.h>
#include <sys/epoll.h>
#include <sys/select.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>
static pthread_mutex_t held = PTHREAD_MUTEX_INITIALIZER, own = PTHREAD_MUTEX_INITIALIZER;
static pthread_rwlock_t lock = PTHREAD_RWLOCK_INITIALIZER;
static pthread_cond_t condition = PTHREAD_COND_INITIALIZER;
static pthread_barrier_t barrier;
static sem_t semaphore;
static pthread_t sleeper;
static int sockets[2], full[2], pipes[2], listener;
static void *in_mutex(void *x) { pthread_mutex_lock(&held); return x; }
static void *in_condition(void *x) { pthread_mutex_lock(&own); pthread_cond_wait(&condition, &own); return x; }
static void *in_rwlock(void *x) { pthread_rwlock_wrlock(&lock); return x; }
static void *in_barrier(void *x) { pthread_barrier_wait(&barrier); return x; }
static void *in_semaphore(void *x) { sem_wait(&semaphore); return x; }
static void *in_sleep(void *x) { sleep(600); return x; }
static void *in_join(void *x) { pthread_join(sleeper, NULL); return x; }
static void *in_poll(void *x) { poll(NULL, 0, -1); return x; }
static void *in_select(void *x) { select(0, NULL, NULL, NULL, NULL); return x; }
static void *in_epoll(void *x) { struct epoll_event e; int set = epoll_create1(0); for (;;) epoll_wait(set, &e, 1, -1); return x; }
static void *in_read(void *x) { char c; if (read(pipes[0], &c, 1)) return NULL; return x; }
static void *in_write(void *x) { static char much[1 << 20]; while (write(pipes[1], much, sizeof much)) ; return x; }
static void *in_receive(void *x) { char c; recv(sockets[0], &c, 1, 0); return x; }
static void *in_send(void *x) { static char much[1 << 24]; for (;;) send(full[0], much, sizeof much, 0); return x; }
static void *in_accept(void *x) { accept(listener, NULL, NULL); return x; }
static void *in_signal(void *x) { sigset_t set; int s; sigemptyset(&set); sigaddset(&set, SIGUSR1); sigwait(&set, &s); return x; }
static void *in_child(void *x) { pid_t pid = fork(); if (!pid) { pause(); _exit(0); } waitpid(pid, NULL, 0); return x; }
int main(void) {
    void *(*bodies[])(void *) = {BODIES};
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    pthread_t thread;
    pthread_mutex_lock(&held);
    pthread_rwlock_rdlock(&lock);
    pthread_barrier_init(&barrier, NULL, 2);
    sem_init(&semaphore, 0, 0);
    if (pipe(pipes) || socketpair(AF_UNIX, SOCK_STREAM, 0, sockets) || socketpair(AF_UNIX, SOCK_STREAM, 0, full)) return 1;
    listener = socket(AF_UNIX, SOCK_STREAM, 0);
    if (bind(listener, (struct sockaddr *) &address, sizeof(sa_family_t)) || listen(listener, 1)) return 1;
    pthread_create(&sleeper, NULL, in_sleep, NULL);
    for (unsigned i = 0; i < sizeof bodies / sizeof *bodies; i++) pthread_create(&thread, NULL, bodies[i], NULL);
    sleep(1);
    puts("ready");
    fflush(stdout);
    for (;;) ;
}
"""
WAITS = {
    "in_mutex": "waiting for a mutex",
    "in_condition": "waiting for a condition",
    "in_rwlock": "waiting for a read-write lock",
    "in_barrier": "waiting at a barrier",
    "in_semaphore": "waiting for a semaphore",
    "in_sleep": "sleeping",
    "in_join": "waiting for a thread to end",
    "in_poll": "waiting for events",
    "in_select": "waiting for events",
    "in_epoll": "waiting for events",
    "in_write": "writing",
    "in_receive": "receiving",
    "in_send": "sending",
    "in_accept": "waiting for a connection",
    "in_signal": "waiting for a signal",
    "in_child": "waiting for a child process",
}
UNTOLD = {"in_semaphore", "in_join"}
"""What glibc does in functions that are not exported."""


@pytest.mark.parametrize(
    ("linking", "how"), [("-rdynamic", COLLECTED), ("-rdynamic", BARE), ("-static", COLLECTED)]
)
def test_what_each_thread_waits_for(tmp_path: Path, linking: str, how: str) -> None:
    bodies = [body for body in WAITS if body != "in_sleep"]
    source = WAITING.replace("BODIES", ", ".join(bodies))
    source += "void *unused(void) { return (void *) in_read; }\n"
    program = programs.compile_c(tmp_path, source, "-g", "-O1", linking)
    process = subprocess.Popen([program], stdout=subprocess.PIPE)
    try:
        assert process.stdout is not None
        assert process.stdout.readline()
        described = look(process.pid, how)
        ours = programs.children(process.pid)
    finally:
        for child in programs.children(process.pid):
            subprocess.run(["kill", str(child)], check=True)
        process.kill()
        process.communicate()
    assert len(ours) == 1
    seen = {
        frame.function: thread.state
        for thread in described.threads
        for frame in thread.frames
        if frame.function in {*WAITS, "main"}
    }
    expected = {**WAITS, "main": "running"}
    if how == BARE:
        expected |= dict.fromkeys(UNTOLD, "in the C library")
    assert seen == expected
    # Nothing is shown outside the thread's own function, and inside the wait nothing but its name.
    starts = {thread.frames[-1].function: thread for thread in described.threads}
    assert set(starts) == {*WAITS, "main"}
    assert len({frame.function for frame in starts["in_condition"].frames}) == 2
