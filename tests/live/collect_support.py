"""Real programs to collect from, and the interpreters and tools to do it with."""

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import stacktraces.collect
from tests.conftest import need
from tests.live.programs import wait_until

COLLECTOR = Path(stacktraces.collect.__file__)

TWO_THREADS = r"""
#include <pthread.h>
#include <stdio.h>
#include <unistd.h>
static pthread_mutex_t first = PTHREAD_MUTEX_INITIALIZER, second = PTHREAD_MUTEX_INITIALIZER;
static pthread_barrier_t both;
static void *helper_thread(void *argument) {
    int chosen_number = 4711;
    pthread_mutex_lock(&second);
    pthread_barrier_wait(&both);
    pthread_mutex_lock(&first);
    return argument + chosen_number;
}
int main(void) {
    pthread_t thread;
    pthread_barrier_init(&both, NULL, 2);
    pthread_mutex_lock(&first);
    pthread_create(&thread, NULL, helper_thread, NULL);
    pthread_barrier_wait(&both);
    puts("ready");
    fflush(stdout);
    pthread_mutex_lock(&second);
    return pthread_join(thread, NULL);
}
"""

TICKING = r"""
#include <stdio.h>
#include <unistd.h>
int main(void) {
    for (long tick = 0;; tick++) {
        if (write(1, ".", 1) != 1) return 1;
        usleep(2000);
    }
}
"""

CRASHING = r"""
#include <stdlib.h>
static int crash_here(int depth) { if (depth == 0) abort(); return crash_here(depth - 1) + 1; }
int main(void) { return crash_here(3); }
"""

JAVA_PROGRAM = """
public class Waiting {
    public static void main(String[] arguments) throws Exception {
        System.out.println("ready");
        Thread.sleep(600000);
    }
}
"""

PYTHON_PROGRAM = """
import sys, time
def python_function_waiting():
    print("ready"); sys.stdout.flush()
    time.sleep(600)
python_function_waiting()
"""


def compile_program(folder: Path, name: str, source: str, *options: str) -> Path:
    compiler = need("cc")
    target = folder / name
    (folder / f"{name}.c").write_text(source)
    subprocess.run([compiler, "-g", "-O0", "-pthread", *options, "-o", target, f"{target}.c"], check=True)
    return target


@contextmanager
def running(*command: str | Path, wait_for: bytes = b"ready\n") -> Iterator[subprocess.Popen[bytes]]:
    """Run a program that says on its standard output when it is ready, and end it and its children."""
    words = [str(word) for word in command]
    process = subprocess.Popen(words, stdout=subprocess.PIPE, start_new_session=True)
    try:
        assert process.stdout is not None
        assert process.stdout.readline() == wait_for
        wait_until(lambda: state_of(process.pid) == "S", "sleep")
        yield process
    finally:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.communicate()


def status_field(pid: int, name: str) -> str:
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith(name + ":"):
            return line.split(":", 1)[1].strip()
    raise AssertionError(f"/proc/{pid}/status has no {name}")


def state_of(pid: int) -> str:
    return status_field(pid, "State")[:1]


def is_traced(pid: int) -> bool:
    return status_field(pid, "TracerPid") != "0"


def collect(*arguments: object, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run the collector as a user does: as a program of its own."""
    return subprocess.run(
        [sys.executable, str(COLLECTOR), *map(str, arguments)],
        capture_output=True,
        text=True,
        errors="surrogateescape",
        env={**os.environ, **environment},
        timeout=120,
        check=False,
    )


def interpreters(version: str) -> list[str]:
    """Return the interpreters of a version on PATH and below pyenv's folder, the working ones."""
    roots = [os.environ.get("PYENV_ROOT", ""), os.path.expanduser("~/.pyenv")]
    below = [
        str(path) for root in roots if root for path in Path(root).glob(f"versions/{version}*/bin/python")
    ]
    on_path = shutil.which(f"python{version}")
    shown = "import sys; print('%d.%d' % sys.version_info[:2])"
    found = []
    for path in below + ([on_path] if on_path else []):
        run = subprocess.run([path, "-c", shown], capture_output=True, text=True, check=False)
        if run.returncode == 0 and run.stdout.strip() == version:
            found.append(path)
    return found


def start_collector(*arguments: object) -> subprocess.Popen[bytes]:
    words = [sys.executable, str(COLLECTOR), *map(str, arguments)]
    return subprocess.Popen(words, stderr=subprocess.PIPE)


def kill_now(process: subprocess.Popen[bytes]) -> None:
    process.send_signal(signal.SIGKILL)
    process.wait()
