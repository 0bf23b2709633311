# -*- coding: utf-8 -*-
"""Errors in threads, finalizers, event loops and pools. Python 2.7, 3.6 and later."""

import gc
import threading

from plain_shapes import deep, give_up
from truth import (
    PY2,
    V,
    caught,
    error_truth,
    errors,
    report,
    shown_by_interpreter,
    stderr_captured,
    trace,
    truth_now,
)

if not PY2:
    from chain_shapes import chain_of_both_kinds, coroutine, explicit_cause, pause


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
