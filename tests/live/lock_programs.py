"""Programs whose threads wait for each other; each prints a line when all of them do."""

from __future__ import annotations

import contextlib
import subprocess
from collections.abc import Iterator
from pathlib import Path

from tests.conftest import need
from tests.live.programs import PATIENCE, wait_until

LEDGER = r"""
#include <pthread.h>
#include <stdio.h>
#include <unistd.h>

static pthread_mutex_t ledger = PTHREAD_MUTEX_INITIALIZER, journal = PTHREAD_MUTEX_INITIALIZER;
static pthread_barrier_t both;

static void transfer(pthread_mutex_t *from, pthread_mutex_t *to) {
    pthread_mutex_lock(from);
    pthread_barrier_wait(&both);
    pthread_mutex_lock(to);
}

static void *book(void *unused) { transfer(&ledger, &journal); return unused; }
static void *audit(void *unused) { transfer(&journal, &ledger); return unused; }

int main(void) {
    pthread_t threads[2];
    pthread_barrier_init(&both, NULL, 3);
    pthread_create(&threads[0], NULL, book, NULL);
    pthread_create(&threads[1], NULL, audit, NULL);
    pthread_barrier_wait(&both);
    puts("ready");
    fflush(stdout);
    pthread_join(threads[0], NULL);
    return 0;
}
"""

CONVOY = r"""
#include <pthread.h>
#include <stdio.h>
#include <unistd.h>

#define WORKERS 20
static pthread_mutex_t cache = PTHREAD_MUTEX_INITIALIZER;

static void refill_cache(void) { for (;;) sleep(1000); }

static void *fill(void *held) { pthread_mutex_lock(&cache); pthread_barrier_wait(held); refill_cache(); return held; }
static void *serve(void *unused) { pthread_mutex_lock(&cache); pthread_mutex_unlock(&cache); return unused; }

int main(void) {
    pthread_t filler, workers[WORKERS];
    pthread_barrier_t held;
    pthread_barrier_init(&held, NULL, 2);
    pthread_create(&filler, NULL, fill, &held);
    pthread_barrier_wait(&held);
    for (int i = 0; i < WORKERS; i++) pthread_create(&workers[i], NULL, serve, NULL);
    puts("ready");
    fflush(stdout);
    pthread_join(filler, NULL);
    return 0;
}
"""

PRICES = r"""
#include <pthread.h>
#include <stdio.h>
#include <unistd.h>

static pthread_rwlock_t prices = PTHREAD_RWLOCK_INITIALIZER;

static void *update(void *held) { pthread_rwlock_wrlock(&prices); pthread_barrier_wait(held); for (;;) sleep(1000); }
static void *look_up(void *unused) { pthread_rwlock_rdlock(&prices); return unused; }
static void *correct(void *unused) { pthread_rwlock_wrlock(&prices); return unused; }

int main(void) {
    pthread_t threads[4];
    pthread_barrier_t held;
    pthread_barrier_init(&held, NULL, 2);
    pthread_create(&threads[0], NULL, update, &held);
    pthread_barrier_wait(&held);
    pthread_create(&threads[1], NULL, look_up, NULL);
    pthread_create(&threads[2], NULL, look_up, NULL);
    pthread_create(&threads[3], NULL, correct, NULL);
    puts("ready");
    fflush(stdout);
    pthread_join(threads[0], NULL);
    return 0;
}
"""

BANK = r"""
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.locks.ReentrantLock;

public class Bank {
    static final Object ledger = new Object(), journal = new Object(), cache = new Object();
    static final ReentrantLock vault = new ReentrantLock(), archive = new ReentrantLock();
    static final CyclicBarrier monitors = new CyclicBarrier(2), locks = new CyclicBarrier(2);

    static void transfer(Object first, Object second) {
        synchronized (first) {
            await(monitors);
            synchronized (second) {
                System.out.println("never");
            }
        }
    }

    static void store(ReentrantLock first, ReentrantLock second) {
        first.lock();
        await(locks);
        second.lock();
    }

    static void await(CyclicBarrier barrier) {
        try {
            barrier.await();
        } catch (Exception e) {
            throw new RuntimeException(e);
        }
    }

    static void refill() {
        synchronized (cache) {
            try {
                Thread.sleep(1000000);
            } catch (InterruptedException e) {
            }
        }
    }

    static void serve() {
        synchronized (cache) {
            System.out.println("never");
        }
    }

    public static void main(String[] words) throws Exception {
        new Thread(() -> transfer(ledger, journal), "book").start();
        new Thread(() -> transfer(journal, ledger), "audit").start();
        new Thread(() -> store(vault, archive), "keeper").start();
        new Thread(() -> store(archive, vault), "clerk").start();
        Thread filler = new Thread(Bank::refill, "filler");
        filler.start();
        while (filler.getState() != Thread.State.TIMED_WAITING) Thread.sleep(10);
        for (int i = 0; i < 5; i++) new Thread(Bank::serve, "worker-" + i).start();
        Thread.sleep(500);
        System.out.println("ready");
        synchronized (words) {
            words.wait();
        }
    }
}
"""

PYTHON_BANK = """
import sys, threading, time

ledger, journal = threading.{lock}(), threading.{lock}()
taken = []


def transfer(first, second):
    with first:
        taken.append(first)
        while len(taken) < 2:
            time.sleep(0.01)
        with second:
            pass


book = threading.Thread(target=transfer, args=(ledger, journal), name="book")
audit = threading.Thread(target=transfer, args=(journal, ledger), name="audit")
book.start()
audit.start()
book.join(1)
print("ready")
sys.stdout.flush()
{last}
"""


PYTHON_QUEUES = """
import sys, threading, time

locks = [threading.Lock() for _ in range(5)]


def hold(lock):
    with lock:
        time.sleep(1000)


def want(lock):
    with lock:
        pass


for lock in locks:
    threading.Thread(target=hold, args=(lock,)).start()
while not all(lock.locked() for lock in locks):
    time.sleep(0.01)
for number in range(40):
    threading.Thread(target=want, args=(locks[number % 5],)).start()
print("ready")
sys.stdout.flush()
"""
"""Five locks, each with a queue of eight."""


def waiting_threads(pid: int) -> int:
    """How many of a process's threads wait in the kernel for a lock."""
    folder = Path(f"/proc/{pid}/task")
    calls = [(thread / "syscall").read_text().split()[0] for thread in folder.iterdir()]
    return sum(call in ("202", "98") for call in calls)


@contextlib.contextmanager
def waiting(*command: str | Path, threads: int, folder: Path) -> Iterator[int]:
    """A program that runs until ``threads`` of its threads wait for locks; gives the process id."""
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, cwd=folder) as process:
        try:
            assert process.stdout is not None
            assert process.stdout.readline(), "the program ended before it was ready"
            wait_until(lambda: waiting_threads(process.pid) >= threads, f"waiting of {threads} threads")
            yield process.pid
        finally:
            process.kill()
            process.wait(PATIENCE)


def compile_java(folder: Path) -> tuple[str | Path, ...]:
    """The command that runs ``BANK``."""
    need("javac")
    (folder / "Bank.java").write_text(BANK)
    subprocess.run(["javac", "Bank.java"], cwd=folder, check=True)
    return need("java"), "-Xmx64m", "-cp", folder, "Bank"


def write_python(folder: Path, *, lock: str, last: str = "book.join()") -> Path:
    """``PYTHON_BANK`` with locks of the type ``lock``, whose main thread goes on with ``last``."""
    path = folder / "bank.py"
    path.write_text(PYTHON_BANK.format(lock=lock, last=last))
    return path
