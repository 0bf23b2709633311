"""The formats of Python. What reads one is the module of this folder that is named for it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..._formats import Format, reader_of

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


FORMATS = (
    Format(
        name="cleo",
        title="cleo error",
        anchors=("    → ".encode(),),
        read=reader_of(f"{__name__}.cleo"),
    ),
    Format(
        name="cpython",
        title="CPython's structures, read by collect.py",
        anchors=(b", by collect.py",),
        read=reader_of(f"{__name__}.cpython"),
    ),
    Format(
        name="dask",
        title="Dask worker's log",
        anchors=(b"Traceback: '  File \"",),
        read=reader_of(f"{__name__}.dask"),
    ),
    Format(
        name="python_error_first",
        title="Python error printed before its frames",
        anchors=(b'Stack:   File "', b"Stack Trace:", b' in file "'),
        read=reader_of(f"{__name__}.error_first"),
    ),
    Format(
        name="faulthandler",
        title="Python faulthandler dump",
        anchors=(b"(most recent call first):", b"Fatal Python error: ", b"Windows fatal exception: "),
        read=reader_of(f"{__name__}.faulthandler"),
    ),
    Format(
        name="ipython",
        title="IPython traceback",
        anchors=(b"   Traceback (most recent call last)",),
        read=reader_of(f"{__name__}.ipython"),
    ),
    Format(
        name="pretty_errors",
        title="pretty_errors report",
        anchors=(b" <module>",),
        read=reader_of(f"{__name__}.pretty_errors"),
    ),
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
    Format(
        name="pyspy",
        title="py-spy dump",
        anchors=(
            b"Python v2.",
            b"Python v3.",
            b' (idle): "',
            b' (active): "',
            b' (active+gil): "',
            b'"owns_gil"',
        ),
        read=reader_of(f"{__name__}.pyspy"),
    ),
    Format(
        name="pystack",
        title="pystack dump",
        anchors=(b"Traceback for thread ",),
        read=reader_of(f"{__name__}.pystack"),
    ),
    Format(
        name="pytest",
        title="pytest failure",
        anchors=(b"____ ", "―― ".encode(), b"E       "),
        read=reader_of(f"{__name__}.pytest_failure"),
    ),
    Format(
        name="pytest_summary",
        title="pytest's summary",
        anchors=(b".py::",),
        read=reader_of(f"{__name__}.pytest_summary"),
    ),
    Format(
        name="pytest_timeout",
        title="pytest-timeout's stacks",
        anchors=(b"+ Timeout +",),
        read=reader_of(f"{__name__}.pytest_timeout"),
    ),
    Format(
        name="rich_log",
        title="traceback in rich's log",
        anchors=(
            b"Traceback (most recent call last):",
            b"Traceback (most recent call  ",
            b"Traceback (most recent  ",
            b"Traceback (most  ",
        ),
        read=reader_of(f"{__name__}.rich_log"),
        precedence=3,
    ),
    Format(
        name="rich",
        title="rich traceback",
        anchors=("─ Traceback (most recent call last) ─".encode(), b"(most recent call last)\x1b"),
        read=reader_of(f"{__name__}.rich_traceback"),
    ),
    Format(
        name="stackprinter",
        title="stackprinter traceback",
        anchors=(
            b"    " + b"." * 50,
            b"---- (full traceback above) ----",
            _CAUSE,
            _CONTEXT,
            b"While handling the above exception, another exception occurred:",
        ),
        read=reader_of(f"{__name__}.stackprinter"),
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
    Format(
        name="traceback_with_variables",
        title="traceback with variables",
        anchors=(b"Traceback with variables (most recent call last):",),
        read=reader_of(f"{__name__}.traceback_with_variables"),
    ),
    Format(
        name="twisted",
        title="Twisted failure",
        anchors=(b"*--- Failure #", b"Traceback: <class '", b"Traceback: <type '"),
        read=reader_of(f"{__name__}.twisted_failure"),
    ),
)
