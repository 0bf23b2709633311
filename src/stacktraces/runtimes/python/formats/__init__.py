"""The formats of Python. What reads one is the module of this folder that is named for it."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING

from ..._formats import Format, format_in, reader_of

if TYPE_CHECKING:
    from ....model import Trace
    from ..._formats import Unfinished
    from ..._grammar import Grammar

_CAUSE = b"The above exception was the direct cause of the following exception:"
_CONTEXT = b"During handling of the above exception, another exception occurred:"


def _grammar() -> Grammar:
    from ..grammar import GRAMMAR

    return GRAMMAR


def _go_on(trace: Trace, data: bytes, at: int, stop: int) -> Unfinished | None:
    from ..long import go_on

    return go_on(trace, data, at, stop)


_format = functools.partial(format_in, __name__)

FORMATS = (
    _format("cleo", "cleo error", "    → ".encode()),
    _format("cpython", "CPython's structures, read by collect.py", b", by collect.py"),
    _format("dask", "Dask worker's log", b"Traceback: '  File \""),
    Format(
        name="python_error_first",
        title="Python error printed before its frames",
        anchors=(b'Stack:   File "', b"Stack Trace:", b' in file "'),
        read=reader_of(f"{__name__}.error_first"),
    ),
    _format(
        "faulthandler",
        "Python faulthandler dump",
        b"(most recent call first):",
        b"Fatal Python error: ",
        b"Windows fatal exception: ",
    ),
    _format("ipython", "IPython traceback", b"   Traceback (most recent call last)"),
    _format("pretty_errors", "pretty_errors report", b" <module>"),
    Format(
        name="python_listed_frames",
        title="Python error named before a list of its frames",
        anchors=(
            b"Task failed with exception",
            b"## Stack Trace",
            b"Exception has occurred: ",
            b'/SConstruct", line ',
            b'/SConscript", line ',
            b'SConscript.py", line ',
            b'builder/main.py", line ',
            b'builder\\main.py", line ',
        ),
        read=reader_of(f"{__name__}.listed_frames"),
    ),
    Format(
        name="python_page",
        title="Python error on a page of Django or Streamlit",
        anchors=(b"Traceback:",),
        read=reader_of(f"{__name__}.pages"),
    ),
    _format(
        "pyspy",
        "py-spy dump",
        b"Python v2.",
        b"Python v3.",
        b' (idle): "',
        b' (active): "',
        b' (active+gil): "',
        b'"owns_gil"',
    ),
    _format("pystack", "pystack dump", b"Traceback for thread "),
    Format(
        name="pytest",
        title="pytest failure",
        anchors=(b"____ ", "―― ".encode(), b"E       "),
        read=reader_of(f"{__name__}.pytest_failure"),
    ),
    _format("pytest_summary", "pytest's summary", b".py::"),
    _format("pytest_timeout", "pytest-timeout's stacks", b"+ Timeout +"),
    _format(
        "rich_log",
        "traceback in rich's log",
        b"Traceback (most recent call last):",
        b"Traceback (most recent call  ",
        b"Traceback (most recent  ",
        b"Traceback (most  ",
        precedence=3,
    ),
    Format(
        name="rich",
        title="rich traceback",
        anchors=("─ Traceback (most recent call last) ─".encode(), b"(most recent call last)\x1b"),
        read=reader_of(f"{__name__}.rich_traceback"),
    ),
    _format(
        "stackprinter",
        "stackprinter traceback",
        b"    " + b"." * 50,
        b"---- (full traceback above) ----",
        _CAUSE,
        _CONTEXT,
        b"While handling the above exception, another exception occurred:",
    ),
    Format(
        name="python",
        title="Python traceback",
        anchors=(
            b"Traceback (most recent call last):",
            b"Stack (most recent call last):",
            b"Call stack:",
            b"Object allocated at (most recent call ",
            _CAUSE,
            _CONTEXT,
            b"Exception ignored ",
            b" exception was never retrieved",
            b"SyntaxError: ",
            b"IndentationError: ",
            b"TabError: ",
            b"> ignored",
            b"Unhandled error (suppress with ",
            b"Exception occurred:",
            b"The full traceback has been saved in:",
        ),
        read=reader_of("stacktraces.runtimes.python.reader"),
        grammar=_grammar,
        go_on=_go_on,
    ),
    _format(
        "traceback_with_variables",
        "traceback with variables",
        b"Traceback with variables (most recent call last):",
    ),
    Format(
        name="twisted",
        title="Twisted failure",
        anchors=(b"*--- Failure #", b"Traceback: <class '", b"Traceback: <type '"),
        read=reader_of(f"{__name__}.twisted_failure"),
    ),
)
