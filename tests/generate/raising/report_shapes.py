# -*- coding: utf-8 -*-
"""Errors as other parts of the standard library report them. Python 2.7, 3.6 and later.

Each function returns the text that the library wrote and the truth about it.
"""

import gc
import io
import logging
import os
import sys
import threading
import traceback
import warnings

from plain_shapes import ShopError, again, deep, give_up
from truth import PY2, Captured, V, error_truth, errors, logged_stack, report, stack_truth
from truth import shown_by_interpreter, stderr_captured, trace

if not PY2:
    from chain_shapes import chain_of_both_kinds, coroutine, explicit_cause

LOG_LINE = "%(asctime)s %(name)s %(levelname)s %(message)s"


def truth_now(native=False):
    kind, value, tb = sys.exc_info()
    return error_truth(value, tb, native)


def caught(function, *arguments):
    try:
        function(*arguments)
    except Exception as error:
        return error


# --------------------------------------------------------------------------------------------------- logging


class RecordingHandler(logging.StreamHandler):
    """Keeps what the interpreter knew when a record could not be formatted."""

    known = None

    def handleError(self, record):
        tb = sys.exc_info()[2]
        frame = tb.tb_frame
        while frame and os.path.dirname(frame.f_code.co_filename) == os.path.dirname(logging.__file__):
            frame = frame.f_back
        self.known = truth_now(), stack_truth(frame)
        logging.StreamHandler.handleError(self, record)


def logged(log_it, name="shop.api", line=LOG_LINE):
    out = Captured()
    handler = RecordingHandler(out)
    handler.setFormatter(logging.Formatter(line))
    logger = logging.getLogger(name)
    logger.handlers, logger.propagate = [handler], False
    logger.setLevel(logging.DEBUG)
    known = log_it(logger)
    return out.text(), known, handler


def about(message, level="ERROR"):
    return {"level": level, "logger": "shop.api", "message": message}


def log_exception(failing, *arguments):
    def log_it(logger):
        try:
            failing(*arguments)
        except Exception:
            logger.exception("request %d failed", 7)
            return truth_now()

    text, known, _ = logged(log_it)
    return text, errors(trace(known, log=about("request 7 failed")))


@report()
def logging_exception():
    return log_exception(give_up)


@report()
def logging_exception_deep():
    return log_exception(deep, 4)


@report()
def logging_exception_repeats():
    return log_exception(again, 40)


@report(since=(3, 6))
def logging_exception_chain():
    return log_exception(chain_of_both_kinds)


@report()
def logging_exception_warning_level():
    def log_it(logger):
        try:
            give_up("tolerable")
        except ValueError:
            logger.warning("odd", exc_info=True)
            return truth_now()

    text, known, _ = logged(log_it)
    return text, errors(trace(known, log=about("odd", "WARNING")))


@report()
def logging_two_in_a_row():
    def log_it(logger):
        known = []
        for message in ("first", "second"):
            try:
                deep(1, message)
            except ValueError:
                logger.exception("request failed")
                known.append(truth_now())
        logger.info("done")
        return known

    text, known, _ = logged(log_it)
    return text, errors(*[trace(each, log=about("request failed")) for each in known])


@report(since=(3, 6))
def logging_stack_info():
    def log_it(logger):
        known, _ = stack_truth(sys._getframe()), logger.info("where am I", stack_info=True)
        return known

    text, known, _ = logged(log_it)
    return text, errors(trace(logged_stack(known), stack=True, log=about("where am I", "INFO")))


@report(since=(3, 6))
def logging_exception_with_stack():
    def log_it(logger):
        try:
            give_up()
        except ValueError:
            stack, _ = stack_truth(sys._getframe()), logger.error("both", exc_info=True, stack_info=True)
            return truth_now(), stack

    text, (known, stack), _ = logged(log_it)
    return text, errors(trace(known, log=about("both")), trace(logged_stack(stack), stack=True))


@report(since=(3, 6))
def logging_error():
    with stderr_captured() as out:
        _, _, handler = logged(lambda logger: logger.warning("%d apples and %s", "two"))
    known, stack = handler.known
    return out.text(), errors(trace(known), trace(logged_stack(stack), stack=True), logging_error=True)


# --------------------------------------------------------------------------------------------------- threads


def run_thread(target, name):
    """Run a thread that fails; the truth is noted where threading itself sees the exception."""
    known = []
    if V >= (3, 8):
        saved = threading.excepthook

        def hook(arguments):
            known.append(error_truth(arguments.exc_value, arguments.exc_traceback, V < (3, 13)))
            saved(arguments)

        threading.excepthook = hook
    else:
        saved = threading._format_exc

        def format_exc():
            known.append(truth_now())
            return saved()

        threading._format_exc = format_exc
    try:
        with stderr_captured() as out:
            thread = threading.Thread(target=target, name=name)
            thread.start()
            thread.join()
    finally:
        if V >= (3, 8):
            threading.excepthook = saved
        else:
            threading._format_exc = saved
    return out.text(), errors(trace(known[0], thread=name))


