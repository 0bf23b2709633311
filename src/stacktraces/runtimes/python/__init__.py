"""Python: CPython 2.7 to 3.14, what its tools print, and snapshots of its processes."""

from __future__ import annotations

import functools

from .. import NameRules, Runtime, formats_in
from .formats import FORMATS
from .trace_lines import TRACE_LINES


def names() -> NameRules:
    from .names import NAMES

    return NAMES


def starts_trace(line: str, following: str) -> bool:
    """See :attr:`stacktraces.runtimes.Runtime.starts`."""
    return line.startswith("Traceback (most recent call last):")


RUNTIME = Runtime(
    name="python",
    title="Python",
    names=names,
    formats=FORMATS,
    dumps=functools.partial(formats_in, f"{__name__}.dumps"),
    versions="CPython 2.7, 3.6 to 3.13",
    reads="tracebacks of every shape with their chains, groups, notes and repeats; stacks that were logged; "
    "what IPython, pytest, rich, loguru, structlog, stackprinter, pretty_errors, cleo, Twisted, "
    "traceback-with-variables, Django, Dask, Ray, PySpark, Dagster, Airflow 3, SCons, ComfyUI, Streamlit and "
    "Azure Functions print; thread dumps",
    not_read="errors printed without any header and frame (`sys.tracebacklimit = 0`)",
    lines=TRACE_LINES,
    starts=starts_trace,
)
