# -*- coding: utf-8 -*-
"""Other displays: stacks, locals, limits, colours, allocations, faulthandler. Python 2.7, 3.6 and later."""

import gc
import io
import os
import sys
import threading
import traceback
import warnings

from plain_shapes import ShopError, deep, give_up
from truth import (
    PY2,
    Captured,
    V,
    caught,
    error_truth,
    errors,
    logged_stack,
    report,
    shown_by_interpreter,
    stack_truth,
    stderr_captured,
    trace,
)

if not PY2:
    from chain_shapes import chain_of_both_kinds


@report()
def print_stack():
    out = Captured()
    known, _ = stack_truth(sys._getframe()), traceback.print_stack(file=out)
    return out.text(), errors(trace(logged_stack(known), stack=True), headless=True)


@report(since=(3, 6))
def locals_shown():
    def charge(amount, card):
        text = "two\nlines"
        give_up("no money for %s" % text.split()[0])

    try:
        charge(3, "4242")
    except ValueError:
        kind, value, tb = sys.exc_info()
        shown = traceback.TracebackException(kind, value, tb.tb_next, capture_locals=True)
        known = error_truth(value, tb.tb_next, capture_locals=True)
        return "".join(shown.format()), errors(trace(known))


def limited(limit, native):
    sys.tracebacklimit = limit
    try:
        deep(3)
    except ValueError:
        kind, value, tb = sys.exc_info()
        if native:
            text = shown_by_interpreter(kind, value, tb)
        else:
            text = "".join(traceback.format_exception(kind, value, tb))
        del sys.tracebacklimit
        known = error_truth(value, tb, native)
    return text, known


@report()
def tracebacklimit_zero_native():
    text, known = limited(0, native=True)
    known["frames"] = []
    return text, errors(trace(known), headless="Traceback" not in text)


@report()
def tracebacklimit_zero_module():
    text, known = limited(0, native=False)
    known["frames"] = []
    return text, errors(trace(known), headless="Traceback" not in text)


@report()
def tracebacklimit_two():
    """The module keeps the outermost frames."""
    text, known = limited(2, native=False)
    known["frames"] = known["frames"][-2:]
    return text, errors(trace(known))


@report(since=(3, 6))
def tracebacklimit_zero_chain():
    sys.tracebacklimit = 0
    try:
        chain_of_both_kinds()
    except ShopError:
        kind, value, tb = sys.exc_info()
        text = "".join(traceback.format_exception(kind, value, tb))
        del sys.tracebacklimit
        known = error_truth(value, tb)
    each = known
    while each:
        each["frames"], each = [], each["cause"]
    return text, errors(trace(known), headless="Traceback" not in text)


@report(since=(3, 6))
def object_allocated_at():
    import tracemalloc

    with stderr_captured() as out, warnings.catch_warnings():
        warnings.simplefilter("always")
        tracemalloc.start(5)
        try:
            file = io.open(os.path.join(os.path.dirname(os.path.abspath(__file__)), "plain_shapes.py"))
            allocated = tracemalloc.get_object_traceback(file)
            known = [{"file": frame.filename, "line": frame.lineno, "function": None} for frame in allocated]
            del file
            gc.collect()
        finally:
            tracemalloc.stop()
    # Oldest first since 3.7, and the text is printed in that order; 3.6 keeps the newest first.
    frames = known if V < (3, 7) else known[::-1]
    return out.text(), {"kind": "allocation", "frames": frames}


@report(since=(3, 13), ansi=True)
def colours():
    return coloured(lambda: deep(2))


@report(since=(3, 13), ansi=True)
def colours_chain():
    return coloured(chain_of_both_kinds)


@report(since=(3, 13), ansi=True)
def colours_syntax():
    return coloured(lambda: compile("x = = 1", "/srv/app/typed.py", "exec"))


@report(since=(3, 13), ansi=True)
def colours_group():
    from group_shapes import group_nested

    return coloured(group_nested)


def coloured(failing):
    os.environ["FORCE_COLOR"] = "1"
    try:
        error = caught(failing)
        known = error_truth(error, error.__traceback__, native=True)
        return shown_by_interpreter(type(error), error, error.__traceback__), errors(trace(known))
    finally:
        del os.environ["FORCE_COLOR"]


def thread_frames(current_stack):
    """What faulthandler must print: every thread's stack, the current one as handed in."""
    current = threading.current_thread().ident
    threads = []
    for ident, frame in sys._current_frames().items():
        stack = current_stack if ident == current else stack_truth(frame)
        for each in stack:
            each["source"] = None
        threads.append({"id": "0x%016x" % ident, "current": ident == current, "frames": stack})
    return threads


@report(since=(3, 6))
def faulthandler_all_threads():
    import faulthandler
    import tempfile

    started, release = threading.Semaphore(0), threading.Event()

    def wait(n):
        if n:
            return wait(n - 1)
        started.release()
        release.wait()

    workers = [threading.Thread(target=wait, args=(n,), name="worker-%d" % n) for n in (0, 4)]
    for worker in workers:
        worker.start()
        started.acquire()
    settle(workers)
    with tempfile.TemporaryFile() as file:
        stack, _ = stack_truth(sys._getframe()), faulthandler.dump_traceback(file, all_threads=True)
        known = thread_frames(stack)
        release.set()
        file.seek(0)
        text = file.read().decode("ascii")
    for worker in workers:
        worker.join()
    return text, {"kind": "snapshot", "threads": known, "reason": None}


def settle(workers):
    """Wait until every worker stands in the lock of `Event.wait`."""
    import time

    deadline = time.time() + 5
    while time.time() < deadline:
        frames = sys._current_frames()
        if all(frames[each.ident].f_code.co_name == "wait" for each in workers) and all(
            frames[each.ident].f_code.co_filename == threading.__file__ for each in workers
        ):
            time.sleep(0.01)
            return


@report(since=(3, 6))
def faulthandler_one_thread():
    import faulthandler
    import tempfile

    with tempfile.TemporaryFile() as file:
        stack, _ = stack_truth(sys._getframe()), faulthandler.dump_traceback(file, all_threads=False)
        file.seek(0)
        text = file.read().decode("ascii")
    known = [each for each in thread_frames(stack) if each["current"]]
    return text, {"kind": "snapshot", "threads": known, "reason": None}
