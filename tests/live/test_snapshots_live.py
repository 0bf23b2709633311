"""Snapshots of real processes over time, and their outputs in the programs that show them."""

from __future__ import annotations

import contextlib
import re
import socket
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from stacktraces.render.snapshots import Shown, find
from tests.cli.support import run
from tests.conftest import need
from tests.live import browser, programs
from tests.unit.snapshots import deadlock, process, snapshot, thread

pytestmark = pytest.mark.live

SERVER = """
#include <pthread.h>
#include <stdio.h>
#include <unistd.h>
static pthread_mutex_t accounts = PTHREAD_MUTEX_INITIALIZER, journal = PTHREAD_MUTEX_INITIALIZER;
static pthread_mutex_t queue = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t filled = PTHREAD_COND_INITIALIZER;
static pthread_barrier_t both;
static volatile double sum;
static void *wait_for_work(void *unused) {
    pthread_mutex_lock(&queue);
    for (;;) pthread_cond_wait(&filled, &queue);
}
static double compute(int depth) {
    volatile double part = depth;
    for (int i = 0; i < 3000000; i++) part += 1.0 / (i + depth + 1);
    return depth > 3 ? part : part + compute(depth + 1);
}
static void *serve(void *unused) { for (;;) sum += compute(0); }
static void *post(void *unused) {
    pthread_mutex_lock(&accounts);
    pthread_barrier_wait(&both);
    pthread_mutex_lock(&journal);
    return 0;
}
static void *audit(void *unused) {
    pthread_mutex_lock(&journal);
    pthread_barrier_wait(&both);
    pthread_mutex_lock(&accounts);
    return 0;
}
int main(int count, char **arguments) {
    pthread_t threads[4];
    pthread_barrier_init(&both, 0, 2);
    for (int i = 0; i < 2; i++) pthread_create(&threads[i], 0, wait_for_work, 0);
    pthread_create(&threads[2], 0, count > 1 ? post : serve, 0);
    pthread_create(&threads[3], 0, count > 1 ? audit : wait_for_work, 0);
    puts("up");
    fflush(stdout);
    pthread_join(threads[2], 0);
}
"""


@contextlib.contextmanager
def server(program: Path, *arguments: str) -> Iterator[int]:
    """The program, running; gives its process id."""
    running = subprocess.Popen([program, *arguments], stdout=subprocess.PIPE)
    try:
        assert running.stdout is not None
        assert running.stdout.readline()
        programs.settle(running.pid)
        yield running.pid
    finally:
        running.kill()
        running.wait(programs.PATIENCE)


def sampled(pid: int, path: Path) -> bytes:
    done = run("collect.py", "-p", pid, "-l", path, "--samples", 3, "--interval", 0.3)
    assert (done.code, done.err) == (0, "")
    return path.read_bytes()


@pytest.mark.parametrize("options", [("-g", "-O0"), ("-O1", "-s")], ids=["debug", "stripped"])
def test_of_a_busy_and_a_stuck_server_describe_tells_which_is_stuck(
    tmp_path: Path, options: tuple[str, ...]
) -> None:
    need("gdb")
    program = programs.compile_c(tmp_path, SERVER, *options)
    with server(program) as busy, server(program, "stuck") as stuck:
        page = tmp_path / "page.txt"
        page.write_bytes(sampled(busy, tmp_path / "busy") + sampled(stuck, tmp_path / "stuck"))
    result = run("stacktraces", "describe", page)
    assert (result.code, result.err) == (0, "")
    said = dict(re.findall(r"^program (\d+)\b.*\n  3 looks .*\n  (\w+):", result.out, re.MULTILINE))
    assert said == {str(stuck): "Stuck", str(busy): "Moving"}
    assert result.out.index(f"program {stuck}") < result.out.index(f"program {busy}")
    assert re.search(r"Stuck: nothing moved, and 2 threads .*: 2 × waiting for a mutex for \d", result.out)
    if "-g" in options:
        assert f"Deadlock in process {stuck} on {socket.gethostname()}: " in result.out


def test_diff_of_two_looks_at_a_python_program(tmp_path: Path) -> None:
    need("gdb")
    code = "import time\nprint(flush=True)\nwhile True: time.sleep(60)"
    with programs.python(code) as pid:
        looks = [tmp_path / "first", tmp_path / "second"]
        for path in looks:
            assert run("collect.py", "-p", pid, "-l", path, "--tool", "gdb").code == 0
    result = run("stacktraces", "diff", *looks)
    assert (result.code, result.err) == (0, "")
    assert re.search(r"^2 looks in \d+\.\d s: 1 stood still\.$", result.out, re.MULTILINE)
    assert "\nIdle: " in result.out


def test_graphviz_draws_the_locks(tmp_path: Path) -> None:
    odd = process(1, thread(1, "x", name='"];}<b>\\', locks_awaited=deadlock().threads[0].locks_awaited))
    dot = b"".join(find("dot").pieces([snapshot(deadlock()), snapshot(odd)], Shown()))
    drawn = subprocess.run([need("dot"), "-Tsvg"], input=dot, capture_output=True, check=True)
    assert drawn.stderr == b""
    svg = drawn.stdout.decode()
    assert svg.count('class="node"') == 7 + 3
    assert svg.count('class="edge"') == 6 + 2
    assert "waiting for a mutex" in svg


def test_the_page_in_a_browser(tmp_path: Path) -> None:
    need("chromium")
    page, blank = tmp_path / "page.html", tmp_path / "blank.html"
    blank.write_text("<!doctype html><title></title>")
    hostile = process(
        9,
        thread(
            1,
            "<img/src=x/onerror=document.title='taken'> main",
            name="</script><script>document.title='taken'</script>",
        ),
    )
    page.write_bytes(b"".join(find("html").pieces([snapshot(deadlock()), snapshot(hostile)], Shown())))
    seen = browser.look_at(page, tmp_path)
    assert seen.console == []
    assert "<title>8 threads in 2 processes</title>" in seen.dom
    assert 'class="flame zoomable"' in seen.dom, "the page's own script did not run"
    assert '<p class="scripted"><input type="search"' in seen.dom
    for part in ("waiting for a mutex", "<svg", "lock_wait ← transfer", "served"):
        assert part in seen.dom
    assert "<img" not in seen.dom
    assert len(seen.picture) > 4 * len(browser.look_at(blank, tmp_path).picture)


def test_a_script_that_is_not_the_pages_own_is_stopped_by_its_policy(tmp_path: Path) -> None:
    need("chromium")
    text = b"".join(find("html").pieces([snapshot(deadlock())], Shown()))
    page = tmp_path / "page.html"
    page.write_bytes(
        text.replace(
            b"</main>", b"<script>document.title='taken'</script><img src='https://example.org/x'></main>"
        )
    )
    seen = browser.look_at(page, tmp_path)
    assert "<title>taken" not in seen.dom
    assert any("Content Security Policy" in line for line in seen.console)
