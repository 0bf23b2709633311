"""Errors within errors, as the programs print them that carry them from one process or language to another."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from stacktraces.model import Error, Trace
from stacktraces.scanning import Occurrences
from tests.golden import CORPUS, check, inputs

GOLDEN = [
    *inputs("nested"),
    *inputs("stackprinter"),
    *inputs("prefixed"),
    *inputs("writers"),
    *inputs("dask"),
]


def traces(name: str) -> list[Trace]:
    path = CORPUS / f"{name}.txt"
    found = list(Occurrences([str(path)]))
    for each in found:
        each.origin.path = path.name
    return found


def chain(error: Error | None) -> list[str]:
    """The types from the error that escaped to the root cause, without their modules."""
    types = []
    while error is not None:
        types.append((error.type or "").rpartition(".")[2])
        error = error.cause
    return types


def innermost(error: Error | None) -> list[str | None]:
    functions = []
    while error is not None:
        functions.append(error.frames[0].function if error.frames else None)
        error = error.cause
    return functions


@pytest.mark.parametrize("path", GOLDEN, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_captures_are_read_as_before(path: Path) -> None:
    check(path, traces(f"{path.parent.name}/{path.stem}"))


KEY, CHARGE = ["KeyError"], ["PaymentError", "TypeError"]
JOB = ["Py4JJavaError", "SparkException", "PythonException"]
CHAINS = {
    "nested/py4j": [
        ["Py4JJavaError", "NumberFormatException"],
        ["Py4JJavaError", "IndexOutOfBoundsException"],
        ["Py4JJavaError", "ExecutionException", "IllegalStateException", "IOException"],
        ["Py4JError", "Py4JException"],
        ["Py4JJavaError", "NumberFormatException"],
    ],
    "nested/pyspark3": [KEY, JOB + KEY, CHARGE, JOB + CHARGE, KEY, ["PythonException", *KEY]],
    "nested/pyspark3-jvm": [
        ["PythonException", "SparkException", "PythonException", *KEY],
        ["NumberFormatException", "NumberFormatException"],
        ["PythonException", "SparkException", "PythonException", *KEY],
    ],
    "nested/pyspark4": [KEY, ["PythonException", *KEY]] * 3,
    "nested/ray": [
        ["RayTaskError(KeyError)", *KEY],
        ["RayTaskError(PaymentError)", *CHARGE],
        KEY,
        ["RayTaskError(PaymentError)", *CHARGE],
        ["RayTaskError(KeyError)", "RayTaskError(KeyError)", *KEY],
        KEY,
        ["RayTaskError(KeyError)", *KEY],
    ],
    "nested/processes": [
        KEY * 2,
        ["ExceptionGroup", "ExceptionGroup"],
        ["PaymentError", *CHARGE],
        ["BrokenProcessPool"],
        ["PaymentError", *CHARGE],
        KEY,
    ],
    "nested/groups": [["ExceptionGroup"]] * 2,
    "nested/billiard": [["TimeLimitExceeded"]] * 2,
    "nested/twisted": [KEY, KEY, ["PaymentError"], ["ValueError"], KEY],
    "nested/better": [KEY, CHARGE, ["KeyError", "JSONDecodeError"]],
    "dask/workers": [CHARGE, ["PaymentError"], CHARGE, KEY, KEY],
    "stackprinter/plaintext": [KEY, CHARGE, ["KeyError", "JSONDecodeError"], CHARGE],
    "stackprinter/logging": [KEY, CHARGE, ["KeyError", "JSONDecodeError"], CHARGE],
}


@pytest.mark.parametrize("name", CHAINS)
def test_each_error_is_one_trace_with_what_it_came_of(name: str) -> None:
    assert [chain(each.error) for each in traces(name)] == CHAINS[name]


def test_java_between_two_pythons() -> None:
    outer = traces("nested/pyspark3")[1].error
    job, worker = outer.cause, outer.cause.cause if outer.cause else None
    assert job is not None
    assert worker is not None
    assert worker.cause is not None
    assert (
        outer.message
        == "An error occurred while calling z:org.apache.spark.api.python.PythonRDD.collectAndServe."
    )
    assert (job.message or "").startswith(
        "Job aborted due to stage failure: Task 0 in stage 0.0 failed 1 times"
    )
    assert job.frames[0].file == "DAGScheduler.scala"
    assert job.frames[-1].function == worker.frames[-1].function == "java.base/java.lang.Thread.run"
    assert worker.frames[0].function == (
        "org.apache.spark.api.python.BasePythonRunner$ReaderIterator.handlePythonException"
    )
    assert (worker.cause.message, worker.cause.frames[0].function) == ("'durian'", "price_of")


def test_frames_that_java_leaves_out_are_those_of_the_enclosing_throwable() -> None:
    error = traces("nested/py4j")[2].error
    while error.cause is not None:
        error = error.cause
    assert (error.message, len(error.frames), error.frames[-1].line) == ("no\nkey", 12, 840)


def test_ray_leaves_the_worker_its_name() -> None:
    found = traces("nested/ray")
    (own,) = (each for each in found if each.context.task is not None)
    assert (own.context.task, own.error.message) == ("charge", "'fig'")
    assert innermost(found[1].error) == ["get_objects", "charge", "<genexpr>"]


def test_what_a_worker_of_dask_says() -> None:
    found = [each for each in traces("dask/workers") if each.format == "dask"]
    charge, price = found
    assert (charge.error.message, price.error.message) == (
        "order of 1 lines has no total\ncard: 4242",
        "'fig'",
    )
    assert [each.function for each in charge.error.frames] == ["charge", "charge"]
    assert charge.error.frames[0].source == (
        'raise PaymentError("order of %d lines has no total\\ncard: %s" % (len(order), card)) from error'
    )
    assert (price.context.task or "").startswith("price_of-")
    assert price.time is not None
    assert (price.before or "").endswith("Compute Failed")


PREFIXED = {
    "fig": "Exception in thread worker-3:",
    "kiwi": "Exception ignored in: <function Dropped.__del__",
    "4242": "Task exception was never retrieved",
    "lime": "Exception in callback price_of('lime')",
    "plum": "--- Logging error ---",
    "nut": "Exception ignored in thread started by: <function price_of",
}


@pytest.mark.parametrize("path", inputs("prefixed"), ids=lambda path: path.stem)
def test_a_prefix_on_every_line_hides_no_preamble(path: Path) -> None:
    found = traces(f"prefixed/{path.stem}")
    errors = [each for each in found if each.error.type is not None]
    assert all(each.time is not None for each in found)
    for value, preamble in PREFIXED.items():
        first = next(each for each in errors if value in (each.error.message or ""))
        assert first.preamble[0].startswith(preamble)
    assert (errors[0].context.thread, errors[2].context.task) == ("worker-3", "poller")
    (logged,) = (each for each in errors if not each.preamble)
    assert (logged.before or "").endswith("] no price" if path.stem != "python-logging" else ": no price")
    assert (errors[0].before or "").endswith("starting")


@pytest.mark.parametrize("path", inputs("writers"), ids=lambda path: path.stem)
def test_writers_of_one_log_are_taken_apart(path: Path) -> None:
    found = traces(f"writers/{path.stem}")
    ranks = {each.error.message for each in found}
    assert len(found) == (2 if path.stem == "concurrently-numbers" else 3)
    assert all(message and re.fullmatch(r"rank \d cannot load 3", message) for message in ranks)
    assert len(ranks) == len(found)
    assert [each.error.cause.message for each in found if each.error.cause] == ["'part 3'"] * len(found)
