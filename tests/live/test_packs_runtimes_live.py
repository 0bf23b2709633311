"""The rule packs on real processes of language runtimes and of the C library."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from tests.conftest import need
from tests.live import programs
from tests.live.looking import BARE, COLLECTED, LOOKS, look, settled, told

pytestmark = pytest.mark.live


@pytest.fixture(autouse=True)
def gdb() -> str:
    return need("gdb")


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
