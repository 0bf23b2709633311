"""A program for any CPython that waits in stacks of every shape, and says itself what they are.

It writes ``sys._current_frames()`` of all threads but the main one to the file that is its argument: a line
for each frame, ``HANDLE<tab>FUNCTION<tab>FILE<tab>LINE``, innermost first.
"""

PROGRAM = r'''# -*- coding: utf-8 -*-
from __future__ import print_function
import functools
import io
import sys
import threading
import time

ready = threading.Semaphore(0)
stop = threading.Event()


def rest(*_):
    ready.release()
    stop.wait(600)


def deep(n=300):
    if n:
        return deep(
            n - 1
        )
    rest()


def generated():
    def inner():
        yield 1
        rest()
        yield 2
    for _ in inner():
        pass


def listed():
    return [rest() for _ in range(1)]


def joined():
    return sum(rest() or 1 for _ in range(1))


def decorated(function):
    @functools.wraps(function)
    def wrapper(*arguments):
        return function(*arguments)
    return wrapper


@decorated
@decorated
def wrapped():
    rest()


def called_back():
    return sorted([2, 1], key=lambda value: rest(value))


def executed():
    exec(compile("\n\n\ndef made():\n    rest()\nmade()\n", "<made>", "exec"), {"rest": rest})


class Thing(object):
    def __init__(self):
        self.value

    @property
    def value(self):
        return rest()

    def __lt__(self, other):
        return rest() or True


def compared():
    sorted([Thing.__new__(Thing), Thing.__new__(Thing)])


def handled():
    try:
        raise KeyError("gone")
    except KeyError:
        try:
            rest()
        finally:
            pass


def entered():
    with threading.Lock():
        rest()


def cut_up():
    x = 1; y = 2; rest(x,
                       y); return x


lambdas = lambda: (lambda: rest())()

shapes = [deep, generated, listed, joined, wrapped, called_back, executed, Thing, compared, handled, entered,
          cut_up, lambdas]
if sys.version_info >= (3,):
    exec("""
def größe():
    def 大きい():
        rest()
    大きい()

async def awaited():
    async def inner():
        rest()
    await inner()

def driven():
    awaited().send(None)

def delegated():
    def inner():
        yield rest()
    yield from inner()

shapes += [größe, driven, lambda: list(delegated())]
""")

for shape in shapes:
    thread = threading.Thread(target=shape, name=getattr(shape, "__name__", "?"))
    thread.daemon = True
    thread.start()
for _ in shapes:
    ready.acquire()
time.sleep(0.3)
with io.open(sys.argv[1], "w", encoding="utf-8") as stream:
    for ident, frame in sys._current_frames().items():
        if ident == threading.current_thread().ident:
            continue
        while frame is not None:
            name = frame.f_code.co_name
            name = name if sys.version_info >= (3,) else name.decode("utf-8")
            stream.write(u"%x\t%s\t%s\t%s\n" % (ident, name, frame.f_code.co_filename, frame.f_lineno))
            frame = frame.f_back
print("ready")
sys.stdout.flush()
time.sleep(600)
'''
