"""The compiled part searches without the interpreter's lock, and lets no second thread in meanwhile."""

from __future__ import annotations

import threading
import time

from stacktraces.scanning.literal_search import native_finder
from tests.conftest import need_compiled_part

native = need_compiled_part()

LITERALS = (b"Traceback (most recent call last)", b"panic: ")
DATA = b"a line of a log without anything in it\n" * 2_000_000


def test_other_threads_run_while_a_search_does() -> None:
    finder = native_finder(LITERALS)
    begun, steps, ended = threading.Event(), 0, threading.Event()

    def search() -> None:
        begun.set()
        for _ in range(20):
            assert finder.search(DATA, 0, len(DATA)) == []
        ended.set()

    thread = threading.Thread(target=search)
    thread.start()
    begun.wait()
    while not ended.is_set():
        steps += 1
        time.sleep(0)
    thread.join()
    assert steps > 500


def test_a_counter_refuses_a_second_thread() -> None:
    counter = native.Counter(native_finder(LITERALS), 8192, 1 << 20, -(2**62), 2**62, True, True)
    counter.load(DATA, 0, len(DATA), 0, 0, 1)
    begun, refused, ended = threading.Event(), [], threading.Event()

    def search() -> None:
        begun.set()
        for _ in range(20):
            counter.load(DATA, 0, len(DATA), 0, 0, 1)
            assert counter.next(DATA, 0) == -1
        ended.set()

    def disturb() -> None:
        while not ended.is_set():
            try:
                counter.behind()
            except RuntimeError as error:
                refused.append(str(error))

    threads = [threading.Thread(target=each) for each in (search, disturb)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert set(refused) == {"another thread searches with this counter"}