@report()
def thread_exception():
    return run_thread(give_up, "Thread-1")


@report()
def thread_exception_odd_name():
    return run_thread(lambda: deep(2), "worker: 3 (poller)")


@report(since=(3, 6))
def thread_exception_chain():
    return run_thread(chain_of_both_kinds, "chained")


# -------------------------------------------------------------------------------------------- cannot be raised


class Dying(object):
    def __init__(self, failing):
        self.failing, self.known = failing, []

    def __del__(self):
        known = self.known
        try:
            self.failing()
        except Exception:
            known.append(truth_now(native=True))
            raise


def unraisable(failing):
    dying = Dying(failing)
    known = dying.known
    with stderr_captured() as out:
        del dying
        gc.collect()
    truth = errors(trace(known[0], ignored_in="__del__"))
    known[0].update(cause=None, cause_kind=None)  # the interpreter displays no chain here
    if PY2:
        known[0]["frames"] = []
        known[0]["type"] = known[0]["type"].rpartition(".")[2]
        truth["python2_ignored"] = True
    return out.text(), truth


@report()
def unraisable_in_del():
    return unraisable(lambda: give_up("cannot be raised"))


@report(since=(3, 6))
def unraisable_chain():
    return unraisable(explicit_cause)


@report()
def unraisable_deep():
    return unraisable(lambda: deep(2))


# --------------------------------------------------------------------------------------------------- asyncio


def asyncio_run(start):
    import asyncio

    loop = asyncio.new_event_loop()
    asyncio.set_event_loop(loop)
    try:
        with stderr_captured() as out:
            known = start(loop)
            gc.collect()
    finally:
        asyncio.set_event_loop(None)
        loop.close()
    return out.text(), known


@report(since=(3, 6))
def asyncio_task_never_retrieved():
    def start(loop):
        task = loop.create_task(coroutine(2))
        if hasattr(task, "set_name"):
            task.set_name("poller")
        loop.run_until_complete(pause())
        error = task._exception
        known = error_truth(error, error.__traceback__)
        more = {"task": "poller"} if hasattr(task, "set_name") else {}
        del task, error
        return errors(trace(known, **more))

    return asyncio_run(start)


@report(since=(3, 6))
def asyncio_callback():
    known = []

    def callback():
        give_up("in a callback")

    def start(loop):
        default = loop.default_exception_handler

        def handler(loop, context):
            error = context["exception"]
            known.append(error_truth(error, error.__traceback__))
            default(context)

        loop.set_exception_handler(handler)
        loop.call_soon(callback)
        loop.run_until_complete(pause())
        return errors(trace(known[0]))

    return asyncio_run(start)


async_pause = """
async def pause():
    import asyncio
    await asyncio.sleep(0)
    await asyncio.sleep(0)
"""
if not PY2:
    exec(async_pause)


# ------------------------------------------------------------------------------------------------ other pools


class RemoteTruth(object):
    """Hangs the child's knowledge of an exception on it before it is pickled for the parent."""

    def __init__(self, module, name):
        import json

        self.module, self.name, self.saved = module, name, getattr(module, name)

        def recording(error, tb, wrap=self.saved):
            error.remote_truth = json.dumps(error_truth(error, tb))
            return wrap(error, tb)

        setattr(module, name, recording)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        setattr(self.module, self.name, self.saved)


def from_pool(call):
    error = caught(call)
    return shown_by_interpreter(type(error), error, error.__traceback__), errors(
        trace(error_truth(error, error.__traceback__, native=True))
    )


@report(since=(3, 6))
def multiprocessing_pool():
    import multiprocessing.pool

    with RemoteTruth(multiprocessing.pool, "ExceptionWithTraceback"):
        with multiprocessing.get_context("fork").Pool(1) as pool:
            return from_pool(lambda: pool.apply(deep, (2, "in a worker")))


@report(since=(3, 6))
def futures_process_pool():
    import concurrent.futures
    import concurrent.futures.process
    import multiprocessing

    if V >= (3, 7):
        options = {"mp_context": multiprocessing.get_context("fork")}
    else:
        options = {}
    with RemoteTruth(concurrent.futures.process, "_ExceptionWithTraceback"):
        with concurrent.futures.ProcessPoolExecutor(1, **options) as pool:
            return from_pool(lambda: pool.submit(give_up, "in a worker").result())


@report(since=(3, 6))
def futures_thread_pool():
    import concurrent.futures

    with concurrent.futures.ThreadPoolExecutor(1) as pool:
        return from_pool(lambda: pool.submit(give_up, "in a thread").result())


# ------------------------------------------------------------------------------------------- traceback, others


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


# ---------------------------------------------------------------------------------------------- faulthandler


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
