"""Shapes that end their process. Each function hands its truth to `write` and then fails for real."""

import os
import sys
import time

from plain_shapes import ShopError, again, deep, give_up
from truth import V, error_truth, errors, process, stack_truth, trace

if V >= (3, 6):
    from chain_shapes import chain_of_both_kinds


def noting(write, then=sys.__excepthook__):
    """Note what reaches sys.excepthook, then let the interpreter display it."""

    def hook(kind, value, tb):
        write(errors(trace(error_truth(value, tb, native=True))))
        then(kind, value, tb)

    sys.excepthook = hook


@process()
def uncaught(write):
    noting(write)
    deep(2)


@process()
def uncaught_after_output(write):
    noting(write)
    sys.stderr.write("starting\nconnected to db\n")
    sys.stderr.flush()
    again(7)


@process(since=(3, 6))
def uncaught_chain(write):
    noting(write)
    chain_of_both_kinds()


@process(since=(3, 11))
def uncaught_group(write):
    from group_shapes import group_nested

    noting(write)
    group_nested()


@process()
def error_in_excepthook(write):
    def hook(kind, value, tb):
        original = trace(error_truth(value, tb, native=True))
        try:
            give_up("the hook is broken")
        except ValueError:
            _, broken, broken_tb = sys.exc_info()
            # The handler's own frames begin at the hook: nothing called it but the interpreter.
            write(errors(trace(error_truth(broken, broken_tb, native=True)), original))
            raise

    sys.excepthook = hook
    raise ShopError("the original")


def thread_id():
    import threading

    return "0x%016x" % threading.current_thread().ident


def dying(stack, reason):
    for each in stack:
        each["source"] = None
    thread = {"id": thread_id(), "current": True, "frames": stack}
    return {"kind": "snapshot", "threads": [thread], "reason": reason}


@process(since=(3, 6))
def fatal_segfault(write):
    import faulthandler

    faulthandler.enable()

    def crash():
        write(dying(stack_truth(sys._getframe()), "Segmentation fault")), faulthandler._sigsegv()

    crash()


@process(since=(3, 6))
def fatal_segfault_ctypes(write):
    import ctypes
    import faulthandler

    faulthandler.enable()
    pointer = ctypes.POINTER(ctypes.c_int).from_buffer(ctypes.c_long(8))
    write(dying(stack_truth(sys._getframe()), "Segmentation fault")), pointer.contents.value


@process(since=(3, 6))
def fatal_abort(write):
    import faulthandler

    faulthandler.enable()
    write(dying(stack_truth(sys._getframe()), "Aborted")), os.abort()


@process(since=(3, 6))
def fatal_in_thread(write):
    """Two threads: the main one waits, the other one crashes."""
    import faulthandler
    import threading

    faulthandler.enable()
    main = threading.current_thread().ident
    started = threading.Event()

    def both(stack):
        known = dying(stack, "Segmentation fault")
        known["threads"] += dying(stack_truth(sys._current_frames()[main]), None)["threads"]
        known["threads"][1].update(id="0x%016x" % main, current=False)
        return known

    def crash():
        started.wait()
        time.sleep(0.1)
        write(both(stack_truth(sys._getframe()))), faulthandler._sigsegv()

    thread = threading.Thread(target=crash, name="crasher")
    thread.start()
    started.set(), thread.join()


@process(since=(3, 6))
def timeout_dump(write):
    import faulthandler

    faulthandler.dump_traceback_later(0.05)
    write(dying(stack_truth(sys._getframe()), "Timeout (0:00:00.050000)!")), time.sleep(0.3)
