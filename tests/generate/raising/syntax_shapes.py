"""Errors of modules that cannot be compiled or imported. Python 2.7, 3.6 and later."""

import importlib
import io
import linecache
import os
import sys

from truth import HERE, PY2, shape


def write_module(name, text):
    with io.open(os.path.join(HERE, name + ".py"), "w", encoding="utf-8") as file:
        file.write(text if not PY2 else text.decode("utf-8"))
    linecache.checkcache()
    sys.modules.pop(name, None)
    if hasattr(importlib, "invalidate_caches"):
        importlib.invalidate_caches()


@shape()
def syntax_error_import():
    write_module("bad_syntax", "def f(:\n    pass\n")
    import bad_syntax  # noqa: F401


@shape()
def indentation_error_import():
    write_module("bad_indent", "def f():\n    a = 1\n      b = 2\n")
    import bad_indent  # noqa: F401


@shape()
def syntax_error_exec():
    exec(compile("x = (1,\ny = 2\n", "/srv/app/typed.py", "exec"))


@shape()
def syntax_error_string():
    eval("1 +")


@shape()
def import_frame():
    write_module("raises_at_top", "import shapes_nothing_here\n")
    import raises_at_top  # noqa: F401


def direct(text):
    """The error of a program that cannot even start: displayed without frames."""
    try:
        compile(text, os.path.join(HERE, "main_program.py"), "exec")
    except SyntaxError as error:
        if not PY2:
            error.__traceback__ = None
        return error


@shape(headless=True, no_traceback=True)
def syntax_error_direct():
    raise direct("print('a'\nif x = 1:\n    pass\n")


@shape(headless=True, no_traceback=True)
def tab_error_direct():
    raise direct("if 1:\n\tx = 1\n        y = 2\n")
